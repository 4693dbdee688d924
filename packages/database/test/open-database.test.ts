import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { freePort, mysqlDatabaseKinds, openTestDatabase, sharedServer } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { assertHoldsJobs, openDatabase } from '../src/index.ts';

test('opens a PostgreSQL', async () => {
  const { url, close } = await openTestDatabase('postgres');
  const db = await openDatabase(url);
  expect((await sql<{ n: number }>`select 7 as n`.execute(db)).rows).toEqual([{ n: 7 }]);
  await db.destroy();
  await close();
});

for (const kind of mysqlDatabaseKinds) {
  test.skipIf(!(await sharedServer(kind)))(
    `opens a ${kind}: strict, in UTC, utf8mb4, whatever the server and this process are set to`,
    async () => {
      vi.stubEnv('TZ', 'Asia/Tokyo');
      const database = await openTestDatabase(kind);
      await sql`create table narrow (text varchar(3), at datetime)`.execute(database.db);
      const db = await openDatabase(database.url);
      await expect(sql`insert into narrow values ('four', null)`.execute(db)).rejects.toMatchObject({
        code: 'ER_DATA_TOO_LONG',
      });
      await sql`insert into narrow values (${'\u{1f511}'}, now())`.execute(db);
      const { rows } = await sql<{ text: string; at: Date; hours: number }>`
        select text, at, timestampdiff(hour, at, utc_timestamp()) as hours from narrow`.execute(db);
      expect(rows).toMatchObject([{ text: '\u{1f511}', hours: 0 }]);
      expect(Math.abs(Date.now() - rows[0]!.at.getTime())).toBeLessThan(3_600_000);
      vi.unstubAllEnvs();
      await db.destroy();
      await database.close();
    },
  );

  test.skipIf(!(await sharedServer(kind)))(`${kind}: user, password and names may have any character`, async () => {
    const database = await openTestDatabase(kind);
    const name = new URL(database.url!).pathname.slice(1);
    const user = `u_${name.slice(5, 25)}`;
    await sql.raw(`create user '${user}'@'127.0.0.1' identified by 'p@ss/w%rd:#?'`).execute(database.db);
    await sql.raw(`grant select on \`${name}\`.* to '${user}'@'127.0.0.1'`).execute(database.db);
    const url = Object.assign(new URL(database.url!), { username: user, password: encodeURIComponent('p@ss/w%rd:#?') });
    const db = await openDatabase(url.href);
    expect((await sql<{ n: number }>`select 7 as n`.execute(db)).rows).toEqual([{ n: 7 }]);
    await db.destroy();
    url.password = 'planted-secret';
    const error = await openDatabase(url.href).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'database_refused', message: expect.stringContaining('ER_ACCESS_DENIED') });
    expect(JSON.stringify(error) + error.stack + String(error.cause)).not.toContain('planted-secret');
    await sql.raw(`drop user '${user}'@'127.0.0.1'`).execute(database.db);
    await database.close();
  });
}

test('jobs are refused on MySQL and MariaDB, with what works there', () => {
  for (const url of ['mysql://h/app', 'mariadb://h/app'])
    expect(() => assertHoldsJobs(url)).toThrow(
      expect.objectContaining({ code: 'database_unsupported', message: expect.stringContaining('keys, audit') }),
    );
  for (const url of ['postgresql://h/app', 'pglite:data', undefined]) assertHoldsJobs(url);
});

test('what another try does not mend is not retryable: an absent database, a wrong user', async () => {
  const database = await openTestDatabase('postgres');
  const there = new URL(database.url!);
  const absent = Object.assign(new URL(there), { pathname: '/absent' });
  const stranger = Object.assign(new URL(there), { username: 'nobody_of_this_name' });
  for (const { href } of [absent, stranger]) {
    const error = await openDatabase(href).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'database_refused', retryable: false });
  }
  await database.close();
});

