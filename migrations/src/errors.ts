// Errors of this package, in the shape of the other packages' coded errors (it imports none of them).
export type MigrationErrorCode =
  /** The database was migrated by newer code. Kind `input`: upgrade this program. */
  | 'schema_newer'
  /** A statement failed; on PostgreSQL nothing of this run was kept. Kind `input`. */
  | 'migration_failed'
  /** MySQL or MariaDB of a version that does not enforce CHECK constraints as the tables need. Kind `input`. */
  | 'database_too_old'
  /** The database did not answer. Kind `unavailable`. */
  | 'database_unavailable';

export class MigrationError extends Error {
  override readonly name: string = 'MigrationError';
  readonly code: MigrationErrorCode;
  readonly kind: 'unavailable' | 'input';

  constructor(code: MigrationErrorCode, message: string) {
    super(message);
    this.code = code;
    this.kind = code === 'database_unavailable' ? 'unavailable' : 'input';
  }

  /** True where the same call may succeed later without any change. */
  get retryable(): boolean {
    return this.kind === 'unavailable';
  }
}
