// The least-privilege roles on real servers: each does its work, and the database refuses everything else. What each may
// touch is read from the table of migrations/README.md.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createCrypto } from '@hammerwork/crypto-core';
import { type Database, openDatabase } from '@hammerwork/database';
import { createKeyManager, type KeyManager, type KeyStore } from '@hammerwork/key-manager';
import { createMysqlKeyStore } from '@hammerwork/key-store-mysql';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { createStaticProvider } from '@hammerwork/kms-providers/static';
import { grantRoles, migrate, migrationStatus, rolesSql } from '@hammerwork/migrations';
import { createPayloadProtection } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore, Worker } from '@hammerwork/queue';
import { createSweeper } from '@hammerwork/retention';
import { mysqlVersions, openTestDatabase, sharedServer, type TestDatabaseKind } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { greet, handlers } from '../../worker/test/handlers.ts';

const roles = ['producer', 'worker', 'key_admin', 'auditor'] as const;
type Role = (typeof roles)[number];

const crypto = createCrypto();
const kms = createStaticProvider({
  key: randomBytes(32).toString('base64'),
  allowOutsideTests: true,
  warn: () => {},
  crypto,
});
const refusals = ['42501', 'ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR'];

/** Statements that change nothing, and in which only the right to do so can be missing. */
const attempts: Record<string, (table: string, column: string) => string> = {
  select: (table) => `select count(*) from ${table}`,
  insert: (table) => `insert into ${table} (${table === 'hammerwork_jobs' ? 'kind' : columns[table]}) values (null)`,
  update: (table, column) => `update ${table} set ${column} = null where 1 = 0`,
  'update usage': (table) => `update ${table} set usage_count = 1, last_used_at = null where 1 = 0`,
  delete: (table) => `delete from ${table} where 1 = 0`,
  truncate: (table) => `truncate table ${table}`,
  alter: (table) => `alter table ${table} add column planted int`,
};

/** A column that tells an update by right from one of the usage columns alone; it takes no null. */
const columns: Record<string, string> = {
  hammerwork_jobs: 'payload',
  hammerwork_job_states: 'state',
  hammerwork_job_outcomes: 'surface',
  hammerwork_key_store: 'state_mac',
  hammerwork_encryption_keys: 'status',
  hammerwork_key_transitions: 'state',
  hammerwork_key_audit_log: 'actor',
  hammerwork_migrations: 'name',
};

interface Row {
  table: string;
  rights: Record<Role, string[]>;
}

