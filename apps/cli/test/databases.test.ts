// The commands on MySQL and MariaDB, and what `doctor` says of connections that others can listen to.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@hammerwork/database';
import { mysqlDatabaseKinds, openTestDatabase, sharedServer, type TestDatabaseKind } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { heldLocks, oldTransaction } from '../src/server-state.ts';
import { type Call, runCli } from './run-cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hammerwork-cli-'));
  writeFileSync(join(folder, 'master.key'), randomBytes(32).toString('base64'), { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

function call(url: string, ...args: string[]): Promise<Call> {
  const global = ['--database', url, '--master-key', `file:${join(folder, 'master.key')}`];
  return runCli([...global, ...args], { env: { USER: 'tester' } });
}

const json = async (url: string, ...args: string[]) => JSON.parse((await call(url, '--json', ...args)).stdout);

/** Not a loopback address, and yet it leads to this machine. */
const elsewhere = (url: string) => url.replace('127.0.0.1', '0.0.0.0');

async function expectWarning(kind: TestDatabaseKind): Promise<void> {
  const { url, close } = await openTestDatabase(kind);
  await call(url!, 'migrate');
  const databaseOf = async (from: string) =>
    (await json(from, 'doctor')).find(({ check }: { check: string }) => check === 'database');
  expect(await databaseOf(url!)).toMatchObject({ state: 'ok', finding: expect.stringContaining('on this machine') });
  expect(await databaseOf(elsewhere(url!))).toMatchObject({
    state: 'warning',
    finding: expect.stringContaining('without TLS'),
  });
  expect((await call(elsewhere(url!), 'doctor')).code).toBe(0);
  if (kind !== 'postgres')
    expect(await databaseOf(`${elsewhere(url!)}?ssl-mode=required`)).toMatchObject({
      state: 'ok',
      finding: expect.stringContaining('TLS_'),
    });
  await close();
}

test('postgres: doctor warns of a connection without TLS to another machine', () => expectWarning('postgres'));

const findingOf = async (url: string, name: string) =>
  (await json(url, 'doctor')).find(({ check }: { check: string }) => check === name);

test('postgres: a server that takes no change is told by doctor, and by whoever wants to change something', async () => {
  const { db, url: given, close } = await openTestDatabase('postgres');
  const url = given!;
  await call(url, 'migrate');
  await call(url, 'keys', 'generate', 'payments');
  expect(await findingOf(url, 'database')).toMatchObject({ state: 'ok' });
  const name = sql.ref(new URL(url).pathname.slice(1));
  await sql`alter database ${name} set default_transaction_read_only = on`.execute(db);
  expect(await findingOf(url, 'database')).toMatchObject({
    state: 'failed',
    finding: expect.stringContaining('takes no change'),
  });
  expect((await call(url, 'keys', 'rotate', 'payments')).stderr).toContain('connect to the primary');
  await close();
});

test('postgres: doctor names the process whose lock holds others up, and the transaction that is open for long', async () => {
  const { db, url, close } = await openTestDatabase('postgres');
  await call(url!, 'migrate');
  expect(await findingOf(url!, 'locks')).toMatchObject({ state: 'ok' });
  await db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
    const holds = (lock: string, waiting: number) =>
      expect
        .poll(() => findingOf(url!, 'locks'), { timeout: 30_000 })
        .toMatchObject({
          state: 'warning',
          finding: expect.stringMatching(`^process ${rows[0]?.pid} holds a lock on ${lock} .*\\(${waiting} waiting\\)`),
        });
    await sql`lock table hammerwork_jobs in row exclusive mode`.execute(transaction);
    expect(await findingOf(url!, 'locks')).toMatchObject({ state: 'ok' });
    await sql`lock table hammerwork_jobs`.execute(transaction);
    await holds('hammerwork_jobs', 0);
    const held = sql`select id from hammerwork_jobs`.execute(db);
    const ended = expect(held).rejects.toMatchObject({ code: '57014' });
    await holds('hammerwork_jobs', 1);
    const open = `process ${rows[0]?.pid} has a transaction open for 0 min`;
    expect(await oldTransaction(db, 0)).toEqual([expect.stringContaining(open)]);
    expect(await oldTransaction(db, 5)).toEqual([]);
    await sql`select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(transaction);
    await ended;
  });
  await close();
});

test('postgres: what a prepared transaction holds is ended by its gid, and not by process 0', async () => {
  const { db, url, close } = await openTestDatabase('postgres');
  await call(url!, 'migrate');
  await db.transaction().execute(async (transaction) => {
    await sql`lock table hammerwork_jobs`.execute(transaction);
    await sql`prepare transaction 'held'`.execute(transaction);
  });
  const prepared = expect.stringMatching(/^somebody who prepared .*rollback prepared/);
  expect(await heldLocks(db)).toEqual([prepared]);
  expect(await oldTransaction(db, 0)).toEqual([prepared]);
  const waits = expect(sql`select id from hammerwork_jobs`.execute(db)).resolves.toMatchObject({ rows: [] });
  await expect
    .poll(() => heldLocks(db), { timeout: 30_000 })
    .toEqual([expect.stringMatching(/^somebody .*\(1 waiting\)/)]);
  await sql`rollback prepared 'held'`.execute(db);
  await waits;
  await close();
});

test('postgres: a lock in a copy of the database, whose tables have the same numbers, is none here', async () => {
  const [original, elsewhere] = [await openTestDatabase('postgres'), await openTestDatabase('postgres')];
  await call(original.url!, 'migrate');
  const name = new URL(original.url!).pathname.slice(1);
  await sql`select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = ${name}`.execute(
    elsewhere.db,
  );
  await sql`create database ${sql.ref(`${name}_copy`)} template ${sql.ref(name)}`.execute(elsewhere.db);
  const copy = await openDatabase(`${original.url}_copy`);
  await copy.transaction().execute(async (transaction) => {
    await sql`lock table hammerwork_jobs`.execute(transaction);
    expect(await heldLocks(transaction)).toHaveLength(1);
    expect(await heldLocks(original.db)).toEqual([]);
  });
  await copy.destroy();
  await sql`drop database ${sql.ref(`${name}_copy`)}`.execute(elsewhere.db);
  await Promise.all([original.close(), elsewhere.close()]);
});

test.each([
  [0, 'ok', "agrees with the database's"],
  [600_000, 'warning', '600 s ahead of'],
  [-600_000, 'warning', '600 s behind'],
])('postgres: a clock that is off by %d ms: %s', async (byMs, state, finding) => {
  const { url, close } = await openTestDatabase('postgres');
  await call(url!, 'migrate');
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + byMs);
  const found = await findingOf(url!, 'clock').finally(() => vi.restoreAllMocks());
  expect(found).toMatchObject({ state, finding: expect.stringContaining(finding) });
  await close();
});

for (const kind of mysqlDatabaseKinds) {
  describe.skipIf(!(await sharedServer(kind)))(kind, () => {
    test('doctor warns of a connection without TLS to another machine', () => expectWarning(kind));

    test('migrate --roles creates roles, --print-roles shows how', async () => {
      const { db, url, close } = await openTestDatabase(kind);
      const prefix = `r${randomBytes(6).toString('hex')}`;
      const names = ['producer', 'worker', 'key_admin', 'auditor'].map((role) => `${prefix}_${role}`);
      expect(await json(url!, 'migrate', '--roles', prefix)).toMatchObject({ roles: names });
      const { rows } = await sql<Record<string, string>>`show grants for ${sql.raw(names[3]!)}`.execute(db);
      expect(JSON.stringify(rows)).toContain('hammerwork_key_audit_log');
      await sql.raw(`drop role ${names.join(', ')}`).execute(db);
      expect((await call(url!, 'migrate', '--print-roles')).stdout).toContain(
        'CREATE ROLE IF NOT EXISTS hammerwork_producer',
      );
      expect((await call(url!, 'migrate', '--roles', "x'; drop")).code).toBe(2);
      await close();
    });

    test('migrate, keys, audit and doctor work, jobs are refused', async () => {
      const { url: given, close } = await openTestDatabase(kind);
      const url = given!;
      expect((await call(url, 'doctor')).stdout).toContain('run `hammerwork migrate`');
      expect((await json(url, 'migrate')).applied).toContain('002_encryption_keys');
      expect((await json(url, 'migrate')).applied).toEqual([]);
      await call(url, 'keys', 'generate', 'payments');
      expect(await json(url, 'keys', 'rotate', 'payments')).toMatchObject({ key: 'payments', version: 2 });
      expect(await json(url, 'keys', 'stats')).toMatchObject({ totalKeys: 1, totalVersions: 2 });
      const trail = await json(url, 'audit', 'list', 'payments');
      expect(trail.map(({ operation }: { operation: string }) => operation)).toContain('rotate');
      expect((await call(url, 'audit', 'verify')).code).toBe(0);
      expect((await call(url, 'doctor')).code).toBe(0);
      expect(await findingOf(url, 'clock')).toMatchObject({ state: 'ok' });
      for (const command of [['list'], ['count'], ['show', '00000000-0000-7000-8000-000000000000']]) {
        const { code, stderr } = await call(url, 'jobs', ...command);
        expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('database_unsupported') });
      }
      // Nobody here can say whether a job still refers to the version.
      const retired = await call(url, 'keys', 'retire', 'payments', '1');
      expect(retired).toMatchObject({ code: 1, stderr: expect.stringContaining('references_unknown') });
      await close();
    });
  });
}
