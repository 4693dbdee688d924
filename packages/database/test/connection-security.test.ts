// Whether a connection can be listened to, on real servers with and without TLS.
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mysqlDatabaseKinds, openTestDatabase, sharedServer, startPostgresServer } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connectionSecurity, openDatabase } from '../src/index.ts';

async function securityOf(url: string): Promise<unknown> {
  const db = await openDatabase(url);
  try {
    return await connectionSecurity(db, url);
  } finally {
    await db.destroy();
  }
}

/** Not a loopback address, and yet it leads to this machine. */
function elsewhere(url: string, parameters = ''): string {
  return url.replace('127.0.0.1', '0.0.0.0') + parameters;
}

for (const kind of mysqlDatabaseKinds) {
  test.skipIf(!(await sharedServer(kind)))(`${kind}: TLS where the URL asks for it`, async () => {
    const { url, close } = await openTestDatabase(kind);
    expect(await securityOf(url!)).toEqual({ local: true, cipher: undefined });
    expect(await securityOf(elsewhere(url!))).toEqual({ local: false, cipher: undefined });
    const cipher = expect.stringMatching(/^TLS_/);
    for (const mode of ['required', 'REQUIRED'])
      expect(await securityOf(elsewhere(url!, `?ssl-mode=${mode}`))).toEqual({ local: false, cipher });
    // The server's certificate is of its own making: who asks for a verified one gets no connection.
    await expect(openDatabase(`${url}?ssl-mode=verify_identity`)).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    const stranger = join(import.meta.dirname, 'tls', 'server.crt');
    for (const mode of ['verify_ca', 'verify_identity'])
      await expect(openDatabase(`${url}?ssl-mode=${mode}&ssl-ca=${stranger}`)).rejects.toMatchObject({
        code: 'database_unavailable',
      });
    await close();
  });
}

const mysql = await sharedServer('mysql');
test.skipIf(!mysql?.dataDirectory)(
  'mysql: its own authority is enough for verify_ca, and not for its name',
  async () => {
    const { url, close } = await openTestDatabase('mysql');
    const authority = `ssl-ca=${join(mysql!.dataDirectory!, 'ca.pem')}`;
    const cipher = expect.stringMatching(/^TLS_/);
    expect(await securityOf(`${url}?ssl-mode=verify_ca&${authority}`)).toEqual({ local: true, cipher });
    await expect(openDatabase(`${url}?ssl-mode=verify_identity&${authority}`)).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    await close();
  },
);

// A server that the environment names has the certificates that it has.
test.skipIf(process.env.HAMMERWORK_POSTGRES_URL)('postgres: TLS where the URL asks for it', async () => {
  const server = await startPostgresServer();
  const database = await openTestDatabase('postgres', server);
  const data = server.dataDirectory!;
  for (const file of ['server.crt', 'server.key']) {
    writeFileSync(join(data, file), readFileSync(join(import.meta.dirname, 'tls', file)), { mode: 0o600 });
    const { uid, gid } = statSync(data);
    chownSync(join(data, file), uid, gid);
  }
  await sql`alter system set ssl = on`.execute(database.db);
  await sql`select pg_reload_conf()`.execute(database.db);
  const { url, close } = database;
  const cipher = expect.stringMatching(/^TLS_/);
  const ca = `&sslrootcert=${join(import.meta.dirname, 'tls', 'server.crt')}`;
  await expect
    .poll(() => securityOf(`${url}?sslmode=verify-full${ca}`).catch(() => undefined))
    .toEqual({ local: true, cipher });
  expect(await securityOf(elsewhere(url!))).toEqual({ local: false, cipher: undefined });
  expect(await securityOf(elsewhere(url!, `?sslmode=no-verify`))).toEqual({ local: false, cipher });
  await close();
  await server.stop();
});

test.each([
  ['postgresql://app@db.example/app', false],
  ['postgresql://app@10.0.0.7/app', false],
  ['postgresql://app@127.0.0.1.example/app', false],
  ['postgresql://app@localhost:5432/app', true],
  ['postgresql://app@127.1.2.3/app', true],
  ['postgresql://app@[::1]/app', true],
  ['postgresql:///app?host=/var/run/postgresql', true],
  ['postgresql://%2Fvar%2Frun%2Fpostgresql/app', true],
  ['postgresql://app@localhost/app?host=db.example', false],
  ['pglite:./data', true],
])('%s is local: %s', async (url, local) => {
  const { db, close } = await openTestDatabase('postgres');
  expect(await connectionSecurity(db, url)).toEqual({ local, cipher: undefined });
  await close();
});

test('without a host node-postgres goes where PGHOST leads', async () => {
  const { db, close } = await openTestDatabase('postgres');
  const before = process.env.PGHOST;
  process.env.PGHOST = 'db.example';
  expect(await connectionSecurity(db, 'postgresql:///app')).toMatchObject({ local: false });
  if (before === undefined) delete process.env.PGHOST;
  else process.env.PGHOST = before;
  await close();
});

test('postgres: a URL without a host is looked at like any other, and no error repeats its password', async () => {
  const { url, db, close } = await openTestDatabase('postgres');
  const { pathname } = new URL(url!);
  for (const hostless of [`postgresql://someone:hunter2-pass@${pathname}`, `postgresql://someone@${pathname}`])
    expect(await connectionSecurity(db, hostless)).toMatchObject({ local: true });
  await close();
});
