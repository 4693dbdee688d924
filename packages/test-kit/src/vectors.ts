// Official test vectors (C2SP/wycheproof). They are not in the repository: HAMMERWORK_VECTORS names the folder they are
// in, by default `../shared/vectors` beside the checkout. Where they are missing, CI fails and others are told.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const beside = resolve(import.meta.dirname, '../../../../shared/vectors');

export interface VectorFile<Group> {
  readonly algorithm: string;
  readonly numberOfTests: number;
  readonly testGroups: readonly Group[];
}

/** Reads `wycheproof/NAME`. Without the file: throws where CI=true, else prints one line and returns undefined. */
export function readVectors<Group>(name: string): VectorFile<Group> | undefined {
  const path = join(process.env.HAMMERWORK_VECTORS || beside, 'wycheproof', name);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as VectorFile<Group>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const message = `not run: ${name}, since HAMMERWORK_VECTORS names no folder that has wycheproof/${name}`;
    if (process.env.CI === 'true') throw new Error(message, { cause: error });
    process.stderr.write(`${message}\n`);
    return undefined;
  }
}
