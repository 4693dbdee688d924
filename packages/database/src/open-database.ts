// Opens the database that a URL names: PostgreSQL, the embedded PGlite in a folder (`pglite:FOLDER`), MySQL or MariaDB.
import { isCodedError } from '@hammerwork/crypto-core';
import { assertKnown } from '@hammerwork/crypto-core/known-options';
import { type Dialect, Kysely, MysqlDialect, PGliteDialect, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { databaseFamily } from './database-family.ts';
import { DatabaseError } from './errors.ts';
import { createMysqlPool } from './mysql-pool.ts';
import { openPglite, pgliteFolder } from './open-pglite.ts';
import { endSilence } from './silent-connections.ts';

// biome-ignore lint/suspicious/noExplicitAny: each package brings the types of its own tables
export type Database = Kysely<any>;

/** Variable from which the programs take the URL where no option gives it. */
export const databaseVariable = 'HAMMERWORK_DATABASE_URL';

export interface OpenOptions {
  /** Whether a `pglite:` folder that is absent is made. Default true. */
  readonly create?: boolean;
  /**
   * Milliseconds after which a statement fails that the server does not answer: PostgreSQL is asked to end it, and the
   * connection is cut if it does not, as one to MySQL is at once. Longer than any statement may take. Default: none.
   */
  readonly silenceMs?: number;
}

/**
 * Opens and probes the database. Errors: `database_missing`, `database_unknown`, `database_unavailable`,
 * `database_refused` (the same call will meet it again), `database_in_use` (another process has the `pglite:` folder).
 */
export async function openDatabase(url: string | undefined, options: OpenOptions = {}): Promise<Database> {
  assertOptions(options);
  if (!url)
    throw new DatabaseError(
      'database_missing',
      `Which database? Pass --database URL or set ${databaseVariable}, e.g. postgresql://localhost/app, mysql://localhost/app or pglite:./data.`,
    );
  let db: Database | undefined;
  try {
    db = new Kysely({ dialect: dialectOf(url, options) });
    await sql`select 1`.execute(db);
    return db;
  } catch (cause) {
    await db?.destroy().catch(() => {}); // what did not open need not close
    throw isCodedError(cause) ? cause : unanswered(codeOf(cause));
  }
}

/** TypeError or RangeError for what cannot work. */
function assertOptions(options: OpenOptions): void {
  assertKnown('openDatabase', options, ['create', 'silenceMs']);
  const { silenceMs } = options;
  if (silenceMs !== undefined && !(silenceMs >= 1 && silenceMs < 2 ** 31))
    throw new RangeError(`silenceMs must be at least 1 and below 2^31; got ${silenceMs}.`);
}

function codeOf(cause: unknown): string {
  if (cause instanceof URIError) return 'ERR_INVALID_URL'; // a % in user or password that encodes nothing
  return (cause as { code?: string }).code ?? 'no answer';
}

const encode = 'In user and password write @ : / # ? % percent-encoded (@ is %40)';
const wrongLogin = 'The database refuses this user or password';

/** By the codes of Node, PostgreSQL, and MySQL and MariaDB: what another try does not mend. */
const refusals: Readonly<Record<string, string>> = {
  '3D000': 'The server has no database of this name: create it',
  ER_BAD_DB_ERROR: 'The server has no database of this name: create it',
  '28000': wrongLogin,
  '28P01': wrongLogin,
  ER_ACCESS_DENIED_ERROR: wrongLogin,
  ERR_INVALID_URL: `The database URL cannot be read. ${encode}`,
  ENOTFOUND: `The host in the database URL is not known. ${encode}`,
};

const noConnection = ['53300', 'ER_CON_COUNT_ERROR', 'ER_TOO_MANY_USER_CONNECTIONS', 'ER_USER_LIMIT_REACHED'];

/** The driver's error is dropped: it may repeat the URL. */
function unanswered(code: string): DatabaseError {
  const refusal = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
  if (refusal) return new DatabaseError('database_refused', `${refusal} (${code}).`);
  if (noConnection.includes(code))
    return new DatabaseError(
      'database_unavailable',
      `The database has no connection left (${code}). Raise its limit of connections, or run fewer processes; then try again.`,
    );
  return new DatabaseError(
    'database_unavailable',
    `The database does not answer (${code}). Check that it runs and that host, port, user and password are right.`,
  );
}

const tlsParameters = ['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'sslnegotiation'];

/** The driver passes over what it does not know: `ssl-mode=verify-full` would be a connection without TLS. */
function assertKnownTls(url: string): void {
  const names = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? '').keys();
  for (const name of names) {
    if (!/ssl|tls/i.test(name) || tlsParameters.includes(name)) continue;
    throw new DatabaseError(
      'database_unknown',
      `A postgresql:// URL has no such TLS parameter: ${tlsParameters.join(', ')}.`,
    );
  }
}

function dialectOf(url: string, { create = true, silenceMs }: OpenOptions): Dialect {
  const family = databaseFamily(url);
  if (family === 'mysql') return new MysqlDialect({ pool: createMysqlPool(url, silenceMs) });
  if (family === 'pglite') {
    const folder = pgliteFolder(url, create);
    return new PGliteDialect({ pglite: () => openPglite(folder) });
  }
  assertKnownTls(url);
  // a peer that is gone is noticed after 20 s, and not after two hours
  const alive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 10_000, ...alive });
  // the next query reports a lost connection, whether it was idle or in use
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    if (silenceMs !== undefined) endSilence(client, silenceMs);
  });
  return new PostgresDialect({ pool });
}
