// Which kind of database a URL names, and what works there.
import { DatabaseError } from './errors.ts';

export type DatabaseFamily = 'postgres' | 'pglite' | 'mysql';

const schemes: readonly [RegExp, DatabaseFamily][] = [
  [/^postgres(ql)?:\/\//, 'postgres'],
  [/^pglite:/, 'pglite'],
  [/^(mysql|mariadb):\/\//, 'mysql'],
];

/** Error: `database_unknown`. */
export function databaseFamily(url: string): DatabaseFamily {
  const [, family] = schemes.find(([scheme]) => scheme.test(url)) ?? [];
  if (family) return family;
  throw new DatabaseError(
    'database_unknown',
    'The database URL must begin with postgresql://, mysql://, mariadb:// or pglite:.',
  );
}

/** The queue's tables are PostgreSQL's. Error: `database_unsupported` on MySQL and MariaDB. */
export function assertHoldsJobs(url: string | undefined): void {
  if (url && databaseFamily(url) === 'mysql')
    throw new DatabaseError(
      'database_unsupported',
      'Jobs need PostgreSQL or PGlite. On MySQL and MariaDB keys, audit, migrate and doctor work.',
    );
}
