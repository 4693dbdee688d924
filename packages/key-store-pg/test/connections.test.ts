// What connections to PostgreSQL can do to a key store: see the past, and carry more than one statement takes.
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager, type KeyManager } from '@hammerwork/key-manager';
import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, type TestDatabase } from '@hammerwork/test-kit';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chainEntry } from '../../key-manager/src/audit-chain.ts';
import { event, keyRow } from '../../key-manager/test/key-store-suite.ts';
import { createTestKms } from '../../key-manager/test/test-kms.ts';
import { createPgKeyStore } from '../src/store.ts';

const crypto = createCrypto();
const kms = createTestKms();
let database: TestDatabase;
let closing: (() => Promise<void>)[];

beforeEach(async () => {
  database = await openTestDatabase('postgres');
  await migrate(database.db);
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  await database.close();
});

function connect(options: pg.PoolConfig = {}) {
  const pool = new pg.Pool({ connectionString: database.url!, ...options });
  // The database is dropped by force, and a connection that was just closed may hear of it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  closing.push(() => db.destroy());
  return db;
}

function manage(db: Kysely<unknown>): KeyManager {
  const manager = createKeyManager({ store: createPgKeyStore(db), kms, crypto });
  closing.push(() => manager.close());
  return manager;
}

test.each(['repeatable read', 'serializable'])(
  'where transactions are %s by default changes still wait for each other and lose none',
  async (level) => {
    const db = connect({ max: 8, options: `-c default_transaction_isolation=${level.replace(' ', '\\ ')}` });
    const managers = Array.from({ length: 8 }, () => manage(db));
    await Promise.all(managers.map((manager) => manager.ensureKey('payment')));
    const rotated = await Promise.all(managers.map((manager) => manager.rotateKey('payment')));
    expect(rotated.map(({ version }) => version).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await managers[0]!.verifyAudit()).toMatchObject({ ok: true });
  },
);

test('a change may bring more transitions and entries than one statement takes parameters for', async () => {
  const db = connect();
  await manage(db).open();
  const store = createPgKeyStore(db);
  const made = { keyId: 'payment', revision: 1, state: 'destroyed', transitionMac: new Uint8Array(32) } as const;
  const transitions = Array.from({ length: 14_000 }, (_, version) => ({ ...made, version }));
  await store.change(async (tx) => {
    await tx.addTransitions(transitions);
    expect(await tx.findTransition('payment', 13_999)).toEqual(transitions.at(-1));
    const entries = [chainEntry(event(), tx.state.auditSeq + 1, tx.state.auditHash)];
    for (let { seq, hash } = entries[0]!; entries.length < 7_000; { seq, hash } = entries.at(-1)!)
      entries.push(chainEntry(event(), seq + 1, hash));
    await tx.appendAudit(entries);
  });
  expect(await store.readAudit({ limit: 8_000 })).toHaveLength(7_001);
});

test('a pool of one connection is enough for every operation', async () => {
  const manager = manage(connect({ max: 1, connectionTimeoutMillis: 5_000 }));
  await manager.generateKey('payment');
  await Promise.all([manager.rotateKey('payment'), manager.ensureKey('payment'), manager.getStats()]);
  await manager.destroyKey('payment', 1, { unchecked: true, erasure: true });
  expect(await manager.verifyAudit()).toMatchObject({ ok: true });
});

test('uses of more keys than one statement takes parameters are counted, and as many are found', async () => {
  const store = createPgKeyStore(connect());
  await manage(database.db).open();
  const handles = Array.from({ length: 70_000 }, (_, index) => {
    const handle = new Uint8Array(8);
    new DataView(handle.buffer).setUint32(4, index);
    return handle;
  });
  const rows = [handles[0]!, handles.at(-1)!].map((handle, index) => keyRow({ keyId: `key ${index}`, handle }));
  for (const row of rows) await store.change((tx) => tx.insertKey(row));
  expect((await store.findByHandles(handles)).map(({ keyId }) => keyId).sort()).toEqual(['key 0', 'key 1']);
  await store.addUsage(handles.map((handle) => ({ handle, count: 3, lastUsedAt: Date.now() })));
  expect((await store.list()).map(({ usageCount }) => usageCount)).toEqual([3, 3]);
});
