// The key manager on PostgreSQL and PGlite.
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager } from '@hammerwork/key-manager';
import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, postgresVersions } from '@hammerwork/test-kit';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { testKeyManagerOnDatabase } from '../../key-manager/test/database-suite.ts';
import { createTestKms } from '../../key-manager/test/test-kms.ts';
import { codeOf, openRecord, seal } from '../../key-manager/test/test-manager.ts';
import { createPgKeyStore } from '../src/store.ts';

for (const kind of postgresVersions) {
  testKeyManagerOnDatabase(kind, {
    uniqueViolation: '23505',
    oneConnection: kind === 'pglite',
    async open({ empty } = { empty: false }) {
      const { db, close } = await openTestDatabase(kind);
      if (!empty) await migrate(db);
      return {
        store: createPgKeyStore(db),
        transaction: (work) => db.transaction().execute((tx) => work(createPgKeyStore(tx))),
        query: async (text) => (await sql.raw<Record<string, unknown>>(text).execute(db)).rows,
        close,
      };
    },
  });
}

test.each(postgresVersions)(
  '%s: a backup of all key tables restores, one of a single table is refused',
  async (kind) => {
    const { db, close } = await openTestDatabase(kind);
    await migrate(db);
    const tables = ['encryption_keys', 'key_transitions', 'key_store', 'key_audit_log'];
    const run = (text: string) => sql.raw(text).execute(db);
    const restore = async (name: string) => {
      await run(`delete from hammerwork_${name}`);
      await run(`insert into hammerwork_${name} select * from backup_${name}`);
    };
    const kms = createTestKms();
    const manage = () => createKeyManager({ store: createPgKeyStore(db), kms, crypto: createCrypto() });
    const [manager, beside, fresh] = [manage(), manage(), manage()];
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    await manager.rotateKey('payment');
    for (const name of tables) await run(`create table backup_${name} as select * from hammerwork_${name}`);
    await manager.destroyKey('payment', 1, { erasure: true });

    await restore('encryption_keys');
    expect(await codeOf(openRecord(beside, record))).toBe('key_row_replayed');
    for (const name of tables) await restore(name);
    expect(await openRecord(fresh, record)).toBe('secret value');
    await fresh.destroyKey('payment', 1, { erasure: true }); // again, as the README says
    await restore('encryption_keys');
    expect((await fresh.reconcileKeys()).restored).toMatchObject([{ version: 1, to: 'destroyed' }]);
    expect(await codeOf(openRecord(fresh, record))).toBe('key_destroyed');
    for (const one of [manager, beside, fresh]) await one.close();
    await close();
  },
);

test('on postgres: a database that is away and comes back: coded errors meanwhile, no key lost', async () => {
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
    crypto: createCrypto(),
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
