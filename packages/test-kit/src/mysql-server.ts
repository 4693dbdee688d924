// A throwaway MySQL server: one that the environment names (`HAMMERWORK_MYSQL_URL`, as a user who may create databases
// and users), `mysqld` on PATH, or what `.ci/servers` brought in.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type MysqlFamilyServer, namedServer, plainArguments, startMysqlFamilyServer } from './mysql-family-server.ts';
import { programBroughtIn, programOnPath } from './server-program.ts';

/** Starts a MySQL server and answers when it accepts connections. The caller stops it. */
export async function startMysqlServer(settings?: Record<string, string>): Promise<MysqlFamilyServer> {
  const named = process.env.HAMMERWORK_MYSQL_URL;
  if (named) return namedServer(named);
  const server = await mysqlProgram();
  return startMysqlFamilyServer(
    {
      scheme: 'mysql',
      server,
      initialise: (folder) => {
        const [file, ...first] = server;
        const args = [...first, `--datadir=${folder}`, '--initialize-insecure', '--innodb-redo-log-capacity=8388608'];
        execFileSync(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      },
      settings: {
        'innodb-redo-log-capacity': '33554432',
        'disable-log-bin': 'ON',
        'performance-schema': 'OFF',
        'secure-file-priv': 'NULL',
        mysqlx: 'OFF',
      },
    },
    settings,
  );
}

async function mysqlProgram(): Promise<[string, ...string[]]> {
  const installed = programOnPath('mysqld');
  // Where MariaDB is installed, its server may bear this name too.
  if (installed && !execFileSync(installed, ['--version'], { encoding: 'utf8' }).includes('MariaDB'))
    return [installed, ...plainArguments];
  return [join(programBroughtIn('mysql', 'install a MySQL server'), 'mysqld')];
}
