// A server program as a child of this process: started, waited for, stopped, and gone when this process goes.
import { type ChildProcess, spawn } from 'node:child_process';

export interface SpawnedServer {
  /** What `ready` matched. */
  match: RegExpExecArray;
  stop(): Promise<void>;
}

export interface SpawnOptions {
  /** Found in what the program prints, once it serves. */
  ready: RegExp;
  env?: Readonly<Record<string, string>>;
}

/** Rejects with the end of the program's output if it ends first. */
export async function spawnServer(
  program: string,
  args: readonly string[],
  { ready, env = {} }: SpawnOptions,
): Promise<SpawnedServer> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const killOnExit = () => child.kill('SIGKILL');
  process.once('exit', killOnExit);
  const match = await readyMatch(child, program, ready).catch((error: unknown) => {
    process.removeListener('exit', killOnExit);
    child.kill('SIGKILL');
    throw error;
  });
  return {
    match,
    stop: () =>
      new Promise((resolve) => {
        process.removeListener('exit', killOnExit);
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        const kill = setTimeout(killOnExit, 5_000);
        child.once('exit', () => {
          clearTimeout(kill);
          resolve();
        });
        child.kill('SIGTERM');
      }),
  };
}

function readyMatch(child: ChildProcess, program: string, ready: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let log = '';
    const read = (chunk: Buffer) => {
      log = `${log}${chunk}`.slice(-10_000);
      const match = ready.exec(log);
      if (match) resolve(match);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code} before it was ready:\n${log}`)));
  });
}
