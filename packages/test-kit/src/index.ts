export {
  type HttpFault,
  type HttpFaultProxy,
  type ProxiedRequest,
  startHttpFaultProxy,
} from './http-fault-proxy.ts';
export { startMariadbServer } from './mariadb-server.ts';
export type { MysqlFamilyServer } from './mysql-family-server.ts';
export { startMysqlServer } from './mysql-server.ts';
export { freePort, type PostgresServer, startPostgresServer } from './postgres-server.ts';
export { formsOf } from './secret-forms.ts';
export { ProgramMissing, programBroughtIn, programOnPath } from './server-program.ts';
export { type ServerAddress, type ServerName, sharedServer } from './shared-server.ts';
export { startTcpFaultProxy, type TcpFault, type TcpFaultProxy } from './tcp-fault-proxy.ts';
export {
  type MysqlDatabaseKind,
  mysqlDatabaseKinds,
  mysqlVersions,
  openTestDatabase,
  postgresVersions,
  type TestDatabase,
  type TestDatabaseKind,
  testDatabaseKinds,
} from './test-database.ts';
export { callVault, startVaultServer, type VaultServer } from './vault-server.ts';
