import { RetentionError } from '../errors.ts';

/** Drops the driver's error, whose text may quote rows. */
export function databaseError(error: unknown): RetentionError {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string' || !/^(?!08|53|57P)[0-9FHPX][0-9A-Z]{4}$/.test(code))
    return new RetentionError('database_unavailable', 'The database did not answer. The next sweep tries again.');
  const remedy = code === '42P01' ? ' Run the migrations: hammerwork migrate.' : '';
  return new RetentionError('database_refused', `The database refused the sweep (SQLSTATE ${code}).${remedy}`);
}
