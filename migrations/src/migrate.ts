// Brings a database's tables up to this code, with Kysely's own Migrator, under an advisory lock: on PostgreSQL in one
// transaction, on MySQL and MariaDB one table after another.
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { databaseError } from './database-error.ts';
import { MigrationError } from './errors.ts';
import { mysqlMigrations } from './mysql.generated.ts';
import { followGrants } from './mysql-grants.ts';
import { runMysqlStatement } from './mysql-statement.ts';
import { pgMigrations } from './pg.generated.ts';
import { type SqlFamily, sqlFamily } from './server.ts';
import type { SqlMigration } from './sql-migration.ts';

// biome-ignore lint/suspicious/noExplicitAny: migrations run on any database type
type Database = Kysely<any>;

export interface MigrationStatus {
  name: string;
  /** Null where it has not been applied yet. */
  appliedAt: Date | null;
}

const migrationTable = 'hammerwork_migrations';

const migrationsOf: Record<SqlFamily, readonly SqlMigration[]> = { pg: pgMigrations, mysql: mysqlMigrations };

/**
 * Applies what is missing and returns the names of what it applied. Harmless when repeated or run by several processes
 * at once: they wait for each other. On PostgreSQL and PGlite all or nothing; on MySQL and MariaDB what an interrupted or
 * failed run made stays, and the next run goes on from there.
 * Errors: `schema_newer`, `migration_failed`, `database_too_old`, `database_unavailable`.
 */
export async function migrate(db: Database): Promise<string[]> {
  await migrationStatus(db);
  const { error, results } = await migrator(db, await sqlFamily(db)).migrateToLatest();
  if (error) {
    await migrationStatus(db); // newer code may have been faster
    throw databaseError(error);
  }
  return (results ?? []).map(({ migrationName }) => migrationName);
}

/**
 * Tells for each migration of this code when it was applied.
 * Errors: `schema_newer`, `database_too_old`, `database_unavailable`.
 */
export async function migrationStatus(db: Database): Promise<MigrationStatus[]> {
  try {
    const family = await sqlFamily(db);
    const known = migrationsOf[family];
    const applied = await appliedMigrations(db, family);
    const unknown = [...applied.keys()].filter((name) => !known.some((migration) => migration.name === name));
    if (unknown.length > 0)
      throw new MigrationError(
        'schema_newer',
        `The database has migrations that this version does not know (${unknown.join(', ')}). Upgrade this program; it would not understand the tables.`,
      );
    return known.map(({ name }) => ({ name, appliedAt: applied.get(name) ?? null }));
  } catch (error) {
    throw databaseError(error);
  }
}

async function appliedMigrations(db: Database, family: SqlFamily): Promise<Map<string, Date>> {
  const present = {
    pg: sql<{ n: number }>`select 1 as n where to_regclass(${migrationTable}) is not null`,
    mysql: sql<{ n: number }>`select 1 as n from information_schema.tables
      where table_schema = database() and table_name = ${migrationTable}`,
  };
  if ((await present[family].execute(db)).rows.length === 0) return new Map();
  const applied = await sql<{ name: string; timestamp: string }>`
    select name, timestamp from ${sql.table(migrationTable)}`.execute(db);
  return new Map(applied.rows.map(({ name, timestamp }) => [name, new Date(timestamp)]));
}

function migrator(db: Database, family: SqlFamily): Migrator {
  const migrations = migrationsOf[family].map((one) => [one.name, runnable(one, family)] as const);
  return new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(migrations) },
    migrationTableName: migrationTable,
    migrationLockTableName: `${migrationTable}_lock`,
  });
}

function runnable({ name, statements }: SqlMigration, family: SqlFamily): Migration {
  return {
    up: async (db) => {
      for (const statement of statements)
        await (family === 'pg' ? sql.raw(statement).execute(db) : runMysqlStatement(db, statement));
      if (family === 'mysql') await followGrants(db, name);
    },
  };
}
