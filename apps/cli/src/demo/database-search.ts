// Where the tour searches: every byte of the embedded database's folder, or, on a server whose files are out of reach,
// every row of its tables as text.
import { sql } from 'kysely';
import { type LeakSearch, scanFolder } from './leak-search.ts';
import type { Tour } from './tour.ts';

/** Feeds all that is stored to `search` and counts the personal numbers that stand in clear in a row. */
export async function scanDatabase(
  { db, dataFolder, numbers }: Tour,
  search: LeakSearch,
): Promise<{ where: string; numbers: number }> {
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_schema = current_schema() and table_name like 'hammerwork%' and table_type = 'BASE TABLE'`.execute(db);
  const inClear = new Set<number>();
  for (const { name } of tables) {
    const { rows } = await sql<{ line: string }>`select t::text as line from ${sql.raw(name)} as t`.execute(db);
    for (const { line } of rows) {
      for (const [digits] of line.matchAll(/[0-9]{6,}/g)) if (numbers.has(Number(digits))) inClear.add(Number(digits));
      if (dataFolder === undefined) search.scan(Buffer.from(line));
    }
  }
  if (dataFolder === undefined) return { where: `${tables.length} tables, read as text`, numbers: inClear.size };
  await sql`checkpoint`.execute(db);
  await scanFolder(search, dataFolder);
  return { where: 'the database directory', numbers: inClear.size };
}
