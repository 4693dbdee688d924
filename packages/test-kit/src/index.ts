export { freePort, type PostgresServer, startPostgresServer } from './postgres-server.ts';
export { ProgramMissing, programFromScript, programOnPath } from './server-program.ts';
export { type ServerAddress, type ServerName, sharedServer } from './shared-server.ts';
export { openTestDatabase, type TestDatabase, type TestDatabaseKind, testDatabaseKinds } from './test-database.ts';
