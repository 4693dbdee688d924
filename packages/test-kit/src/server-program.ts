// Where the program of a test server comes from: PATH first, then a script of the folder that HAMMERWORK_SERVERS names
// (default `../shared/bin` beside the checkout), which brings the program in and prints its path or folder as last line.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const beside = resolve(import.meta.dirname, '../../../../shared/bin');

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

/** Runs `HAMMERWORK_SERVERS/NAME` and answers its last line. Throws `ProgramMissing` where there is no such script. */
export async function programFromScript(name: string, toInstall: string): Promise<string> {
  const last = (await runScript(name, toInstall)).trimEnd().split('\n').at(-1);
  if (!last) throw new Error(`${name} named no program`);
  return last;
}

/** Runs `HAMMERWORK_SERVERS/NAME ARGUMENTS` and answers what it prints. Throws `ProgramMissing` likewise. */
export async function runScript(name: string, toInstall: string, args: readonly string[] = []): Promise<string> {
  const script = join(process.env.HAMMERWORK_SERVERS || beside, name);
  if (!existsSync(script))
    throw new ProgramMissing(`${name} is not here: ${toInstall}, or set HAMMERWORK_SERVERS to a folder with ${name}`);
  const child = spawn(script, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk));
  child.stderr.on('data', (chunk: Buffer) => (log = `${log}${chunk}`.slice(-4000)));
  const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done));
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${log}`);
  return output;
}
