// A throwaway MariaDB 10.11, the oldest that is tested: Debian 12's own packages, unpacked by `.ci/mariadb-10`,
// with the libraries they were made for.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MysqlFamilyServer, plainArguments, startMysqlFamilyServer } from './mysql-family-server.ts';
import { programBroughtIn } from './server-program.ts';

/** Starts the server and answers when it accepts connections. The caller stops it. */
export async function startMariadb10Server(settings?: Record<string, string>): Promise<MysqlFamilyServer> {
  const server = commandIn(programBroughtIn('mariadb-10', 'it comes from Debian 12 for x86-64'));
  return startMysqlFamilyServer(
    {
      scheme: 'mariadb',
      server,
      initialise: (data) => initialise(server, data),
      settings: { 'innodb-log-file-size': '32M' },
    },
    settings,
  );
}

/** Its own loader and libraries: the machine's may be older or newer. */
function commandIn(folder: string): [string, ...string[]] {
  const [libraries, moreLibraries] = [join(folder, 'lib/x86_64-linux-gnu'), join(folder, 'usr/lib/x86_64-linux-gnu')];
  return [
    join(libraries, 'ld-linux-x86-64.so.2'),
    '--library-path',
    `${libraries}:${moreLibraries}`,
    join(folder, 'usr/sbin/mariadbd'),
    ...plainArguments,
    `--basedir=${join(folder, 'usr')}`,
    `--lc-messages-dir=${shareOf(folder)}`,
    `--plugin-dir=${join(folder, 'usr/lib/mysql/plugin')}`,
  ];
}

function shareOf(folder: string): string {
  return join(folder, 'usr/share/mysql');
}

/** What mariadb-install-db does: the scripts of the system tables, run by a server that listens nowhere. */
function initialise([file, ...first]: readonly [string, ...string[]], data: string): void {
  const share = first.find((argument) => argument.startsWith('--lc-messages-dir='))!.slice('--lc-messages-dir='.length);
  const scripts = [
    'mysql_system_tables',
    'mysql_performance_tables',
    'mysql_system_tables_data',
    'fill_help_tables',
    'maria_add_gis_sp_bootstrap',
    'mysql_sys_schema',
  ].map((name) => readFileSync(join(share, `${name}.sql`), 'utf8'));
  const before = [
    'CREATE DATABASE IF NOT EXISTS mysql',
    'USE mysql',
    'SET @auth_root_socket=NULL',
    'SET @skip_auth_anonymous=1',
  ];
  execFileSync(file, [...first, '--bootstrap', `--datadir=${data}`, '--enforce-storage-engine='], {
    cwd: share,
    input: [...before.map((statement) => `${statement};`), ...scripts].join('\n'),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
