// Statements that get no answer: the server is asked to end them, and a connection that is lost without a word is cut.
import {
  mysqlDatabaseKinds,
  openTestDatabase,
  sharedServer,
  startTcpFaultProxy,
  type TcpFaultProxy,
  type TestDatabase,
} from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../src/index.ts';

const silenceMs = 1000;
let database: TestDatabase;
let proxy: TcpFaultProxy;
let url: string;

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  proxy = await startTcpFaultProxy({ port: Number(new URL(database.url!).port) });
  url = Object.assign(new URL(database.url!), { port: String(proxy.port) }).href;
});
afterAll(async () => {
  await proxy.close();
  await database.close();
});

test('a statement that waits for a lock is ended at the server too, and its connection goes on', async () => {
  await sql`create table locked (n integer)`.execute(database.db);
  const db = await openDatabase(url, { silenceMs });
  const { connections } = proxy;
  await database.db.transaction().execute(async (transaction) => {
    await sql`lock table locked`.execute(transaction);
    await expect(sql`select n from locked`.execute(db)).rejects.toMatchObject({ code: '57014' });
    const { rows } = await sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(transaction);
    expect(rows).toEqual([]);
  });
  expect((await sql`select n from locked`.execute(db)).rows).toEqual([]);
  expect(proxy.connections).toBe(connections + 1); // the one that carried the request to end it
  await db.destroy();
});

test('a statement that goes on saying something is left alone, and so is one without a limit', async () => {
  const [watched, free] = [await openDatabase(url, { silenceMs }), await openDatabase(url)];
  const spoken = sql`do $$ begin for i in 1..8 loop raise warning 'still here'; perform pg_sleep(0.2); end loop; end $$`;
  await spoken.execute(watched);
  await sql`select pg_sleep(1.5)`.execute(free);
  await Promise.all([watched.destroy(), free.destroy()]);
});

test('a transaction between two statements is left alone, and its next statement is watched', async () => {
  const db = await openDatabase(url, { silenceMs });
  await sql`create table slow (n integer)`.execute(database.db);
  const { connections } = proxy;
  await db.transaction().execute(async (transaction) => {
    await sql`insert into slow values (1)`.execute(transaction);
    await sql`select pg_sleep(7.5)`.execute(database.db); // longer than it takes to ask and to cut
    await sql`insert into slow values (2)`.execute(transaction);
  });
  expect((await sql`select n from slow`.execute(database.db)).rows).toEqual([{ n: 1 }, { n: 2 }]);
  expect(proxy.connections).toBe(connections);
  await expect(sql`select pg_sleep(60)`.execute(db)).rejects.toMatchObject({ code: '57014' });
  await db.destroy();
});

test('a connection that a failover forgot is cut, and the next statement gets a new one', async () => {
  const db = await openDatabase(url, { silenceMs });
  proxy.setFault({ kind: 'forget' });
  await expect(sql`select 1`.execute(db)).rejects.toThrow('Connection terminated unexpectedly');
  expect((await sql`select 7 as n`.execute(db)).rows).toEqual([{ n: 7 }]);
  await db.destroy();
  proxy.setFault(undefined);
});

test('an option that is none, and a time that no timer holds, are refused', async () => {
  await expect(openDatabase(url, { silencems: 5 } as never)).rejects.toThrow('no option "silencems"');
  for (const wrong of [0, Number.NaN, 2 ** 31])
    await expect(openDatabase(url, { silenceMs: wrong })).rejects.toThrow(RangeError);
});

for (const kind of mysqlDatabaseKinds) {
  describe.skipIf(!(await sharedServer(kind)))(kind, () => {
    test.each(['', '?ssl-mode=required'])('a connection that a failover forgot is cut%s', async (parameters) => {
      const own = await openTestDatabase(kind);
      const between = await startTcpFaultProxy({ port: Number(new URL(own.url!).port) });
      const through = Object.assign(new URL(own.url!), { port: String(between.port) }).href;
      const db = await openDatabase(`${through}${parameters}`, { silenceMs: 300 });
      const quick = await Promise.all([sql`select sleep(0.2)`.execute(db), sql`select sleep(0.2)`.execute(db)]);
      expect(quick).toHaveLength(2);
      between.setFault({ kind: 'forget' });
      const silent = sql`select 1`.execute(db);
      await expect(silent).rejects.toMatchObject({ code: 'PROTOCOL_SEQUENCE_TIMEOUT' });
      const transaction = db.transaction().execute((tx) => sql`select 1`.execute(tx));
      await expect(transaction).rejects.toThrow(); // on the other one
      expect((await sql`select 7 as n`.execute(db)).rows).toEqual([{ n: 7 }]);
      await db.destroy();
      await between.close();
      await own.close();
    });

    test('rows come as a stream as well', async () => {
      const own = await openTestDatabase(kind);
      const db = (await openDatabase(own.url!, { silenceMs: 300 })).withTables<{ numbers: { n: number } }>();
      await sql`create table numbers as select 1 as n union select 2 union select 3`.execute(db);
      const seen = [];
      for await (const { n } of db.selectFrom('numbers').select('n').where('n', '>', 1).orderBy('n').stream())
        seen.push(n);
      expect(seen).toEqual([2, 3]);
      await db.destroy();
      await own.close();
    });

    test('the server ends what a client that is gone holds, and what waits for a locked table, in a minute', async () => {
      const own = await openTestDatabase(kind);
      const db = await openDatabase(own.url!);
      const { rows } = await sql`select @@wait_timeout as gone, @@lock_wait_timeout as waiting`.execute(db);
      expect(rows).toEqual([{ gone: 60, waiting: 50 }]);
      await db.destroy();
      await own.close();
    });
  });
}
