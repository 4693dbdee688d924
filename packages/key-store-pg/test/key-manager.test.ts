// The key manager on real databases: what only they can show.
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager, type KeyManager, type KeyManagerOptions } from '@hammerwork/key-manager';
import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, type TestDatabase, type TestDatabaseKind, testDatabaseKinds } from '@hammerwork/test-kit';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestKms } from '../../key-manager/test/test-kms.ts';
import { codeOf, openRecord, seal } from '../../key-manager/test/test-manager.ts';
import { createPgKeyStore } from '../src/store.ts';

const crypto = createCrypto();

describe.each(testDatabaseKinds)('on %s', (kind: TestDatabaseKind) => {
  let database: TestDatabase;
  let managers: KeyManager[];
  const kms = createTestKms();
  const manage = (options: Partial<KeyManagerOptions> = {}) => {
    const manager = createKeyManager({ store: createPgKeyStore(database.db), kms, crypto, ...options });
    managers.push(manager);
    return manager;
  };

  beforeEach(async () => {
    database = await openTestDatabase(kind);
    managers = [];
    await migrate(database.db);
  });
  afterEach(async () => {
    for (const manager of managers) await manager.close();
    await database.close();
  });

  test('a whole life: generate, seal, rotate, retire, destroy; the audit log stays good', async () => {
    const manager = manage({ settleMs: 0, countReferences: async () => 0, destruction: { undoWindowMs: 0 } });
    await manager.generateKey('payment', { rotationIntervalDays: 90, expiresAt: new Date(Date.now() + 1e10) });
    const record = await seal(manager, 'payment');
    await manager.rotateKey('payment');
    expect(await openRecord(manage(), record)).toBe('secret value');
    await manager.retireKey('payment', 1);
    expect(await codeOf(openRecord(manage(), record))).toBe('key_unusable');
    await manager.destroyKey('payment', 1);
    expect((await manager.performDueDestructions()).map((key) => key.version)).toEqual([1]);
    expect(await codeOf(openRecord(manage(), record))).toBe('key_destroyed');
    expect(await manager.verifyAudit()).toMatchObject({ ok: true });
    expect(await manager.getStats()).toMatchObject({
      totalKeys: 1,
      totalVersions: 2,
      activeKeys: 1,
      destroyedKeys: 1,
      rotationsPerformed: 1,
    });
  });

  test('what the table holds is wrapped: no key is found in any column', async () => {
    const planted: string[] = [];
    const randomBytes = (length: number) => {
      const bytes = crypto.randomBytes(length);
      if (length === 32) planted.push(Buffer.from(bytes).toString('hex'));
      return bytes;
    };
    const manager = manage({ crypto: { ...crypto, randomBytes } });
    await manager.generateKey('payment');
    const { rows } = await sql<{ row: string }>`
      select k::text as row from hammerwork_encryption_keys k union all select s::text from hammerwork_key_store s
      union all select a::text from hammerwork_key_audit_log a`.execute(database.db);
    expect(planted.length).toBe(2);
    for (const key of planted) expect(rows.some(({ row }) => row.includes(key.slice(0, 16)))).toBe(false);
  });

  test('predecessor 3.0.0 fault 10: a version revoked by SQL alone neither seals nor opens', async () => {
    const manager = manage();
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    await sql`update hammerwork_encryption_keys set status = 'deactivated'`.execute(database.db);
    expect(await codeOf(openRecord(manage(), record))).toBe('key_row_forged');
    expect(await manager.verifyAudit()).toMatchObject({ fault: { kind: 'row_forged', keyId: 'payment', version: 1 } });
  });

  test("in the caller's transaction: what the caller rolls back did not happen", async () => {
    await manage().open();
    const failed = database.db.transaction().execute(async (tx) => {
      const inside = manage({ store: createPgKeyStore(tx) });
      await inside.generateKey('subject');
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    const manager = manage();
    expect(await manager.listKeys()).toEqual([]);
    expect(await manager.verifyAudit()).toMatchObject({ ok: true, entries: 1 });
    await database.db.transaction().execute((tx) => manage({ store: createPgKeyStore(tx) }).generateKey('subject'));
    expect((await manager.listKeys()).map((key) => key.keyId)).toEqual(['subject']);
  });

  test('missing tables are told as such', async () => {
    const empty = await openTestDatabase(kind);
    const manager = createKeyManager({ store: createPgKeyStore(empty.db), kms, crypto });
    await expect(manager.open()).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('migrations'),
    });
    await empty.close();
  });

  test('the database itself enforces one active version per key id', async () => {
    const manager = manage();
    await manager.generateKey('payment');
    await manager.rotateKey('payment');
    const both = sql`update hammerwork_encryption_keys set status = 'active'`.execute(database.db);
    await expect(both).rejects.toMatchObject({ code: '23505' });
  });

  test('two hundred rotations by four managers at once leave no gap, no double and one active', async () => {
    const first = manage();
    await first.generateKey('payment');
    const records = [await seal(first, 'payment', 'v1')];
    const racing = [first, manage(), manage(), manage()];
    for (let round = 0; round < 50; round++) {
      const rotated = await Promise.all(racing.map((one) => one.rotateKey('payment')));
      const versions = rotated.map((key) => key.version).sort((a, b) => a - b);
      expect(versions).toEqual([2, 3, 4, 5].map((version) => version + round * 4));
      if (round % 10 === 0) records.push(await seal(racing[round % 4]!, 'payment', `round ${round}`));
    }
    expect((await first.listKeys({ status: ['active'] })).map((key) => key.version)).toEqual([201]);
    const fresh = manage();
    expect(await Promise.all(records.map((record) => openRecord(fresh, record)))).toEqual([
      'v1',
      'round 0',
      'round 10',
      'round 20',
      'round 30',
      'round 40',
    ]);
    expect(await fresh.verifyAudit()).toMatchObject({ ok: true });
  });
});

describe('on postgres', () => {
  test('a database that is away and comes back: coded errors meanwhile, no key lost', async () => {
    const [database, elsewhere] = [await openTestDatabase('postgres'), await openTestDatabase('postgres')];
    await migrate(database.db);
    const kms = createTestKms();
    const pool = new pg.Pool({ connectionString: database.url!, max: 2 });
    pool.on('error', () => {});
    // A client that dies while a query has it reports that twice: to the query, and as an event that must have a listener.
    pool.on('connect', (client) => client.on('error', () => {}));
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    const manager = createKeyManager({
      store: createPgKeyStore(db),
      kms,
      crypto,
      cache: { maxEntries: 1, negativeTtlMs: 1 },
    });
    await manager.generateKey('a');
    await manager.generateKey('b');
    const record = await seal(manager, 'a');
    await seal(manager, 'b'); // takes the only place in the cache
    const name = new URL(database.url!).pathname.slice(1);
    await sql`alter database ${sql.table(name)} with allow_connections false`.execute(elsewhere.db);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.execute(elsewhere.db);
    await expect(openRecord(manager, record)).rejects.toMatchObject({ code: 'store_unavailable', kind: 'unavailable' });
    expect(await codeOf(manager.rotateKey('a'))).toBe('store_unavailable');
    await sql`alter database ${sql.table(name)} with allow_connections true`.execute(elsewhere.db);
    expect(await openRecord(manager, record)).toBe('secret value');
    await manager.rotateKey('a');
    await manager.close();
    await db.destroy();
    await database.close();
    await elsewhere.close();
  });
});
