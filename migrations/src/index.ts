export { MigrationError, type MigrationErrorCode } from './errors.ts';
export { type MigrationStatus, migrate, migrationStatus } from './migrate.ts';
export { grantRoles, type RoleOptions, rolesSql } from './roles.ts';
export type { SqlFamily } from './server.ts';
