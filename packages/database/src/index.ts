export { type ConnectionSecurity, connectionSecurity } from './connection-security.ts';
export { assertHoldsJobs, type DatabaseFamily, databaseFamily } from './database-family.ts';
export { DatabaseError, type DatabaseErrorCode } from './errors.ts';
export { createListen, type Listen } from './listen.ts';
export { type Database, databaseVariable, type OpenOptions, openDatabase } from './open-database.ts';
