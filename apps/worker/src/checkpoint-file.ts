// Audit checkpoints in a file, one line each.
import { appendFile, readFile } from 'node:fs/promises';
import { type CheckpointPolicy, createEd25519Signer } from '@hammerwork/key-manager';
import { WorkerError } from './errors.ts';

/**
 * `where` is FILE or env:NAME. That the file at `path` takes lines is seen now, and not when the first is due.
 * Errors: `option_malformed`, `signing_key_malformed`.
 */
export async function checkpointFile(where: string, path: string, everyMinutes: number): Promise<CheckpointPolicy> {
  const pem = where.startsWith('env:')
    ? process.env[where.slice(4)]
    : await readFile(where, 'utf8').catch(() => undefined);
  if (!pem) throw new WorkerError('option_malformed', `There is no signing key in ${where}.`);
  await appendFile(path, '').catch((error: NodeJS.ErrnoException) => {
    const text = `Audit checkpoints cannot be added to ${path} (${error.code}). Make its folder, and let this user write there.`;
    throw new WorkerError('option_malformed', text);
  });
  return {
    signer: createEd25519Signer(pem),
    everyMs: everyMinutes * 60_000,
    write: (checkpoint) => appendFile(path, `${JSON.stringify(checkpoint)}\n`),
  };
}
