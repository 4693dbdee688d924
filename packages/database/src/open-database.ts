// Opens the database that a URL names: PostgreSQL, the embedded PGlite in a folder (`pglite:FOLDER`), MySQL or MariaDB.
import { PGlite } from '@electric-sql/pglite';
import { type Dialect, Kysely, MysqlDialect, PGliteDialect, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { databaseFamily } from './database-family.ts';
import { DatabaseError } from './errors.ts';
import { createMysqlPool } from './mysql-pool.ts';

// biome-ignore lint/suspicious/noExplicitAny: each package brings the types of its own tables
export type Database = Kysely<any>;

/** Variable from which the programs take the URL where no option gives it. */
export const databaseVariable = 'HAMMERWORK_DATABASE_URL';

/** Opens and probes the database. Errors: `database_missing`, `database_unknown`, `database_unavailable`. */
export async function openDatabase(url: string | undefined): Promise<Database> {
  if (!url)
    throw new DatabaseError(
      'database_missing',
      `Which database? Pass --database URL or set ${databaseVariable}, e.g. postgresql://localhost/app, mysql://localhost/app or pglite:./data.`,
    );
  const db: Database = new Kysely({ dialect: dialectOf(url) });
  try {
    await sql`select 1`.execute(db);
  } catch (cause) {
    await db.destroy();
    const reason = (cause as { code?: string }).code ?? 'no answer';
    throw new DatabaseError(
      'database_unavailable',
      `The database does not answer (${reason}). Check that it runs and that host, port, user and password are right.`,
    );
  }
  return db;
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

function dialectOf(url: string): Dialect {
  const family = databaseFamily(url);
  if (family === 'mysql') return new MysqlDialect({ pool: createMysqlPool(url) });
  if (family === 'pglite') return new PGliteDialect({ pglite: () => PGlite.create(url.slice('pglite:'.length)) });
  assertKnownTls(url);
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // the next query reports a lost connection, whether it was idle or in use
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool });
}
