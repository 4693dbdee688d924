// What connections to MySQL and MariaDB can do to a key store: be set up wrongly, see the past, deadlock, and end.
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager, type KeyManager } from '@hammerwork/key-manager';
import { migrate } from '@hammerwork/migrations';
import {
  mysqlDatabaseKinds,
  openTestDatabase,
  sharedServer,
  startMariadbServer,
  startMysqlServer,
  type TestDatabase,
} from '@hammerwork/test-kit';
import { Kysely, MysqlDialect, sql } from 'kysely';
import { createPool, format, type PoolOptions } from 'mysql2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chainEntry } from '../../key-manager/src/audit-chain.ts';
import { keyRow } from '../../key-manager/test/key-store-suite.ts';
import { createTestClock } from '../../key-manager/test/test-clock.ts';
import { createTestKms } from '../../key-manager/test/test-kms.ts';
import { codeOf, openRecord, seal } from '../../key-manager/test/test-manager.ts';
import { createMysqlKeyStore } from '../src/store.ts';

const crypto = createCrypto();
const kms = createTestKms();

for (const kind of mysqlDatabaseKinds) {
  describe.skipIf(!(await sharedServer(kind)))(kind, () => {
    let database: TestDatabase;
    let closing: (() => Promise<void>)[];
    beforeEach(async () => {
      database = await openTestDatabase(kind);
      await migrate(database.db);
      closing = [];
    });
    afterEach(async () => {
      for (const close of closing.reverse()) await close();
      await database.close();
    });

    const manage = (db = database.db) => {
      const manager = createKeyManager({ store: createMysqlKeyStore(db), kms, crypto });
      closing.push(() => manager.close());
      return manager;
    };
    const connect = (options: PoolOptions = {}, atOnce?: string) => {
      const pool = createPool({ uri: database.url!, ...options });
      if (atOnce) pool.on('connection', (connection) => connection.query(atOnce, () => {}));
      const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) });
      closing.push(() => db.destroy());
      return db;
    };

    test('a connection that would cut, misquote or garble is not used', async () => {
      await manage().generateKey('payment');
      const { sql_mode } = (await sql<{ sql_mode: string }>`select @@sql_mode as sql_mode`.execute(database.db))
        .rows[0]!;
      const unsafe = [
        [connect({}, "set sql_mode = ''"), 'STRICT_TRANS_TABLES'],
        [connect({}, `set sql_mode = '${sql_mode},NO_BACKSLASH_ESCAPES'`), 'NO_BACKSLASH_ESCAPES'],
        [connect({ charset: 'latin1_swedish_ci' }), 'utf8mb4'],
        [connect({}, 'set autocommit = 0'), 'autocommit'],
      ] as const;
      for (const [db, named] of unsafe) {
        const refused = { code: 'store_unavailable', message: expect.stringContaining(named) };
        await expect(manage(db).generateKey('other')).rejects.toMatchObject(refused);
        const change = createMysqlKeyStore(db).change((tx) => tx.insertKey(keyRow()));
        await expect(change).rejects.toMatchObject(refused);
        await expect(createMysqlKeyStore(db).initialise({} as never, [])).rejects.toMatchObject(refused);
        await expect(createMysqlKeyStore(db).readState()).rejects.toMatchObject(refused);
      }
      await manage(connect({}, "set sql_mode = 'STRICT_ALL_TABLES'")).generateKey('other');
      expect((await manage().listKeys()).map(({ keyId }) => keyId)).toEqual(['other', 'payment']);
    });

    test('where the server begins connections without autocommit, a poll would never see a revocation', async () => {
      const manager = manage();
      await manager.generateKey('payment');
      const record = await seal(manager, 'payment');
      const clock = createTestClock();
      const db = connect({ connectionLimit: 1 }, 'set autocommit = 0');
      const reading = createKeyManager({ store: createMysqlKeyStore(db), kms, crypto, clock });
      closing.push(() => reading.close());
      const opened = await codeOf(openRecord(reading, record));
      await manager.compromiseKey('payment', 1);
      await clock.advance(61_000);
      expect([opened, await codeOf(openRecord(reading, record))]).toEqual(['store_unavailable', 'store_unavailable']);
    });

    test('times stand in UTC in the table, whatever the zone of server, session and process', async () => {
      const { createdAt } = await manage(connect({ timezone: '+09:00' }, "set time_zone = '-03:00'")).generateKey(
        'payment',
      );
      const { rows } = await sql<{ text: string }>`
        select date_format(created_at, '%Y-%m-%dT%H:%i:%s.%f') as text from hammerwork_encryption_keys`.execute(
        database.db,
      );
      expect(rows).toEqual([{ text: `${createdAt.toISOString().slice(0, -1)}000` }]);
    });

    test.each([
      // Its reads outside of changes stay in the past: refused. MariaDB since 11.6 refuses its locks as well.
      ['repeatable read', ['key_changed', 'store_unavailable'], ['1 deactivated', '2 active']],
      ['read committed', ['no error'], ['1 deactivated', '2 deactivated', '3 active']],
    ] as const)('a %s transaction of the caller, begun before another change: %j', async (level, codes, versions) => {
      await manage().generateKey('payment');
      const rotated = database.db
        .transaction()
        .setIsolationLevel(level)
        .execute(async (tx) => {
          await sql`select count(*) from hammerwork_encryption_keys`.execute(tx);
          await manage().rotateKey('payment');
          return manage(tx).rotateKey('payment');
        });
      expect(codes).toContain(await codeOf(rotated));
      expect((await manage().listKeys()).map(({ version, status }) => `${version} ${status}`)).toEqual(versions);
      expect(await manage().verifyAudit()).toMatchObject({ ok: true });
    });

    test('a store that was made meanwhile is found in a transaction that began before', async () => {
      const store = createMysqlKeyStore(database.db);
      const found = await database.db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (tx) => {
          const inside = createMysqlKeyStore(tx);
          await inside.readState(); // what plain reads see is fixed from here on
          await manage().open();
          const made = (await store.readState())!;
          const other = { ...made, storeId: '11111111-1111-4111-8111-111111111111' };
          return inside.initialise(other, []).catch(({ code }: { code: string }) => code);
        });
      // MariaDB since 11.6 ends such a transaction itself.
      expect([await store.readState(), kind === 'mariadb' && 'ER_CHECKREAD']).toContainEqual(found);
    });

    test('uses that are counted while a change goes on do not end it', async () => {
      await manage().open();
      const store = createMysqlKeyStore(database.db);
      const row = keyRow();
      await store.change((tx) => tx.insertKey(row));
      const changed = await store.change(async (tx) => {
        const seen = await tx.findVersion(row.keyId, row.version);
        await createMysqlKeyStore(connect()).addUsage([{ handle: row.handle, count: 1, lastUsedAt: Date.now() }]);
        return tx.updateKey({ ...seen!, revision: 2, status: 'deactivated' }, 1);
      });
      expect(changed).toBe(true);
      expect(await store.list()).toMatchObject([{ revision: 2, usageCount: 1 }]);
    });

    test('a change that was the victim of a deadlock is made again', async () => {
      await manage().open();
      const store = createMysqlKeyStore(database.db);
      const [row, far] = [keyRow(), keyRow({ keyId: 'far' })];
      await store.change(async (tx) => [await tx.insertKey(row), await tx.insertKey(far)]);
      await sql`create table weight (n int)`.execute(database.db);
      const theirDb = connect();
      const touch = (keyId: string) =>
        sql`update hammerwork_encryption_keys set usage_count = 7 where key_id = ${keyId}`;
      /** Takes `far`, then wants `payment`. The victim is the transaction that wrote less: this one writes more. */
      const wantBoth = (hasFar: () => void) =>
        theirDb.transaction().execute(async (theirs) => {
          await sql`insert into weight values ${sql.join(Array.from({ length: 500 }, () => sql`(1)`))}`.execute(theirs);
          await touch('far').execute(theirs);
          hasFar();
          await touch('payment').execute(theirs);
        });
      let tries = 0;
      let theirs: Promise<unknown> | undefined;
      const changed = await store.change(async (tx) => {
        tries += 1;
        if (tries > 1) await theirs;
        const first = await tx.updateKey({ ...row, revision: 2, status: 'deactivated' }, 1);
        if (tries === 1)
          await new Promise<void>((hasFar) => {
            theirs = wantBoth(hasFar);
          });
        const second = tx.updateKey({ ...far, revision: 2, status: 'deactivated' }, 1).catch(() => {
          throw new Error('a failure of the store'); // as the key manager tells it
        });
        return [first, await second];
      });
      await theirs;
      expect({ tries, changed }).toEqual({ tries: 2, changed: [true, true] });
      expect((await store.list()).map(({ revision, usageCount }) => [revision, usageCount])).toEqual([
        [2, 7],
        [2, 7],
      ]);
    });

    test('uses of many keys are counted by statements of a bounded size', async () => {
      await manage().open();
      let most = 0;
      const pool = createPool({ uri: database.url! });
      const db = new Kysely<unknown>({
        dialect: new MysqlDialect({ pool }),
        log: ({ query }) => {
          most = Math.max(most, query.parameters.length);
        },
      });
      closing.push(() => db.destroy());
      const store = createMysqlKeyStore(db);
      const handles = Array.from({ length: 5000 }, (_, index) => {
        const handle = new Uint8Array(8);
        new DataView(handle.buffer).setUint32(4, index);
        return handle;
      });
      for (const [index, handle] of [handles[0]!, handles.at(-1)!].entries())
        await store.change((tx) => tx.insertKey(keyRow({ keyId: `key ${index}`, handle })));
      await store.addUsage(handles.map((handle) => ({ handle, count: 3, lastUsedAt: Date.now() })));
      expect((await store.list()).map(({ usageCount }) => usageCount)).toEqual([3, 3]);
      expect(most).toBeLessThan(10_000); // a CASE over n keys is gone through for each of n rows, under their locks
    });

    test('whatever stands in them, entries and transitions go in packets that any server takes', async () => {
      await manage().open();
      const sizes: number[] = [];
      const pool = createPool({ uri: database.url! });
      const db = new Kysely<unknown>({
        dialect: new MysqlDialect({ pool }),
        log: ({ query: { sql: text, parameters } }) => {
          sizes.push(Buffer.byteLength(format(text, parameters as never)));
        },
      });
      closing.push(() => db.destroy());
      const store = createMysqlKeyStore(db);
      const longest = { keyId: '\u20ac'.repeat(255), actor: "'".repeat(255), reason: '\u20ac'.repeat(1000) };
      await store.change(async (tx) => {
        let { auditSeq, auditHash } = tx.state;
        const event = { operation: 'import', occurredAt: Date.now(), result: 'ok', code: undefined } as const;
        const entries = Array.from({ length: 1000 }, (_, version) => {
          const { keyId, actor, reason } = longest;
          const entry = chainEntry({ ...event, keyId, version, actor, details: { reason } }, ++auditSeq, auditHash);
          auditHash = entry.hash;
          return entry;
        });
        await tx.appendAudit(entries);
        const transitionMac = new Uint8Array(32);
        const made = { keyId: longest.keyId, revision: 1, state: 'destroyed', transitionMac } as const;
        await tx.addTransitions(entries.map((_, version) => ({ ...made, version })));
        await tx.appendAudit([]);
        await tx.addTransitions([]);
      });
      const written = await store.readAudit({ operations: ['import'] });
      expect(written.map(({ version }) => version)).toEqual(Array.from({ length: 1000 }, (_, version) => version));
      expect(JSON.parse(written.at(-1)!.details)).toEqual({ reason: longest.reason });
      expect(Math.max(...sizes)).toBeLessThan(2 ** 20);
      expect(sizes.length).toBeLessThan(30);
    });

    test('a change that waits too long for the lock is refused as passing, and can be made afterwards', async () => {
      await manage().generateKey('payment');
      const impatient = manage(connect({}, 'set innodb_lock_wait_timeout = 1'));
      await database.db.transaction().execute(async (tx) => {
        await sql`select * from hammerwork_key_store for update`.execute(tx);
        await expect(impatient.rotateKey('payment')).rejects.toMatchObject({
          code: 'store_unavailable',
          kind: 'unavailable',
          message: expect.stringContaining('ER_LOCK_WAIT_TIMEOUT'),
        });
      });
      expect((await impatient.rotateKey('payment')).version).toBe(2);
    });

    test('a revoked key leaves another process by polling alone', async () => {
      const clock = createTestClock();
      const manager = createKeyManager({ store: createMysqlKeyStore(database.db), kms, crypto, clock });
      closing.push(() => manager.close());
      await manager.generateKey('payment');
      const record = await seal(manager, 'payment');
      manager.start();
      await manage().compromiseKey('payment', 1);
      expect(await openRecord(manager, record)).toBe('secret value');
      await clock.advance(2000);
      await expect.poll(() => codeOf(openRecord(manager, record)), { interval: 5 }).toBe('key_held');
    });

    test('of a change whose connection is ended the code is told, and not that its rollback failed as well', async () => {
      await manage().open();
      const waiting = connect({ connectionLimit: 1 });
      const { id } = (await sql<{ id: number }>`select connection_id() as id`.execute(waiting)).rows[0]!;
      const running = async () => {
        const command = sql<{ info: string }>`select info as info from information_schema.processlist where id = ${id}`;
        return String((await command.execute(database.db)).rows[0]?.info);
      };
      await database.db.transaction().execute(async (tx) => {
        await sql`select * from hammerwork_key_store for update`.execute(tx);
        const change = createMysqlKeyStore(waiting).change((one) => one.insertKey(keyRow()));
        const ended = expect(change).rejects.toMatchObject({ code: expect.stringMatching(/^(PROTOCOL|ER|ECONN)/) });
        await expect.poll(running, { interval: 5 }).toContain('for update');
        await sql`kill ${sql.lit(id)}`.execute(database.db);
        await ended;
      });
    });

    test('a connection that is cut inside a change keeps nothing of it, and the next one is good', async () => {
      await manage().open();
      const store = createMysqlKeyStore(connect({ connectionLimit: 1 }));
      const cut = store.change(async (tx) => {
        await tx.insertKey(keyRow());
        const { rows } = await sql<{ id: number }>`
          select id from information_schema.processlist
          where db = database() and id != connection_id()`.execute(database.db);
        for (const { id } of rows) await sql`kill ${sql.lit(id)}`.execute(database.db).catch(() => {});
        await tx.insertKey(keyRow({ keyId: 'other' }));
      });
      await expect(cut).rejects.toThrow();
      expect(await store.list()).toEqual([]);
      expect(await store.change((tx) => tx.insertKey(keyRow()))).toBe(true);
    });
  });
}

