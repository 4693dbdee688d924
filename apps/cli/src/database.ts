// Where the commands find their database: a PostgreSQL URL, or `pglite:FOLDER` for the embedded one.
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { CliError } from './errors.ts';

// biome-ignore lint/suspicious/noExplicitAny: each package brings the types of its own tables
export type Database = Kysely<any>;

/** Variable that names the database where `--database` does not. */
export const databaseVariable = 'HAMMERWORK_DATABASE_URL';

/** Opens and probes the database. Errors: `database_missing`, `database_unknown`, `database_unavailable`. */
export async function openDatabase(url: string | undefined): Promise<Database> {
  if (!url)
    throw new CliError(
      'database_missing',
      `Which database? Pass --database URL or set ${databaseVariable}, e.g. postgresql://localhost/app or pglite:./data.`,
    );
  const db: Database = new Kysely({ dialect: dialectOf(url) });
  try {
    await sql`select 1`.execute(db);
  } catch (cause) {
    await db.destroy();
    const reason = (cause as { code?: string }).code ?? 'no answer';
    throw new CliError(
      'database_unavailable',
      `The database does not answer (${reason}). Check that it runs and that host, port, user and password are right.`,
    );
  }
  return db;
}

function dialectOf(url: string) {
  if (url.startsWith('pglite:')) return new PGliteDialect({ pglite: () => PGlite.create(url.slice('pglite:'.length)) });
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new CliError(
      'database_unknown',
      'The database URL must begin with postgresql:// or pglite:. Other databases are not supported by this command.',
    );
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 10_000 });
  pool.on('error', () => {}); // the next query reports it
  return new PostgresDialect({ pool });
}
