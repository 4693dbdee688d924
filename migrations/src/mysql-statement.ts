// Runs a statement of a MySQL migration so that an interrupted migration can be run again: DDL commits by itself there.
import { type Kysely, sql } from 'kysely';
import { MigrationError } from './errors.ts';

/** The form that every statement of `mysql/*.sql` has: one table, marked by its COMMENT with the migration's name. */
const createTable = /^CREATE TABLE (?<table>\w+) \([\s\S]*\bCOMMENT = '(?<mark>hammerwork \d{3}_\w+)'$/;

/** The table that a statement makes and the mark it gives it; undefined for any other statement. */
export function tableMadeBy(statement: string): { table: string; mark: string } | undefined {
  const { table, mark } = createTable.exec(statement)?.groups ?? {};
  return table && mark ? { table, mark } : undefined;
}

/** Makes the table, unless an earlier run of this migration did. Error: `migration_failed` where the table is not ours. */
// biome-ignore lint/suspicious/noExplicitAny: any database type
export async function runMysqlStatement(db: Kysely<any>, statement: string): Promise<void> {
  const { table, mark } = tableMadeBy(statement)!;
  const { rows } = await sql<{ mark: string }>`
    select table_comment as mark from information_schema.tables
    where table_schema = database() and table_name = ${table}`.execute(db);
  if (rows[0] === undefined) await sql.raw(statement).execute(db);
  else if (rows[0].mark !== mark)
    throw new MigrationError(
      'migration_failed',
      `The table ${table} is there already and no migration made it. Rename or drop it, then migrate again.`,
    );
}