test('a server that has no connection left is unavailable, and what to do is told', async () => {
  const database = await openTestDatabase('postgres');
  const name = new URL(database.url!).pathname.slice(1);
  await sql.raw(`create role ${name}_full login connection limit 0`).execute(database.db);
  const url = Object.assign(new URL(database.url!), { username: `${name}_full` });
  await expect(openDatabase(url.href)).rejects.toMatchObject({
    code: 'database_unavailable',
    retryable: true,
    message: expect.stringContaining('no connection left (53300)'),
  });
  await sql.raw(`drop role ${name}_full`).execute(database.db);
  await database.close();
});

test('postgres: what accepts a connection and says nothing is given up after ten seconds', {
  timeout: 20_000,
}, async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const ended = vi.spyOn(pg.Pool.prototype, 'end');
  const opening = openDatabase(`postgresql://app@127.0.0.1:${(server.address() as AddressInfo).port}/app`);
  const refused = expect(opening).rejects.toMatchObject({ code: 'database_unavailable' });
  await once(server, 'connection');
  await vi.advanceTimersByTimeAsync(10_000);
  await refused;
  expect(ended).toHaveBeenCalledTimes(1);
  ended.mockRestore();
  vi.useRealTimers();
  server.close();
});

test('a mysql URL may have an address of IPv6', async () => {
  const error = await openDatabase(`mysql://app@[::1]:${await freePort()}/app`).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'database_unavailable' }); // and not a host that is not known
});

test.each(['mysql', 'mariadb', 'postgresql'])(
  'a %s URL with a % in its password that encodes nothing is refused, with how to write it',
  async (scheme) => {
    const error = await openDatabase(`${scheme}://app:Planted%E0@127.0.0.1:${await freePort()}/app`).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'database_refused', message: expect.stringContaining('percent-encoded') });
    expect(inspect(error)).not.toContain('Planted');
  },
);

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
  ['pglite:', 'database_unknown'],
  ['pglite:memory://', 'database_unknown'],
  ['postgresql://user:planted-secret/x@127.0.0.1:5432/app', 'database_refused'],
  ['postgresql://user:planted-secret@host.invalid/app', 'database_refused'],
  ['mongodb://user:planted-secret@127.0.0.1/app', 'database_unknown'],
  ['mysql://user:planted-secret@127.0.0.1', 'database_unknown'],
  ['mysql://user:planted-secret@127.0.0.1/app?ssl=true', 'database_unknown'],
  ['mysql://user:planted-secret@127.0.0.1/app?ssl-mode=maybe', 'database_unknown'],
  ['mysql://user:planted-secret@127.0.0.1/app?ssl-mode=required&ssl-ca=/x', 'database_unknown'],
  ['mysql://user:planted-secret@127.0.0.1/app?ssl-mode=verify_ca', 'database_unknown'],
  ['mysql://user:planted-secret@127.0.0.1/app?ssl-mode=verify_ca&ssl-ca=/nowhere', 'database_unknown'],
])('%s is refused with %s', async (url, code) => {
  const error = await openDatabase(url).catch((thrown) => thrown);
  expect(error).toMatchObject({ code });
  expect(JSON.stringify(error) + error.stack).not.toContain('planted-secret');
});

test('a database that is away is unavailable, and its password is in no error', async () => {
  for (const scheme of ['postgresql', 'mysql']) {
    const error = await openDatabase(`${scheme}://app:planted-secret@127.0.0.1:${await freePort()}/app`).catch(
      (e) => e,
    );
    expect(error).toMatchObject({ code: 'database_unavailable', retryable: true });
    expect(JSON.stringify(error) + error.stack + String(error.cause)).not.toContain('planted-secret');
  }
});

test.each(['ssl-mode=verify-full', 'sslMode=verify-full', 'tls=true', 'ssl_mode=require'])(
  'postgres: %s is no parameter, and must not mean a connection without TLS',
  async (parameter) => {
    const opening = openDatabase(`postgresql://someone:hunter2-pass@127.0.0.1:1/app?${parameter}`);
    const error = await opening.catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ code: 'database_unknown' });
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
  },
);
