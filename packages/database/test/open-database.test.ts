import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, openTestDatabase } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '../src/index.ts';

test('opens a PostgreSQL', async () => {
  const { url, close } = await openTestDatabase('postgres');
  const db = await openDatabase(url);
  expect((await sql<{ n: number }>`select 7 as n`.execute(db)).rows).toEqual([{ n: 7 }]);
  await db.destroy();
  await close();
});

test('an embedded database keeps what was written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hammerwork-database-'));
  const first = await openDatabase(`pglite:${folder}/data`);
  await sql`create table kept as select 7 as n`.execute(first);
  await first.destroy();
  const second = await openDatabase(`pglite:${folder}/data`);
  expect((await sql<{ n: number }>`select n from kept`.execute(second)).rows).toEqual([{ n: 7 }]);
  await second.destroy();
  rmSync(folder, { recursive: true });
});

test.each([
  [undefined, 'database_missing'],
  ['', 'database_missing'],
  ['mongodb://user:planted-secret@127.0.0.1/app', 'database_unknown'],
])('%s is refused with %s', async (url, code) => {
  const error = await openDatabase(url).catch((thrown) => thrown);
  expect(error).toMatchObject({ code });
  expect(JSON.stringify(error) + error.stack).not.toContain('planted-secret');
});

test('a database that is away is unavailable, and its password is in no error', async () => {
  const error = await openDatabase(`postgresql://app:planted-secret@127.0.0.1:${await freePort()}/app`).catch((e) => e);
  expect(error).toMatchObject({ code: 'database_unavailable', retryable: true });
  expect(JSON.stringify(error) + error.stack + String(error.cause)).not.toContain('planted-secret');
});
