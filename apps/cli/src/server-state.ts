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

/** Of PostgreSQL: who holds a lock on one of our tables that keeps statements waiting, or would. */
export async function heldLocks(db: Database): Promise<string[]> {
  const { rows } = await sql<{ table: string; holder: number; waiting: number }>`
    with locks as (
      select tables.relname as table, locks.* from pg_locks as locks join pg_class as tables on tables.oid = relation
      where relname like 'hammerwork%' and relkind = 'r'
        and database = (select oid from pg_database where datname = current_database()) -- a copy of one has its numbers
    ),
    holders as (
      select "table", holder from locks cross join unnest(pg_blocking_pids(pid)) as holder where not granted
      union
      select "table", coalesce(pid, 0) from locks where granted
        and mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    )
    select "table", holder, (select count(distinct pid)::int from locks
      where not granted and locks."table" = holders."table") as waiting
    from holders where holder not in (select pid from pg_locks where not granted) order by 1, 2`.execute(db);
  return rows.map(
    ({ table, holder, waiting }) =>
      `${named(holder)} holds a lock on ${table} that keeps others out (${waiting} waiting): ${endOf(holder)}`,
  );
}

/** Of PostgreSQL: the oldest transaction on this database that is open for longer. Others of other users may not show. */
export async function oldTransaction(db: Database, minutes: number): Promise<string[]> {
  const { rows } = await sql<{ pid: number; minutes: number }>`
    with open as (
      select pid, xact_start as since from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
      union all
      select 0, prepared from pg_prepared_xacts where database = current_database()
    )
    select pid, floor(extract(epoch from clock_timestamp() - since) / 60)::int as minutes from open
    where since < clock_timestamp() - ${minutes}::float8 * interval '1 minute'
    order by since limit 1`.execute(db);
  return rows.map(
    ({ pid, minutes: open }) =>
      `${named(pid)} has a transaction open for ${open} min: dead rows cannot be cleared away meanwhile, and claims get slower: ${endOf(pid)}`,
  );
}

/** PostgreSQL has no process for a transaction that was prepared for its commit: it outlives its connection, and restarts. */
function named(pid: number): string {
  return pid === 0 ? 'somebody who prepared a transaction' : `process ${pid}`;
}

function endOf(pid: number): string {
  return pid === 0
    ? 'end it (rollback prepared, with its gid from pg_prepared_xacts)'
    : `end it (select pg_terminate_backend(${pid}))`;
}
