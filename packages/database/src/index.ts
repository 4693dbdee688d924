export { DatabaseError, type DatabaseErrorCode } from './errors.ts';
export { type Database, databaseVariable, openDatabase } from './open-database.ts';
