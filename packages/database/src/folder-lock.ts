// One process at a time on the folder of an embedded database. PGlite does not check, and a second process would lose what
// the first one writes. The lock is a file beside the folder, `FOLDER.lock`, that names its process; the folder itself must
// be empty when PGlite fills it. What a killed process left behind counts for nothing.
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseError } from './errors.ts';

/** Locks `folder` and returns how to give it back, which happens at the process's end too. Error: `database_in_use`. */
export function lockFolder(folder: string): () => void {
  const lock = `${realFolder(folder)}.lock`;
  const mine = `${process.pid} ${randomUUID()}`;
  const held = take(lock, mine);
  if (held !== undefined)
    throw new DatabaseError(
      'database_in_use',
      `pglite:${folder} is open in process ${pidOf(held)}; PGlite serves one process at a time. Stop it, or use PostgreSQL.`,
    );
  const release = () => {
    process.off('exit', release);
    if (read(lock) === mine) rmSync(lock, { force: true });
  };
  process.on('exit', release);
  return release;
}

/** What the lock of a living process says, or undefined when the lock is ours. */
function take(lock: string, mine: string): string | undefined {
  if (created(lock, mine)) return undefined;
  const found = read(lock);
  if (found !== undefined && isAlive(pidOf(found))) return found;
  if (found !== undefined) dropStale(lock, found);
  return created(lock, mine) ? undefined : (read(lock) ?? '');
}

/** Appears with its text in it: nobody reads a lock that is half written. */
function created(lock: string, text: string): boolean {
  const draft = `${lock}.${randomUUID()}`;
  writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moved first and looked at again: between two looks another process may have replaced the stale lock by its own. */
function dropStale(lock: string, stale: string): void {
  const moved = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, moved);
  } catch {
    return; // somebody else dropped it
  }
  if (read(moved) !== stale) created(lock, read(moved) ?? '');
  rmSync(moved, { force: true });
}

/** A lock with our own number is of an earlier process: in a container every start has the same one. */
function isAlive(pid: number): boolean {
  if (pid === process.pid || !(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function pidOf(text: string): number {
  return Number(text.split(' ')[0]);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** One lock for a folder and for the links that lead to it. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}
