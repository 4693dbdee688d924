// Starts workerd with one worker made of files in a folder; it answers on a port of loopback of its own choice.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface WorkerOptions {
  readonly program: string;
  readonly folder: string;
  /** Files in `folder` by kind; the first is the worker's main module. */
  readonly modules: readonly (readonly [name: string, kind: 'esModule' | 'wasm' | 'json'])[];
  /** Those of late have node:crypto, unless `compatibilityFlags` say otherwise. */
  readonly compatibilityDate?: string;
  readonly compatibilityFlags?: readonly string[];
}

export interface RunningWorker {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { program, folder, modules, compatibilityDate = '2026-11-01', compatibilityFlags = [] } = options;
  const list = modules.map(([name, kind]) => `(name = "${name}", ${kind} = embed "${name}")`).join(', ');
  const flags = compatibilityFlags.map((flag) => `"${flag}"`).join(', ');
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = .main) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ],
);
const main :Workerd.Worker = (
  modules = [ ${list} ],
  compatibilityDate = "${compatibilityDate}",
  compatibilityFlags = [ ${flags} ],
);
`;
  writeFileSync(join(folder, 'config.capnp'), config);
  const child = spawn(program, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    url: `http://127.0.0.1:${await listening(child)}/`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function listening(child: ChildProcess): Promise<number> {
  let log = '';
  child.stderr!.on('data', (chunk: Buffer) => (log = `${log}${chunk}`.slice(-4_000)));
  for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
    const { event, port } = JSON.parse(line) as { event: string; port?: number };
    if (event === 'listen' && port) return port;
  }
  throw new Error(`workerd did not start:\n${log}`);
}
