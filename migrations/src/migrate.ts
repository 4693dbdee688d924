// Brings a database's tables up to this code, with Kysely's own Migrator: one transaction, under an advisory lock.
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { MigrationError } from './errors.ts';
import { pgMigrations } from './pg.generated.ts';
import type { SqlMigration } from './sql-migration.ts';

// biome-ignore lint/suspicious/noExplicitAny: migrations run on any database type
type Database = Kysely<any>;

export interface MigrationStatus {
  name: string;
  /** Null where it has not been applied yet. */
  appliedAt: Date | null;
}

const migrationTable = 'hammerwork_migrations';

/**
 * Applies what is missing to PostgreSQL or PGlite and returns the names of what it applied. Harmless when repeated or
 * run by several processes at once: they wait for each other. All or nothing.
 * Errors: `schema_newer`, `migration_failed`, `database_unavailable`.
 */
export async function migrate(db: Database): Promise<string[]> {
  await migrationStatus(db);
  const { error, results } = await migrator(db).migrateToLatest();
  if (error) {
    await migrationStatus(db); // newer code may have been faster
    throw databaseError(error);
  }
  return (results ?? []).map(({ migrationName }) => migrationName);
}

/** Tells for each migration of this code when it was applied. Errors: `schema_newer`, `database_unavailable`. */
export async function migrationStatus(db: Database): Promise<MigrationStatus[]> {
  const applied = await appliedMigrations(db).catch((error) => {
    throw databaseError(error);
  });
  const unknown = [...applied.keys()].filter((name) => !pgMigrations.some((migration) => migration.name === name));
  if (unknown.length > 0)
    throw new MigrationError(
      'schema_newer',
      `The database has migrations that this version does not know (${unknown.join(', ')}). Upgrade this program; it would not understand the tables.`,
    );
  return pgMigrations.map(({ name }) => ({ name, appliedAt: applied.get(name) ?? null }));
}

async function appliedMigrations(db: Database): Promise<Map<string, Date>> {
  const { rows } = await sql<{
    present: boolean;
  }>`select to_regclass(${migrationTable}) is not null as present`.execute(db);
  if (!rows[0]?.present) return new Map();
  const applied = await sql<{ name: string; timestamp: string }>`
    select name, timestamp from ${sql.table(migrationTable)}`.execute(db);
  return new Map(applied.rows.map(({ name, timestamp }) => [name, new Date(timestamp)]));
}

function migrator(db: Database): Migrator {
  return new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(pgMigrations.map((one) => [one.name, runnable(one)])) },
    migrationTableName: migrationTable,
    migrationLockTableName: `${migrationTable}_lock`,
  });
}

function runnable({ statements }: SqlMigration): Migration {
  return {
    up: async (db) => {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}

/** With an SQLSTATE outside the classes of lost connections the server refused; anything else never reached it. */
function databaseError(error: unknown): MigrationError {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && /^(?!08|53|57P)[0-9FHPX][0-9A-Z]{4}$/.test(code))
    return new MigrationError('migration_failed', `A migration failed (SQLSTATE ${code}): ${message}`);
  if (code === undefined && String(message).startsWith('corrupted migrations'))
    return new MigrationError('migration_failed', `The list of applied migrations is not as expected: ${message}`);
  return new MigrationError('database_unavailable', 'The database did not answer. Check its URL and that it runs.');
}
