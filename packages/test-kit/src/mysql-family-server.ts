// A throwaway server of the MySQL family on loopback, also when run as root: the one mechanism behind `mysql-server.ts`
// and `mariadb-server.ts`. An initialised data directory is kept per program and copied, which takes a twentieth of the
// time of making one.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { constants, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './postgres-server.ts';
import { removeAtExit } from './server-files.ts';

/** A running server; `dataDirectory` and what ends and begins its process are missing for one that the environment names. */
export interface MysqlFamilyServer {
  url: string;
  dataDirectory: string | undefined;
  /** Ends the process by SIGKILL, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same files and port. */
  restart(): Promise<void>;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

/** How the programs of one kind are called. */
export interface MysqlFamilyProgram {
  /** URL scheme: `mysql` or `mariadb`. */
  scheme: string;
  /** The server and the arguments that come first. */
  server: readonly [file: string, ...args: string[]];
  /** Fills an empty folder with the files of a new server. */
  initialise(folder: string): void;
  /** What only this kind of server understands, or what undoes the fast settings. */
  settings: Record<string, string>;
}

/** As root the server wants to be told so; no settings file of the machine may reach it. */
export const plainArguments: readonly string[] = [
  '--no-defaults',
  ...(process.getuid?.() === 0 ? ['--user=root'] : []),
];

/** Settings that trade durability for speed; crash tests pass their own. */
const fastSettings = {
  'innodb-flush-log-at-trx-commit': '0',
  'innodb-flush-method': 'nosync',
  'innodb-doublewrite': 'OFF',
};

const alwaysSettings = {
  'bind-address': '127.0.0.1',
  'skip-name-resolve': 'ON',
  'max-connections': '400',
  'innodb-buffer-pool-size': '64M',
  // What is right only where the server's clock is on UTC shall be seen.
  'default-time-zone': '+05:30',
};

const loopbackRoot = `CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';
GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
`;

/** Starts a server and answers when it accepts connections of `root`, without a password. The caller stops it. */
export async function startMysqlFamilyServer(
  program: MysqlFamilyProgram,
  settings: Record<string, string> = fastSettings,
): Promise<MysqlFamilyServer> {
  const folder = mkdtempSync(join(tmpdir(), `hammerwork-${program.scheme}-`));
  const data = join(folder, 'data');
  cpSync(initialised(program), data, { recursive: true, mode: constants.COPYFILE_FICLONE });
  writeFileSync(join(folder, 'init.sql'), loopbackRoot);
  const port = await freePort();
  const all = { ...alwaysSettings, ...program.settings, ...settings, port: String(port), datadir: data };
  const files = {
    socket: join(folder, 'socket'),
    'pid-file': join(folder, 'pid'),
    'init-file': join(folder, 'init.sql'),
  };
  const [file, ...first] = program.server;
  const args = [...first, ...Object.entries({ ...all, ...files }).map(([name, value]) => `--${name}=${value}`)];

  let server: ChildProcess;
  const endAtExit = () => {
    server?.kill('SIGKILL');
    removeAtExit(folder);
  };
  process.once('exit', endAtExit);
  const kill = () =>
    new Promise<void>((done) => {
      if (server.exitCode !== null || server.signalCode !== null) return done();
      server.once('exit', () => done());
      server.kill('SIGKILL');
    });
  const restart = () => {
    server = spawn(file, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    return readyToAccept(server);
  };
  const stop = async () => {
    await kill(); // nothing is left that an orderly end would save
    process.removeListener('exit', endAtExit);
    rmSync(folder, { recursive: true, force: true });
  };
  await restart().catch(async (error) => {
    await stop();
    throw error;
  });
  const url = `${program.scheme}://root@127.0.0.1:${port}/`;
  return { url, dataDirectory: data, kill, restart, stop };
}

/** A server that the environment names: its life is not ours. */
export function namedServer(url: string): MysqlFamilyServer {
  const notOurs = async () => {
    throw new Error('This server was named by the environment: the tests do not end it');
  };
  return { url, dataDirectory: undefined, kill: notOurs, restart: notOurs, stop: async () => {} };
}

/** The folder of a new server's files, made when first asked for. */
function initialised(program: MysqlFamilyProgram): string {
  const [file, ...first] = program.server;
  const version = execFileSync(file, [...first, '--version'], { encoding: 'utf8' });
  const digest = createHash('sha256').update(`${file} ${version}`).digest('hex').slice(0, 16);
  const kept = join(tmpdir(), `hammerwork-${program.scheme}-${process.getuid?.() ?? 0}-${digest}`);
  if (existsSync(kept)) return kept;
  const unfinished = `${kept}.${randomUUID()}`;
  mkdirSync(unfinished, { mode: 0o700 });
  try {
    program.initialise(unfinished);
    renameSync(unfinished, kept);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(kept)) throw error; // another process was first
  }
  return kept;
}

function readyToAccept(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const read = (chunk: Buffer) => {
      log = `${log}${chunk}`.slice(-10_000);
      // MySQL's plug-in for its other protocol says so of itself, first
      if (/: ready for connections/.test(log)) resolve();
    };
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready:\n${log}`)));
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
  });
}
