import { openTestDatabase, startTcpFaultProxy } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createListen } from '../src/index.ts';

test('notices arrive, a broken connection is made again and what was missed is made up for', async () => {
  const { url, db, close } = await openTestDatabase('postgres');
  let notices = 0;
  const listening = async () => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity where datname = current_database() and query like 'listen %'`.execute(db);
    return rows.length;
  };
  const stop = await createListen(url, { retryMs: 5 })!('changes', () => {
    notices++;
  });
  await expect.poll(listening, { interval: 5, timeout: 10_000 }).toBe(1);
  await sql`select pg_notify('changes', '')`.execute(db);
  await expect.poll(() => notices, { interval: 5, timeout: 10_000 }).toBe(1);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'listen %'`.execute(db);
  await expect.poll(() => notices, { interval: 5, timeout: 10_000 }).toBe(2); // nobody announced anything: it looks again by itself
  await sql`select pg_notify('changes', '')`.execute(db);
  await expect.poll(() => notices, { interval: 5, timeout: 10_000 }).toBe(3);
  await stop();
  await expect.poll(listening, { interval: 5, timeout: 10_000 }).toBe(0);
  await close();
});

test('a database that comes later is listened to then, and what was announced before is made up for', async () => {
  const { url, close } = await openTestDatabase('postgres');
  const proxy = await startTcpFaultProxy({ port: Number(new URL(url!).port) });
  proxy.setFault({ kind: 'reset' });
  let notices = 0;
  const listen = createListen(Object.assign(new URL(url!), { port: String(proxy.port) }).href, { retryMs: 5 })!;
  const stop = await listen('changes', () => {
    notices++;
  });
  await expect.poll(() => proxy.connections, { interval: 5, timeout: 10_000 }).toBeGreaterThan(1);
  proxy.setFault(undefined);
  await expect.poll(() => notices, { interval: 5, timeout: 10_000 }).toBe(1);
  await stop();
  await proxy.close();
  await close();
});

test('a database that is away is no error; one without notices gives none', async () => {
  const stop = await createListen('postgresql://postgres@127.0.0.1:1/none', { retryMs: 5 })!('changes', () => {});
  await stop();
  expect(createListen('pglite:./data')).toBeUndefined();
  expect(createListen(undefined)).toBeUndefined();
});
