// Where the program of a test server comes from: PATH first, then what `.ci/servers` brought in.
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The server cannot be had on this machine; the message says what to install. */
export class ProgramMissing extends Error {}

/** Path of a program on PATH, or undefined. */
export function programOnPath(name: string): string | undefined {
  const files = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The program or folder that `.ci/servers` brought in under that name: tests themselves neither fetch nor build. */
export function programBroughtIn(name: string, toInstall: string): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const file = join(cache, 'hammerwork', 'servers', name);
  const path = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (path && existsSync(path)) return path;
  throw new ProgramMissing(`${name} is not here: ${toInstall}, or run .ci/servers`);
}
