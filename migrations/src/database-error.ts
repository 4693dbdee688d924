// What a driver throws, as a coded error: whether the server refused or was not reached.
import { MigrationError } from './errors.ts';

/** With an SQLSTATE outside the classes of lost connections the server refused; anything else never reached it. */
export function databaseError(error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  const { code, sqlState, message } = error as { code?: unknown; sqlState?: unknown; message?: unknown };
  const state = sqlState ?? code;
  const passing = typeof code === 'string' && passingMysqlErrors.includes(code);
  if (typeof state === 'string' && /^(?!08|53|57P)[0-9FHPX][0-9A-Z]{4}$/.test(state) && !passing)
    return new MigrationError('migration_failed', `A migration failed (SQLSTATE ${state}): ${message}`);
  if (code === undefined && String(message).startsWith('corrupted migrations'))
    return new MigrationError('migration_failed', `The list of applied migrations is not as expected: ${message}`);
  return new MigrationError('database_unavailable', 'The database did not answer. Check its URL and that it runs.');
}

/** What MySQL answers with a general SQLSTATE although another moment may bring another answer. */
const passingMysqlErrors: readonly string[] = [
  'ER_SERVER_SHUTDOWN',
  'ER_QUERY_INTERRUPTED',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_CON_COUNT_ERROR',
];
