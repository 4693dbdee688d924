import { RetentionError } from '../errors.ts';

// Lost connections, lack of resources, shutdown, read-only, serialisation failure, deadlock, lock or statement timeout.
const passing = /^(?:08|53|57P|25006|40001|40P01|55P03|57014)/;

const lockHeld = ' Look whether somebody holds a lock on the hammerwork tables (pg_locks).';
const remedies: Readonly<Record<string, string>> = {
  '25006': ' It is read-only, as a standby is: connect to the primary.',
  '53100': ' Its disk is full: make room.',
  '55P03': lockHeld,
  '57014': lockHeld,
};

/** Drops the driver's error, whose text may quote rows. */
export function databaseError(error: unknown): RetentionError {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string' || !/^[0-9FHPX][0-9A-Z]{4}$/.test(code))
    return new RetentionError('database_unavailable', 'The database did not answer. The next sweep tries again.');
  if (passing.test(code))
    return new RetentionError(
      'database_unavailable',
      `The database did not do the sweep (SQLSTATE ${code}). The next one tries again.${remedies[code] ?? ''}`,
    );
  const remedy = code === '42P01' ? ' Run the migrations: hammerwork migrate.' : '';
  return new RetentionError('database_refused', `The database refused the sweep (SQLSTATE ${code}).${remedy}`);
}