function readmeTable(): Row[] {
  const readme = readFileSync(new URL('../../../migrations/README.md', import.meta.url), 'utf8');
  return [...readme.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(([, table = '', cells = '']) => {
    const rights = cells.split('|').map((cell) => cell.trim().split(', ').filter(Boolean));
    return { table, rights: Object.fromEntries(roles.map((role, index) => [role, rights[index]])) as Row['rights'] };
  });
}

/** The code with which a database refuses `text`, rolled back in any case. */
async function codeOf(db: Database, text: string): Promise<string> {
  const stop = new Error('rolled back');
  try {
    await db.transaction().execute(async (tx) => {
      await sql.raw(text).execute(tx);
      throw stop;
    });
  } catch (error) {
    return error === stop ? 'allowed' : String((error as { code?: unknown }).code);
  }
  return 'committed';
}

function testRoles(kind: TestDatabaseKind, storeOn: (db: Database) => KeyStore): void {
  const mysql = !kind.startsWith('postgres');
  let owner: Awaited<ReturnType<typeof openTestDatabase>>;
  const prefix = `r${randomBytes(6).toString('hex')}`;
  const as = {} as Record<Role, Database>;
  const managers: KeyManager[] = [];
  const manage = (role: Role) => {
    const manager = createKeyManager({ store: storeOn(as[role]), kms, crypto, settleMs: 0, actor: role });
    managers.push(manager);
    return manager;
  };

  beforeAll(async () => {
    owner = await openTestDatabase(kind);
    const run = (text: string) => sql.raw(text).execute(owner.db);
    await migrate(owner.db);
    expect(await grantRoles(owner.db, { prefix })).toEqual(roles.map((role) => `${prefix}_${role}`));
    await grantRoles(owner.db, { prefix });
    for (const role of roles) {
      const [name, password] = [`${prefix}_l_${role}`, randomBytes(9).toString('hex')];
      const login = mysql ? `'${name}'@'127.0.0.1'` : name;
      await run(
        mysql ? `create user ${login} identified by '${password}'` : `create role ${name} login password '${password}'`,
      );
      await run(`grant ${prefix}_${role} to ${login}`);
      if (mysql) await run(`set default role ${prefix}_${role} ${kind === 'mysql' ? 'to' : 'for'} ${login}`);
      as[role] = await openDatabase(Object.assign(new URL(owner.url!), { username: name, password }).href);
    }
  });

  afterAll(async () => {
    for (const manager of managers) await manager.close();
    const run = (text: string) => sql.raw(text).execute(owner.db);
    for (const role of roles) {
      await as[role].destroy();
      if (mysql) await run(`drop user '${prefix}_l_${role}'@'127.0.0.1'`);
      if (mysql) await run(`drop role ${prefix}_${role}`);
      else
        for (const name of [`${prefix}_l_${role}`, `${prefix}_${role}`])
          await run(`drop owned by ${name}; drop role ${name}`);
    }
    await owner.close();
  });

  test('key_admin generates, rotates, retires and destroys; the auditor verifies', async () => {
    const countReferences = mysql ? async () => 0 : createPgJobStore(as.key_admin).countByKeyHandle;
    const admin = createKeyManager({
      store: storeOn(as.key_admin),
      kms,
      crypto,
      settleMs: 0,
      countReferences,
      destruction: { undoWindowMs: 0 },
    });
    managers.push(admin);
    await admin.generateKey('default');
    await admin.rotateKey('default');
    await admin.retireKey('default', 1);
    await admin.destroyKey('default', 1);
    expect((await admin.performDueDestructions()).map(({ version }) => version)).toEqual([1]);
    expect(await manage('auditor').verifyAudit()).toMatchObject({ ok: true });
    expect((await manage('auditor').listKeys()).map(({ status }) => status)).toEqual(['destroyed', 'active']);
  });

  test("in a transaction of the caller's, key_admin needs no further right", async () => {
    await as.key_admin
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (tx) => {
        const admin = createKeyManager({ store: storeOn(tx), kms, crypto, settleMs: 0, actor: 'key_admin' });
        await admin.generateKey('within');
        await admin.compromiseKey('within', 1);
        expect((await admin.getKey('within')).version).toBe(2);
        await admin.close();
      });
    expect(await manage('auditor').verifyAudit()).toMatchObject({ ok: true });
  });

  test('only key_admin changes keys: others are refused by the database, and told which right they lack', async () => {
    for (const role of ['producer', 'worker', 'auditor'] as const)
      await expect(manage(role).rotateKey('default')).rejects.toMatchObject({
        code: 'store_unavailable',
        message: expect.stringContaining('lacks a right'),
      });
    expect((await manage('auditor').listKeys({ keyId: 'default' })).map(({ version }) => version)).toEqual([1, 2]);
    expect(await manage('auditor').verifyAudit()).toMatchObject({ ok: true });
  });

  test('producer and worker count what they use of keys; what the worker refuses is an audit entry', async () => {
    const { handle } = (await manage('auditor').listKeys()).find(({ version }) => version === 1)!;
    const before = (await manage('auditor').getStats()).totalAccessOperations;
    for (const role of ['producer', 'worker'] as const) {
      const manager = manage(role);
      manager.start();
      await manager.keyRing.withSealingKey('default', () => {});
      await manager.close();
    }
    expect((await manage('auditor').getStats()).totalAccessOperations).toBe(before + 2);
    const worker = manage('worker');
    await expect(Promise.resolve(worker.keyRing.withOpeningKey(handle, () => {}))).rejects.toMatchObject({
      code: 'key_destroyed',
    });
    await expect
      .poll(async () => (await manage('auditor').getAuditTrail({ keyId: 'default' })).at(-1))
      .toMatchObject({ operation: 'load', actor: 'worker', result: 'refused' });
  });

  test('an upgrade leaves every role what it needs, before anybody repeats --roles', async () => {
    await manage('key_admin').generateKey('upgraded');
    const run = (text: string) => sql.raw(text).execute(owner.db);
    if (mysql)
      for (const role of roles) await run(`revoke all privileges on hammerwork_key_transitions from ${prefix}_${role}`); // outlive the table
    await run('drop table hammerwork_key_transitions');
    await run("delete from hammerwork_migrations where name = '005_key_transitions'");
    const missing = await manage('worker')
      .getKey('upgraded')
      .catch((error) => error);
    expect(missing).toMatchObject({ code: 'store_unavailable', kind: 'unavailable' });
    expect(missing.message).toContain('pply the migrations');
    expect(await migrate(owner.db)).toEqual(['005_key_transitions']);
    for (const role of ['producer', 'worker'] as const) await manage(role).keyRing.withSealingKey('upgraded', () => {});
    await manage('key_admin').compromiseKey('upgraded', 1);
    expect(await codeOf(as.worker, 'insert into hammerwork_key_transitions (state) values (null)')).toSatisfy(
      (code: string) => refusals.includes(code),
    );
    await grantRoles(owner.db, { prefix });
  });

  if (!mysql)
    test('a producer enqueues sealed jobs, a worker works them, the sweeper deletes them', async () => {
      const queueOf = (role: Role) => {
        const protection = createPayloadProtection({ crypto, keyRing: manage(role).keyRing });
        return createJobQueue({ store: createPgJobStore(as[role]), protection });
      };
      const producer = queueOf('producer');
      const ids = [await producer.enqueue(greet, { name: 'A' }), await producer.enqueue(greet, { name: 'B' })];
      await expect(producer.openPayload(greet, ids[0]!)).rejects.toMatchObject({ code: 'store_refused' });
      const queue = queueOf('worker');
      const { handle } = await manage('auditor').getKey('default');
      expect(await createPgJobStore(as.key_admin).countByKeyHandle(handle)).toBe(2);
      let settled = 0;
      const done = new Promise<void>((resolve) => {
        const worker = new Worker({
          queue,
          handlers,
          onEvent: (event) => {
            if (event.type === 'settled' && ++settled === ids.length) worker.stop().then(() => resolve());
          },
        });
        worker.start();
      });
      await done;
      expect(await queue.openOutcome(greet, ids[1]!, 'result')).toEqual({ greeting: 'Hello B' });
      await sql`update hammerwork_job_states set delete_at = now()`.execute(owner.db);
      expect(await createSweeper({ db: as.worker }).runOnce()).toMatchObject({ deleted: 2 });
      const { rows } = await sql`select job_id from hammerwork_job_outcomes`.execute(owner.db);
      expect(rows).toEqual([]);
    });

  test('each may do what the README says, and nothing else', async () => {
    const { rows } = await sql<Record<string, string>>`
      select table_name as name from information_schema.tables
      where table_schema = ${mysql ? sql`database()` : sql`current_schema()`}`.execute(owner.db);
    const present = rows.map(({ name }) => name!).filter((name) => !name.endsWith('_lock'));
    const stated = readmeTable();
    expect(stated.map(({ table }) => table)).toEqual(expect.arrayContaining(present));
    const found: Row[] = [];
    for (const { table } of stated.filter((row) => present.includes(row.table))) {
      const rights = {} as Row['rights'];
      for (const role of roles) {
        rights[role] = [];
        const column = columns[table];
        for (const [right, attempt] of Object.entries(attempts)) {
          if (column === undefined && right !== 'select') continue; // a view
          if (right === 'update usage' && (table !== 'hammerwork_encryption_keys' || rights[role].includes('update')))
            continue;
          const code = await codeOf(as[role], attempt(table, column ?? ''));
          if (!refusals.includes(code)) rights[role].push(right);
          if (right === 'alter' || right === 'truncate') expect(refusals).toContain(code);
        }
      }
      found.push({ table, rights });
    }
    expect(found).toEqual(stated.filter((row) => present.includes(row.table)));
    for (const role of roles) expect(await migrationStatus(as[role])).toEqual(await migrationStatus(owner.db));
  });
}

for (const kind of ['postgres', 'postgres-15'] as const) describe(kind, () => testRoles(kind, createPgKeyStore));
for (const kind of mysqlVersions)
  describe.skipIf(!(await sharedServer(kind)))(kind, () => testRoles(kind, createMysqlKeyStore));

test('the printed SQL bears the given prefix, and nothing but a name is taken for one', () => {
  expect(rolesSql('pg', { prefix: 'billing' })).toContain(
    'GRANT INSERT ON hammerwork_jobs, hammerwork_job_states TO billing_producer',
  );
  expect(rolesSql('mysql')).toContain('CREATE ROLE IF NOT EXISTS hammerwork_producer');
  for (const prefix of ['', 'a b', "x'; drop table t; --", 'A', 'x'.repeat(23)])
    expect(() => rolesSql('pg', { prefix })).toThrow(RangeError);
});
