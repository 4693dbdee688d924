// Roles with no more rights than their work needs, from pg/roles.sql and mysql/roles.sql.
import { type Kysely, sql } from 'kysely';
import { databaseError } from './database-error.ts';
import { mysqlRoles } from './mysql.generated.ts';
import { pgRoles } from './pg.generated.ts';
import { type SqlFamily, sqlFamily } from './server.ts';

export interface RoleOptions {
  /**
   * What the roles' names begin with. Roles belong to the whole server, so each of several databases there wants a
   * prefix of its own. Default `hammerwork`.
   */
  prefix?: string;
}

const roles = ['producer', 'worker', 'key_admin', 'auditor'] as const;
const statementsOf: Record<SqlFamily, readonly string[]> = { pg: pgRoles, mysql: mysqlRoles };

/**
 * Creates the roles where they are not there and grants them what they need, on tables that were migrated; returns their
 * names. Harmless when repeated. The caller grants the roles to logins. Errors: `migration_failed`, `database_too_old`,
 * `database_unavailable`.
 */
// biome-ignore lint/suspicious/noExplicitAny: any database type
export async function grantRoles(db: Kysely<any>, options: RoleOptions = {}): Promise<string[]> {
  const prefix = checked(options.prefix);
  try {
    const statements = named(statementsOf[await sqlFamily(db)], prefix);
    await db.transaction().execute(async (tx) => {
      for (const statement of statements) await sql.raw(statement).execute(tx);
    });
  } catch (error) {
    throw databaseError(error);
  }
  return roles.map((role) => `${prefix}_${role}`);
}

/** The SQL that `grantRoles` would run, for who wants to read it first or may not run it from here. */
export function rolesSql(family: SqlFamily, options: RoleOptions = {}): string {
  return named(statementsOf[family], checked(options.prefix))
    .map((statement) => `${statement};\n`)
    .join('\n');
}

function named(statements: readonly string[], prefix: string): string[] {
  const names = new RegExp(`\\bhammerwork_(?=(?:${roles.join('|')})\\b)`, 'g');
  return statements.map((statement) => statement.replaceAll(names, `${prefix}_`));
}

/** Goes into SQL as it is. MySQL's names of roles end at 32 characters. */
function checked(prefix = 'hammerwork'): string {
  if (/^[a-z][a-z0-9_]{0,21}$/.test(prefix)) return prefix;
  throw new RangeError('A role prefix has 1 to 22 characters a-z, 0-9 and _, and begins with a letter');
}
