// The embedded PGlite of a `pglite:FOLDER` URL, locked for this process as long as it is open.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { DatabaseError } from './errors.ts';
import { lockFolder } from './folder-lock.ts';

/** The folder of a `pglite:` URL. Errors: `database_unknown` where none is named or, without `create`, none is there. */
export function pgliteFolder(url: string, create: boolean): string {
  const folder = url.slice('pglite:'.length);
  if (folder.trim() === '')
    throw new DatabaseError('database_unknown', 'pglite: names no folder. Write pglite:FOLDER, e.g. pglite:./data.');
  if (/^[a-z]+:\/\//.test(folder))
    throw new DatabaseError('database_unknown', 'pglite: takes a folder, e.g. pglite:./data.');
  if (!create && !existsSync(folder))
    throw new DatabaseError(
      'database_unknown',
      `There is no database folder ${folder}. Check its name, or make it with \`hammerwork migrate\`.`,
    );
  return folder;
}

/** Error: `database_in_use`. */
export async function openPglite(folder: string): Promise<PGlite> {
  mkdirSync(dirname(folder), { recursive: true });
  const release = lockFolder(folder);
  try {
    const pglite = await PGlite.create(folder);
    const close = pglite.close.bind(pglite);
    pglite.close = () => close().finally(release);
    return pglite;
  } catch (error) {
    release();
    throw error;
  }
}
