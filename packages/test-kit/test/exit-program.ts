// Starts a server, tells where its files are, and ends as a run that was broken off does.
import { startMariadbServer } from '../src/mariadb-server.ts';
import { startMysqlServer } from '../src/mysql-server.ts';
import { startPostgresServer } from '../src/postgres-server.ts';

const start = { postgres: startPostgresServer, mysql: startMysqlServer, mariadb: startMariadbServer };
const { url, dataDirectory } = await start[process.argv[2] as keyof typeof start]();
process.stdout.write(`${JSON.stringify({ url, dataDirectory })}\n`, () => process.exit(1));
