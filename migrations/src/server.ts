// Which family of databases answers, and whether it is new enough to hold what the tables promise.
import { type Kysely, sql } from 'kysely';
import { MigrationError } from './errors.ts';

export type SqlFamily = 'pg' | 'mysql';

/** MySQL before 8.0.16 reads CHECK constraints and ignores them; 8.0.17 has the collation. */
const oldest: readonly [pattern: RegExp, name: string, version: readonly number[]][] = [
  [/^(\d+)\.(\d+)\.(\d+).*mariadb/i, 'MariaDB', [10, 6, 0]],
  [/^(\d+)\.(\d+)\.(\d+)/, 'MySQL', [8, 0, 17]],
];

/** Asks the server what it is. Error: `database_too_old`; what the driver throws passes. */
// biome-ignore lint/suspicious/noExplicitAny: any database type
export async function sqlFamily(db: Kysely<any>): Promise<SqlFamily> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db);
  const version = rows[0]?.version ?? '';
  for (const [pattern, name, minimum] of oldest) {
    const numbers = pattern.exec(version)?.slice(1, 4).map(Number);
    if (!numbers) continue;
    if (compare(numbers, minimum) < 0)
      throw new MigrationError(
        'database_too_old',
        `${name} ${numbers.join('.')} does not enforce what these tables rely on. Use ${name} ${minimum.join('.')} or later.`,
      );
    return 'mysql';
  }
  return 'pg';
}

function compare(left: readonly number[], right: readonly number[]): number {
  const at = right.findIndex((number, index) => left[index] !== number);
  return at === -1 ? 0 : left[at]! - right[at]!;
}
