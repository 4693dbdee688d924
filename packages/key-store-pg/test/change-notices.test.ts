// Change notices, listened to as an application does it: on PGlite's own connection, or a client that is kept open.
import { PGlite } from '@electric-sql/pglite';
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager } from '@hammerwork/key-manager';
import { migrate } from '@hammerwork/migrations';
import { openTestDatabase } from '@hammerwork/test-kit';
import { Kysely, PGliteDialect } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestKms } from '../../key-manager/test/test-kms.ts';
import { codeOf, openRecord, seal } from '../../key-manager/test/test-manager.ts';
import { createPgKeyStore, keyChangeChannel, type Listen } from '../src/store.ts';

const crypto = createCrypto();

// biome-ignore lint/suspicious/noExplicitAny: any tables
async function expectEvictionByNotice(db: Kysely<any>, listen: Listen): Promise<void> {
  const kms = createTestKms();
  let listening!: () => void;
  const listens = new Promise<void>((resolve) => {
    listening = resolve;
  });
  const signalling: Listen = async (channel, onNotice) => {
    const stop = await listen(channel, onNotice);
    listening();
    return stop;
  };
  await migrate(db);
  // A poll that never comes within this test: only the notice can do it.
  const clock = { now: Date.now, after: () => () => {} };
  const manager = createKeyManager({ store: createPgKeyStore(db, { listen: signalling }), kms, crypto, clock });
  await manager.generateKey('payment');
  const record = await seal(manager, 'payment');
  manager.start();
  await listens;
  const other = createKeyManager({ store: createPgKeyStore(db), kms, crypto });
  await other.compromiseKey('payment', 1);
  await expect.poll(() => codeOf(openRecord(manager, record)), { interval: 5 }).toBe('key_held');
  await manager.close();
}

test('on pglite', async () => {
  const pglite = await PGlite.create();
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) });
  await expectEvictionByNotice(db, async (channel, onNotice) => {
    const stop = await pglite.listen(channel, onNotice);
    return () => stop();
  });
  await db.destroy();
});

test('on postgres', async () => {
  const database = await openTestDatabase('postgres');
  const client = new pg.Client({ connectionString: database.url! });
  await client.connect();
  await expectEvictionByNotice(database.db, async (channel, onNotice) => {
    client.on('notification', onNotice);
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
    return async () => void (await client.query('unlisten *'));
  });
  await client.end();
  await database.close();
});

test('a change of no key is not announced', async () => {
  const database = await openTestDatabase('postgres');
  await migrate(database.db);
  const manager = createKeyManager({ store: createPgKeyStore(database.db), kms: createTestKms(), crypto });
  await manager.open();
  const client = new pg.Client({ connectionString: database.url! });
  await client.connect();
  const notices: unknown[] = [];
  client.on('notification', ({ payload }) => notices.push(payload));
  await client.query(`listen ${keyChangeChannel}`);
  const store = createPgKeyStore(database.db);
  await store.change((tx) => tx.saveState(tx.state));
  await store.change((tx) => tx.saveState({ ...tx.state, revision: 7 }));
  await expect.poll(() => notices, { interval: 5 }).toContain('7');
  expect(notices).toEqual(['7']);
  await client.end();
  await manager.close();
  await database.close();
});
