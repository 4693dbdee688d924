export { freePort, type PostgresServer, startPostgresServer } from './postgres-server.ts';
export { openTestDatabase, type TestDatabase, type TestDatabaseKind, testDatabaseKinds } from './test-database.ts';
