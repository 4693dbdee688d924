// What a database server says of itself that keeps programs from working on it.
import { type Database, databaseFamily } from '@hammerwork/database';
import { sql } from 'kysely';

/** It refuses changes: a standby, or a server that is set so. */
export async function isReadOnly(db: Database, url: string): Promise<boolean> {
  const asked =
    databaseFamily(url) === 'mysql'
      ? sql<{ answer: number }>`select @@global.read_only as answer`
      : sql<{ answer: number }>`select (current_setting('transaction_read_only') = 'on')::int as answer`;
  const { rows } = await asked.execute(db);
  return rows[0]?.answer === 1;
}

/** By how many milliseconds this machine's clock is ahead of the server's, to half of what the question took. */
export async function clockAheadMs(db: Database, url: string): Promise<number> {
  const asked =
    databaseFamily(url) === 'mysql'
      ? sql<{ ms: number | string }>`select unix_timestamp(sysdate(3)) * 1000 as ms`
      : sql<{ ms: number | string }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
  const before = Date.now();
  const { rows } = await asked.execute(db);
  return (before + Date.now()) / 2 - Number(rows[0]?.ms);
}
