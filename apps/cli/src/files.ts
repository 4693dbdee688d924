// Files that commands read and write. What holds a key is written for its owner alone.
import { readFile, writeFile } from 'node:fs/promises';
import { CliError } from './errors.ts';

export async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error) => {
    throw new CliError('file_unreadable', `${path} cannot be read (${codeOf(error)}).`);
  });
}

/** Never replaces a file. */
export async function writeNew(path: string, text: string, mode = 0o600): Promise<void> {
  await writeFile(path, text, { mode, flag: 'wx' }).catch((error) => {
    throw new CliError(
      'file_unwritable',
      `${path} cannot be written (${codeOf(error)}). Name a file that does not exist.`,
    );
  });
}

/** Adds a line to a file, or makes it. */
export async function appendLine(path: string, line: string): Promise<void> {
  await writeFile(path, `${line}\n`, { flag: 'a' }).catch((error) => {
    throw new CliError('file_unwritable', `${path} cannot be written (${codeOf(error)}).`);
  });
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
