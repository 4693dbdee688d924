// What the statements of this store share: the caller's database, its clock, and how its errors become ours.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { QueueError } from '../errors.ts';

/** A Kysely instance or transaction over PostgreSQL or PGlite, with whatever tables the caller has. */
// biome-ignore lint/suspicious/noExplicitAny: the caller's own table types do not matter here
export type Database = Kysely<any>;

export interface Connection {
  readonly db: Database;
  /** SQL for the present time: the database's own clock, so that machines need not agree, or a given one. */
  readonly now: () => RawBuilder<Date>;
}

export function connect(db: Database, clock: (() => number) | undefined): Connection {
  return { db, now: () => (clock ? sql<Date>`to_timestamp(${clock()}::float8 / 1000)` : sql<Date>`clock_timestamp()`) };
}

/** Runs one statement. Errors: `store_unavailable`, `store_refused`, `schema_missing`. */
export async function run<Row>({ db }: Connection, statement: RawBuilder<Row>): Promise<Row[]> {
  try {
    return (await statement.execute(db)).rows;
  } catch (error) {
    throw databaseError(error);
  }
}

/** The array literal of texts, for columns that are arrays themselves: `unnest` would flatten arrays of arrays. */
export function textArray(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

export function byteaArray(values: readonly Uint8Array[]): string {
  return textArray(values.map((value) => `\\x${Buffer.from(value).toString('hex')}`));
}

// Lost connections, shutdown, lack of resources, read-only (a standby after a failover), serialisation failure, deadlock,
// lock or statement timeout.
const retryableStates = /^(?:08|53|57P|25006|40001|40P01|55P03|57014)/;

const lockHeld =
  'The statement took too long and was ended. Look whether somebody holds a lock on the hammerwork tables (pg_locks), or whether the database is overloaded';

/** What the database answered, where that is not that it is away. */
const troubles: Readonly<Record<string, string>> = {
  '53100': 'The disk of the database is full. Make room',
  '53200': 'The database is out of memory. Give it more, or lower its settings',
  '53300': 'The database has no connection left. Raise its max_connections, or run fewer processes',
  '25006': 'The database is read-only, as a standby is. Connect to the primary',
  '55P03': lockHeld,
  '57014': lockHeld,
};

// The driver's error is dropped, not kept as `cause`: its detail quotes rows.
function databaseError(error: unknown): QueueError {
  const { code } = error as { code?: unknown };
  const sqlState = typeof code === 'string' && /^[0-9FHPX][0-9A-Z]{4}$/.test(code) ? code : undefined;
  if (sqlState === undefined || retryableStates.test(sqlState)) {
    const state = sqlState === undefined ? '' : ` (SQLSTATE ${sqlState})`;
    const trouble = sqlState === undefined ? undefined : troubles[sqlState];
    return new QueueError(
      'store_unavailable',
      trouble === undefined
        ? `The database did not answer${state}. Check its URL and that it runs; then try again.`
        : `${trouble}${state}; then try again.`,
    );
  }
  if (sqlState === '42P01' || sqlState === '42703')
    return new QueueError(
      'schema_missing',
      'The tables are missing or too old. Run the migrations: hammerwork migrate.',
    );
  return new QueueError('store_refused', `The database refused the statement (SQLSTATE ${sqlState}).`);
}
