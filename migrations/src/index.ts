export { MigrationError, type MigrationErrorCode } from './errors.ts';
export { type MigrationStatus, migrate, migrationStatus } from './migrate.ts';