const servers = { mysql: startMysqlServer, mariadb: startMariadbServer };

for (const kind of mysqlDatabaseKinds) {
  const named = process.env[`HAMMERWORK_${kind.toUpperCase()}_URL`];
  const absent = named || !(await sharedServer(kind));
  test.skipIf(absent)(
    `${kind} killed under rotations and back: coded errors meanwhile, nothing acknowledged is lost`,
    async () => {
      const server = await servers[kind]({ 'innodb-flush-log-at-trx-commit': '1' });
      const database = await openTestDatabase(kind, { url: server.url });
      await migrate(database.db);
      const manage = () => createKeyManager({ store: createMysqlKeyStore(database.db), kms, crypto });
      const manager = manage();
      await manager.generateKey('payment');
      const record = await seal(manager, 'payment');
      const acknowledged: number[] = [];
      let enough: () => void = () => {};
      const busy = new Promise<void>((done) => {
        enough = done;
      });
      const rotate = async (one: KeyManager): Promise<never> => {
        for (;;) {
          const { version } = await one.rotateKey('payment');
          acknowledged.push(version);
          if (acknowledged.length === 20) enough();
        }
      };
      const rotating = [manager, manage(), manage()].map((one) => codeOf(rotate(one)));
      await busy;
      await server.kill();
      expect(await Promise.all(rotating)).toEqual(rotating.map(() => 'store_unavailable'));
      expect(await openRecord(manager, record)).toBe('secret value');
      await expect(openRecord(manage(), record)).rejects.toMatchObject({
        code: 'store_unavailable',
        kind: 'unavailable',
      });

      await server.restart();
      await manager.rotateKey('payment');
      const keys = await manager.listKeys();
      expect(keys.map(({ version }) => version)).toEqual(keys.map((_, index) => index + 1));
      expect(keys.filter(({ status }) => status === 'active').map(({ version }) => version)).toEqual([keys.length]);
      expect(Math.max(...acknowledged)).toBeLessThan(keys.length);
      expect(await openRecord(manage(), record)).toBe('secret value');
      expect(await manager.verifyAudit()).toMatchObject({ ok: true });
      await manager.close();
      await database.close();
      await server.stop();
    },
  );
}
