// The key manager on a real database: what only they can show. Run by the tests of each store that lives in one.
import { createCrypto } from '@hammerwork/crypto-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeyManager } from '../src/key-manager.ts';
import type { KeyRow } from '../src/key-row.ts';
import type { KeyStore } from '../src/key-store.ts';
import type { KeyManager } from '../src/manager.ts';
import type { KeyManagerOptions } from '../src/manager-options.ts';
import { keyRow } from './key-store-suite.ts';
import { createTestKms } from './test-kms.ts';
import { codeOf, openRecord, seal } from './test-manager.ts';

export interface DatabaseUnderTest {
  store: KeyStore;
  /** Runs `work` with a store in a transaction of the caller's. */
  transaction<T>(work: (store: KeyStore) => Promise<T>): Promise<T>;
  query(text: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface DatabaseSuite {
  /** A database of its own, with its tables unless told otherwise. */
  open(options?: { empty: boolean }): Promise<DatabaseUnderTest>;
  /** The code with which its driver tells that a unique index refuses. */
  uniqueViolation: string;
  /** Everything goes over one connection, and waits for a transaction on it. */
  oneConnection?: boolean;
}

const crypto = createCrypto();

export function testKeyManagerOnDatabase(
  name: string,
  { open, uniqueViolation, oneConnection = false }: DatabaseSuite,
): void {
  describe(`on ${name}`, () => {
    let database: DatabaseUnderTest;
    let managers: KeyManager[];
    const kms = createTestKms();
    const manage = (options: Partial<KeyManagerOptions> = {}) => {
      const manager = createKeyManager({ store: database.store, kms, crypto, ...options });
      managers.push(manager);
      return manager;
    };

    beforeEach(async () => {
      database = await open();
      managers = [];
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

    test('what the tables hold is wrapped: no key is found in any column', async () => {
      const planted: string[] = [];
      const randomBytes = (length: number) => {
        const bytes = crypto.randomBytes(length);
        if (length === 32) planted.push(Buffer.from(bytes).toString('hex'));
        return bytes;
      };
      const manager = manage({ crypto: { ...crypto, randomBytes } });
      const { handle } = await manager.generateKey('payment');
      const tables = ['encryption_keys', 'key_transitions', 'key_store', 'key_audit_log'].map(
        (table) => `hammerwork_${table}`,
      );
      const rows = await Promise.all(tables.map((table) => database.query(`select * from ${table}`)));
      const text = rows.flat().flatMap(Object.values).map(shown).join('\n');
      expect(text).toContain(Buffer.from(handle).toString('hex'));
      expect(planted.length).toBe(2);
      for (const key of planted) expect(text).not.toContain(key.slice(0, 16));
    });

    test('predecessor 3.0.0 fault 10: a version revoked by SQL alone neither seals nor opens', async () => {
      const manager = manage();
      await manager.generateKey('payment');
      const record = await seal(manager, 'payment');
      await database.query("update hammerwork_encryption_keys set status = 'deactivated'");
      expect(await codeOf(openRecord(manage(), record))).toBe('key_row_forged');
      expect(await manager.verifyAudit()).toMatchObject({
        fault: { kind: 'row_forged', keyId: 'payment', version: 1 },
      });
    });

    test('an older export brings bytes back, and no version to before its end', async () => {
      const manager = manage({ settleMs: 0, countReferences: async () => 0 });
      const ends: Record<string, () => Promise<unknown>> = {
        rotated: async () => {},
        retired: () => manager.retireKey('retired', 1),
        compromised: () => manager.compromiseKey('compromised', 1),
        pending: () => manager.destroyKey('pending', 1, { unchecked: true }),
        destroyed: () => manager.destroyKey('destroyed', 1, { erasure: true }),
      };
      const opened: Record<string, string> = {};
      for (const [keyId, end] of Object.entries(ends)) {
        await manager.generateKey(keyId);
        const record = await seal(manager, keyId);
        const file = await manager.exportKeys({ keyId });
        await manager.rotateKey(keyId);
        await end();
        await database.query(`delete from hammerwork_encryption_keys where key_id = '${keyId}' and version = 1`);
        opened[keyId] = await codeOf(manager.importKeys(file));
        if (opened[keyId] === 'no error') opened[keyId] = await codeOf(openRecord(manage(), record));
      }
      expect(opened).toEqual({
        rotated: 'no error',
        retired: 'key_unusable',
        compromised: 'key_held',
        pending: 'transition_forbidden',
        destroyed: 'transition_forbidden',
      });
      expect((await manager.getKey({ keyId: 'rotated', version: 1 })).status).toBe('deactivated');
    });

    test('a transition that the owner deletes is missed by the audit log', async () => {
      const manager = manage();
      await manager.generateKey('payment');
      const record = await seal(manager, 'payment');
      await manager.compromiseKey('payment', 1);
      expect(await manage().verifyAudit()).toMatchObject({ ok: true });
      await database.query('delete from hammerwork_key_transitions');
      expect(await manage().verifyAudit()).toMatchObject({
        fault: { kind: 'transition_missing', keyId: 'payment', version: 1 },
      });
      expect(await codeOf(openRecord(manage(), record))).toBe('key_held');
      expect(await manage().reconcileKeys()).toMatchObject({ recorded: 1, refused: [] });
      expect(await manage().verifyAudit()).toMatchObject({ ok: true });
    });

    if (!oneConnection)
      test("in the caller's transaction: a former row is refused whatever the transaction saw before", async () => {
        const manager = manage();
        await manager.generateKey('payment');
        await manager.rotateKey('payment');
        const former = (await database.store.findVersion('payment', 1))!;
        await database.transaction(async (store) => {
          await store.list(); // what a repeatable read sees is fixed from here on
          await manager.compromiseKey('payment', 1);
          const { revision } = (await database.store.findVersion('payment', 1))!;
          await database.store.change((tx) => tx.updateKey(former, revision));
          // MariaDB 11.6 and later end such a transaction themselves: its snapshot is too old to lock what has changed.
          const refusal = name === 'mariadb' ? 'store_unavailable' : 'key_row_replayed';
          expect(await codeOf(manage({ store }).destroyKey('payment', 1, { unchecked: true }))).toBe(refusal);
        });
      });

    test("in the caller's transaction: what the caller rolls back did not happen", async () => {
      await manage().open();
      const failed = database.transaction(async (store) => {
        await manage({ store }).generateKey('subject');
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      const manager = manage();
      expect(await manager.listKeys()).toEqual([]);
      expect(await manager.verifyAudit()).toMatchObject({ ok: true, entries: 1 });
      await database.transaction((store) => manage({ store }).generateKey('subject'));
      expect((await manager.listKeys()).map((key) => key.keyId)).toEqual(['subject']);
    });

    test("in the caller's transaction: a change that fails half way leaves nothing of itself", async () => {
      await manage().open();
      await database.transaction(async (store) => {
        const failed = store.change(async (tx) => {
          await tx.insertKey(keyRow());
          throw new Error('stop');
        });
        await expect(failed).rejects.toThrow('stop');
        await manage({ store }).generateKey('after');
      });
      const manager = manage();
      expect((await manager.listKeys()).map((key) => key.keyId)).toEqual(['after']);
      expect(await manager.verifyAudit()).toMatchObject({ ok: true });
    });

    test("in the caller's transaction: what is refused can be caught, and its entry stays", async () => {
      const exporting = manage();
      await exporting.generateKey('first');
      await exporting.generateKey('second');
      const elsewhere = await open();
      const importing = createKeyManager({ store: elsewhere.store, kms, crypto });
      await importing.generateKey('second');
      const exported = await exporting.exportKeys();
      await elsewhere.transaction(async (store) => {
        const own = createKeyManager({ store, kms, crypto });
        expect(await codeOf(own.importKeys(exported))).toBe('key_exists');
      });
      expect((await importing.listKeys()).map((key) => key.keyId)).toEqual(['second']);
      expect(await importing.getAuditTrail({ operations: ['import'] })).toMatchObject([{ result: 'refused' }]);
      expect(await importing.verifyAudit()).toMatchObject({ ok: true });
      await importing.close();
      await elsewhere.close();
    });

    test("in the caller's transaction: changes that begin at once come one after another", async () => {
      await manage().open();
      const keyIds = ['a', 'b', 'c', 'd'];
      await database.transaction(async (store) => {
        const own = manage({ store });
        await Promise.all(keyIds.map((keyId) => own.generateKey(keyId)));
      });
      const manager = manage();
      expect((await manager.listKeys()).map((key) => key.keyId)).toEqual(keyIds);
      expect(await manager.verifyAudit()).toMatchObject({ ok: true });
    });

    test('missing tables are told as such', async () => {
      const empty = await open({ empty: true });
      const manager = createKeyManager({ store: empty.store, kms, crypto });
      await expect(manager.open()).rejects.toMatchObject({
        code: 'store_unavailable',
        message: expect.stringContaining('migrations'),
      });
      await empty.close();
    });

    test('the database itself refuses what does not fit, and cuts nothing', async () => {
      await manage().open();
      const insert = (row: KeyRow) => database.store.change((tx) => tx.insertKey(row));
      for (const misfit of [
        { keyId: 'k'.repeat(256) },
        { createdBy: 'c'.repeat(256) },
        { handle: new Uint8Array(7) },
        { handle: new Uint8Array(9) },
        { version: 0 },
        { keyStrength: 128 },
        { status: 'unheard of' as KeyRow['status'] },
        { encryptedKeyMaterial: new Uint8Array() },
      ])
        await expect(insert(keyRow(misfit))).rejects.toThrow();
      expect(await database.store.list()).toEqual([]);
      const widest = keyRow({ keyId: '\u{1f511}'.repeat(127), scope: 's'.repeat(255), handle: new Uint8Array(8) });
      expect(await insert(widest)).toBe(true);
      expect(await database.store.findActive(widest.keyId)).toEqual(widest);
    });

    test('the database itself enforces one active version per key id', async () => {
      const manager = manage();
      await manager.generateKey('payment');
      await manager.rotateKey('payment');
      const both = database.query("update hammerwork_encryption_keys set status = 'active'");
      await expect(both).rejects.toMatchObject({ code: uniqueViolation });
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
}

function shown(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
}
