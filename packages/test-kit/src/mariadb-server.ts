// A throwaway MariaDB server: one that the environment names (`HAMMERWORK_MARIADB_URL`, as a user who may create
// databases and users), `mariadbd` and `mariadb-install-db` on PATH, or what `.ci/servers` brought in.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type MysqlFamilyServer, namedServer, plainArguments, startMysqlFamilyServer } from './mysql-family-server.ts';
import { programBroughtIn, programOnPath } from './server-program.ts';

/** Starts a MariaDB server and answers when it accepts connections. The caller stops it. */
export async function startMariadbServer(settings?: Record<string, string>): Promise<MysqlFamilyServer> {
  const named = process.env.HAMMERWORK_MARIADB_URL;
  if (named) return namedServer(named);
  const { server, initialise } = await mariadbProgram();
  return startMysqlFamilyServer(
    { scheme: 'mariadb', server, initialise, settings: { 'innodb-log-file-size': '32M' } },
    settings,
  );
}

interface MariadbProgram {
  server: [string, ...string[]];
  initialise(folder: string): void;
}

async function mariadbProgram(): Promise<MariadbProgram> {
  const installed = programOnPath('mariadbd');
  const installer = programOnPath('mariadb-install-db');
  const quiet = { stdio: ['ignore', 'pipe', 'pipe'] as ('ignore' | 'pipe')[] };
  if (installed && installer) {
    const args = ['--auth-root-authentication-method=normal', '--skip-test-db'];
    const initialise = (folder: string) =>
      void execFileSync(installer, [...plainArguments, `--datadir=${folder}`, ...args], quiet);
    return { server: [installed, ...plainArguments], initialise };
  }
  const folder = programBroughtIn('mariadb', 'install a MariaDB server');
  const initialise = (data: string) => void execFileSync(join(folder, 'mariadb-initialize'), [data], quiet);
  return { server: [join(folder, 'mariadbd')], initialise };
}
