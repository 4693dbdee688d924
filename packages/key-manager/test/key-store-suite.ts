// What every KeyStore does. Run by each implementation's tests with a fresh store per test.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chainEntry, chainStart } from '../src/audit-chain.ts';
import type { AuditEvent } from '../src/audit-entry.ts';
import type { KeyRow } from '../src/key-row.ts';
import type { KeyStore, StoreState } from '../src/key-store.ts';
import type { KeyTransition } from '../src/key-transition.ts';

export interface StoreUnderTest {
  store: KeyStore;
  close(): Promise<void>;
}

const nowMs = Date.UTC(2026, 0, 15, 12, 30, 15, 123);
const storeId = '0f0e0d0c-0b0a-4908-8706-050403020100';

export function keyRow(patch: Partial<KeyRow> = {}): KeyRow {
  const version = patch.version ?? 1;
  const keyId = patch.keyId ?? 'payment';
  return {
    keyId,
    version,
    handle: Uint8Array.from([...keyId.padEnd(7).slice(0, 7)].map((char) => char.charCodeAt(0)).concat(version)),
    algorithm: 'aes-256-gcm',
    purpose: 'encryption',
    source: 'generated',
    scope: '',
    status: 'active',
    retiredAt: undefined,
    compromisePolicy: undefined,
    createdAt: nowMs,
    createdBy: 'tester',
    expiresAt: undefined,
    rotatedAt: undefined,
    rotationIntervalDays: undefined,
    nextRotationAt: undefined,
    keyStrength: 256,
    masterKeyId: '00000000-0000-8000-8000-000000000001',
    destroyAt: undefined,
    destroyRequestedBy: undefined,
    destroyApprovedBy: undefined,
    encryptedKeyMaterial: Uint8Array.of(0xc3, 1, 2, 3),
    revision: 1,
    rowMac: new Uint8Array(32).fill(7),
    lastUsedAt: undefined,
    usageCount: 0,
    ...patch,
  };
}

function transition(patch: Partial<KeyTransition> = {}): KeyTransition {
  return {
    keyId: 'payment',
    version: 1,
    revision: 1,
    state: 'deactivated',
    transitionMac: new Uint8Array(32).fill(8),
    ...patch,
  };
}

function handleOf(number: number): Uint8Array {
  return new Uint8Array(8).fill(number);
}

export function event(patch: Partial<AuditEvent> = {}): AuditEvent {
  return {
    operation: 'generate',
    keyId: 'payment',
    version: 1,
    actor: 'tester',
    occurredAt: nowMs,
    result: 'ok',
    code: undefined,
    details: { revision: 1, überzeichen: '"\u{1f511}\\' },
    ...patch,
  };
}

const first = chainEntry(event({ operation: 'create_store', keyId: '', version: undefined }), 1, chainStart);

function initialState(patch: Partial<StoreState> = {}): StoreState {
  return {
    storeId,
    wrappedStoreKey: Uint8Array.of(0xc3, 9, 9),
    revision: 0,
    auditSeq: 1,
    auditHash: first.hash,
    stateMac: new Uint8Array(32).fill(1),
    ...patch,
  };
}

export function testKeyStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a key store`, () => {
    let store: KeyStore;
    let close: () => Promise<void>;
    beforeEach(async () => ({ store, close } = await open()));
    afterEach(() => close());

    const initialised = () => store.initialise(initialState(), [first]);
    const insert = (...rows: KeyRow[]) =>
      store.change(async (tx) => {
        const results: boolean[] = [];
        for (const row of rows) results.push(await tx.insertKey(row));
        return results;
      });

    test('the state is written once, the first one stays', async () => {
      expect(await store.readState()).toBeUndefined();
      await expect(store.change(async () => {})).rejects.toThrow('The key store was not initialised');
      expect(await initialised()).toEqual(initialState());
      const other = initialState({ storeId: '11111111-1111-4111-8111-111111111111' });
      expect(await store.initialise(other, [first])).toEqual(initialState());
      expect(await store.readState()).toEqual(initialState());
      expect(await store.readAudit()).toEqual([first]);
    });

    test('two that initialise at once get the same state', async () => {
      const states = await Promise.all(
        ['1', '2', '3'].map((digit) =>
          store.initialise(initialState({ storeId: `${digit.repeat(8)}-1111-4111-8111-111111111111` }), [first]),
        ),
      );
      expect(new Set(states.map((state) => state.storeId)).size).toBe(1);
      expect(await store.readAudit()).toEqual([first]);
    });

    test('a row comes back as it was written', async () => {
      await initialised();
      const full = keyRow({
        keyId: 'Zahlung \u{1f511} "x"',
        algorithm: 'chacha20-poly1305',
        purpose: 'mac',
        source: 'imported',
        scope: 'tenant-7',
        status: 'compromised',
        compromisePolicy: 'hold',
        retiredAt: nowMs + 1,
        expiresAt: nowMs + 2,
        rotatedAt: nowMs + 3,
        rotationIntervalDays: 90,
        nextRotationAt: nowMs + 4,
        destroyAt: nowMs + 5,
        destroyRequestedBy: 'alice',
        destroyApprovedBy: 'bob',
        revision: 2 ** 40,
      });
      expect(await insert(full, keyRow())).toEqual([true, true]);
      expect(await store.findVersion(full.keyId, 1)).toEqual(full);
      expect(await store.findVersion('payment', 1)).toEqual(keyRow());
      expect(await store.findVersion('payment', 2)).toBeUndefined();
    });

    test('predecessor K12: key id and version, handle, and one active version per key id are unique', async () => {
      await initialised();
      await insert(keyRow());
      const again = [
        keyRow({ handle: new Uint8Array(8) }),
        keyRow({ keyId: 'other', handle: keyRow().handle }),
        keyRow({ version: 2 }),
        keyRow({ version: 2, status: 'deactivated' }),
        keyRow({ keyId: 'other' }),
      ];
      expect(await insert(...again)).toEqual([false, false, false, true, true]);
    });

    test('key ids are told apart by every byte: case, accents, spaces at the end', async () => {
      await initialised();
      const keyIds = ['a', 'A', 'a ', 'a  ', '\u00e1', 'a\u0301', 'ss', '\u00df', '\u{1f511}', '\u{1f512}'];
      expect(await insert(...keyIds.map((keyId, index) => keyRow({ keyId, handle: handleOf(index) })))).toEqual(
        keyIds.map(() => true),
      );
      for (const keyId of keyIds) {
        expect((await store.findActive(keyId))?.keyId).toBe(keyId);
        expect((await store.list({ keyId })).map((row) => row.keyId)).toEqual([keyId]);
      }
      expect(await store.findActive('A ')).toBeUndefined();
      expect(await store.findActive('\u00c1')).toBeUndefined();
    });

    test('an update is a compare-and-set on the revision', async () => {
      await initialised();
      await insert(keyRow());
      const next = keyRow({ status: 'deactivated', rotatedAt: nowMs + 9, revision: 2 });
      const results = await store.change(async (tx) => [
        await tx.updateKey(next, 7),
        await tx.updateKey(next, 1),
        await tx.updateKey(next, 1),
        await tx.updateKey({ ...next, keyId: 'missing' }, 2),
      ]);
      expect(results).toEqual([false, true, false, false]);
      expect(await store.findVersion('payment', 1)).toEqual(next);
    });

    test('what a change throws rolls all of it back', async () => {
      await initialised();
      const failed = store.change(async (tx) => {
        await tx.insertKey(keyRow());
        await tx.appendAudit([chainEntry(event(), 2, first.hash)]);
        await tx.saveState({ ...tx.state, revision: 5 });
        throw new Error('stop');
      });
      await expect(failed).rejects.toThrow('stop');
      expect(await store.list()).toEqual([]);
      expect(await store.readAudit()).toEqual([first]);
      expect(await store.readState()).toEqual(initialState());
    });

    test('changes of one store never overlap', async () => {
      await initialised();
      await Promise.all(
        Array.from({ length: 8 }, () =>
          store.change(async (tx) => {
            const revision = tx.state.revision + 1;
            await tx.insertKey(keyRow({ version: revision, status: 'deactivated', revision }));
            await tx.saveState({ ...tx.state, revision });
          }),
        ),
      );
      expect((await store.readState())?.revision).toBe(8);
      expect((await store.list()).map((row) => row.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    test('finds by handle, the active and the latest version', async () => {
      await initialised();
      const rows = [
        keyRow({ status: 'deactivated' }),
        keyRow({ version: 2 }),
        keyRow({ version: 3, status: 'pre_active' }),
      ];
      await insert(...rows);
      const found = await store.findByHandles([rows[2]!.handle, new Uint8Array(8), rows[0]!.handle]);
      expect(found.map((row) => row.version).sort()).toEqual([1, 3]);
      expect(await store.findByHandles([])).toEqual([]);
      expect(await store.findByHandles([new Uint8Array(8)])).toEqual([]);
      expect((await store.findActive('payment'))?.version).toBe(2);
      expect((await store.findLatest('payment'))?.version).toBe(3);
      expect(await store.findActive('missing')).toBeUndefined();
      expect(await store.findLatest('missing')).toBeUndefined();
    });

    test('lists by every filter, in byte order, page by page', async () => {
      await initialised();
      const rows = [
        keyRow({ keyId: 'Z', scope: 's1', revision: 4 }),
        keyRow({ keyId: 'a', status: 'deactivated', nextRotationAt: nowMs, expiresAt: nowMs, revision: 5 }),
        keyRow({ keyId: 'a', version: 2, nextRotationAt: nowMs + 10, revision: 6 }),
        keyRow({ keyId: 'b', expiresAt: nowMs + 20, revision: 7 }),
        keyRow({ keyId: 'é', status: 'deactivated', destroyAt: nowMs + 30, revision: 8 }),
        keyRow({
          keyId: 'é',
          version: 2,
          status: 'destroyed',
          destroyAt: nowMs,
          encryptedKeyMaterial: new Uint8Array(),
        }),
        keyRow({ keyId: 'é', version: 3, masterKeyId: '00000000-0000-8000-8000-000000000002' }),
      ];
      await insert(...rows);
      const names = async (filter: Parameters<KeyStore['list']>[0]) =>
        (await store.list(filter)).map((row) => `${row.keyId}${row.version}`);
      expect(await names({})).toEqual(['Z1', 'a1', 'a2', 'b1', 'é1', 'é2', 'é3']);
      expect(await names({ keyId: 'a' })).toEqual(['a1', 'a2']);
      expect(await names({ scope: 's1' })).toEqual(['Z1']);
      expect(await names({ status: ['destroyed', 'deactivated'] })).toEqual(['a1', 'é1', 'é2']);
      expect(await names({ dueAt: nowMs + 9 })).toEqual([]);
      expect(await names({ dueAt: nowMs + 10 })).toEqual(['a2']);
      expect(await names({ dueAt: nowMs + 20 })).toEqual(['a2', 'b1']);
      expect(await names({ destroyAt: nowMs + 29 })).toEqual([]);
      expect(await names({ destroyAt: nowMs + 30 })).toEqual(['é1']);
      expect(await names({ notMasterKeyId: keyRow().masterKeyId })).toEqual(['é3']);
      expect(await names({ changedAfter: 6 })).toEqual(['b1', 'é1']);
      expect(await names({ after: { keyId: 'a', version: 1 }, limit: 2 })).toEqual(['a2', 'b1']);
      expect(await names({ after: { keyId: 'b', version: 1 } })).toEqual(['é1', 'é2', 'é3']);
    });

    test('audit entries come back in order and by every filter', async () => {
      await initialised();
      const second = chainEntry(event({ occurredAt: nowMs + 10 }), 2, first.hash);
      const third = chainEntry(
        event({ operation: 'rotate', keyId: 'other', occurredAt: nowMs + 20, result: 'refused', code: 'key_changed' }),
        3,
        second.hash,
      );
      await store.change((tx) => tx.appendAudit([second, third]));
      const seqs = async (query: Parameters<KeyStore['readAudit']>[0]) =>
        (await store.readAudit(query)).map((entry) => entry.seq);
      expect(await store.readAudit({ afterSeq: 1 })).toEqual([second, third]);
      expect(await seqs({ limit: 2 })).toEqual([1, 2]);
      expect(await seqs({ keyId: 'other' })).toEqual([3]);
      expect(await seqs({ operations: ['create_store', 'rotate'] })).toEqual([1, 3]);
      expect(await seqs({ from: nowMs + 10, to: nowMs + 20 })).toEqual([2]);
    });

    test('who names no limit gets a thousand entries', async () => {
      await initialised();
      const entries = [first];
      for (let seq = 2; seq <= 1001; seq++) entries.push(chainEntry(event(), seq, entries.at(-1)!.hash));
      await store.change((tx) => tx.appendAudit(entries.slice(1)));
      expect(await store.readAudit()).toEqual(entries.slice(0, 1000));
    });

    test('usage is added to what is there and touches nothing else', async () => {
      await initialised();
      await insert(keyRow(), keyRow({ keyId: 'other' }));
      const { handle } = keyRow();
      const unknown = { handle: new Uint8Array(8), count: 1, lastUsedAt: nowMs };
      await store.addUsage([
        { handle, count: 2, lastUsedAt: nowMs + 50 },
        { handle, count: 3, lastUsedAt: nowMs },
        unknown,
      ]);
      await store.addUsage([{ handle, count: 10, lastUsedAt: nowMs + 40 }]);
      await store.addUsage([]);
      expect(await store.findVersion('payment', 1)).toEqual(keyRow({ usageCount: 15, lastUsedAt: nowMs + 50 }));
      expect(await store.findVersion('other', 1)).toEqual(keyRow({ keyId: 'other' }));
      const next = keyRow({ status: 'deactivated', revision: 2 });
      await store.change((tx) => tx.updateKey(next, 1));
      expect((await store.findVersion('payment', 1))?.usageCount).toBe(15);
    });

    test('a count of uses that is at its greatest stays there, and the others are added', async () => {
      await initialised();
      await insert(keyRow(), keyRow({ keyId: 'other' }));
      const { handle } = keyRow();
      const [many, one] = [9e18, 1].map((count) => ({ count, lastUsedAt: nowMs }));
      await store.addUsage([{ handle, ...many! }]);
      await store.addUsage([
        { handle, ...many! },
        { handle: keyRow({ keyId: 'other' }).handle, ...one! },
      ]);
      expect((await store.findVersion('payment', 1))?.usageCount).toBeGreaterThanOrEqual(9e18);
      expect((await store.findVersion('other', 1))?.usageCount).toBe(1);
    });

    test('predecessor K10, K15: counts what there is', async () => {
      await initialised();
      expect(await store.count(nowMs)).toMatchObject({
        versions: 0,
        keys: 0,
        averageAgeMs: 0,
        lastRotationAt: undefined,
      });
      await insert(
        keyRow({ createdAt: nowMs - 4000, status: 'deactivated', rotatedAt: nowMs - 100, nextRotationAt: nowMs }),
        keyRow({ createdAt: nowMs - 2000, version: 2, nextRotationAt: nowMs }),
        keyRow({ keyId: 'b', createdAt: nowMs, expiresAt: nowMs }),
        keyRow({ keyId: 'c', createdAt: nowMs, status: 'deactivated', retiredAt: nowMs, rotatedAt: nowMs - 50 }),
        keyRow({ keyId: 'd', createdAt: nowMs, status: 'compromised', compromisePolicy: 'hold' }),
        keyRow({ keyId: 'e', createdAt: 0, status: 'destroyed', encryptedKeyMaterial: new Uint8Array() }),
        keyRow({ keyId: 'f', createdAt: nowMs - 1200, status: 'pre_active' }),
        keyRow({ keyId: 'g', createdAt: nowMs - 1200, status: 'pre_active', destroyAt: nowMs }),
      );
      await store.addUsage([{ handle: keyRow().handle, count: 41, lastUsedAt: nowMs }]);
      expect(await store.count(nowMs)).toEqual({
        versions: 8,
        keys: 7,
        active: 2,
        deactivated: 1,
        retired: 1,
        compromised: 1,
        destroyed: 1,
        expired: 1,
        due: 2,
        uses: 41,
        rotations: 2,
        lastRotationAt: nowMs - 50,
        averageAgeMs: 1200,
        unrecorded: 5,
      });
      const another = transition({ keyId: 'c', version: 2 });
      await store.change((tx) => tx.addTransitions([transition({ revision: 1 }), transition({ keyId: 'e' }), another]));
      expect((await store.count(nowMs)).unrecorded).toBe(3);
    });

    test('every read brings the last transition of the version, and transitions are only added', async () => {
      await initialised();
      const keyId = 'Zahlung \u{1f511} "x"';
      await insert(keyRow({ keyId, revision: 9 }), keyRow({ keyId, version: 2, status: 'deactivated' }));
      const last = transition({ keyId, revision: 2 ** 40, state: 'destruction_pending' });
      await store.change((tx) =>
        tx.addTransitions([
          transition({ keyId, revision: 5 }),
          last,
          transition({ keyId, revision: 7 }),
          transition({ keyId: `${keyId} `, revision: 2 ** 41 }),
          transition({ keyId: keyId.toUpperCase(), revision: 2 ** 41 }),
        ]),
      );
      const { handle } = keyRow({ keyId });
      const found = await Promise.all([
        store.findByHandles([handle]).then(([row]) => row),
        store.findByHandles([handle, new Uint8Array(8)]).then(([row]) => row),
        store.findActive(keyId),
        store.findVersion(keyId, 1),
        store.list({ keyId }).then(([row]) => row),
        store.change((tx) => tx.findVersion(keyId, 1)),
        store.change((tx) => tx.findActive(keyId)),
      ]);
      for (const row of found) expect(row).toEqual(keyRow({ keyId, revision: 9, transition: last }));
      expect(await store.findLatest(keyId)).toEqual(keyRow({ keyId, version: 2, status: 'deactivated' }));
      const [known, none] = await store.change((tx) =>
        Promise.all([tx.findTransition(keyId, 1), tx.findTransition(keyId, 2)]),
      );
      expect([known, none]).toEqual([last, undefined]);
    });

    test('what a change throws takes back its transitions, and an update of a row keeps them', async () => {
      await initialised();
      await insert(keyRow());
      const failed = store.change(async (tx) => {
        await tx.addTransitions([transition({ revision: 3 })]);
        throw new Error('stop');
      });
      await expect(failed).rejects.toThrow('stop');
      expect((await store.findVersion('payment', 1))?.transition).toBeUndefined();
      await store.change((tx) => tx.addTransitions([transition({ revision: 3 })]));
      await store.change((tx) => tx.updateKey(keyRow({ revision: 2 }), 1));
      await store.addUsage([{ handle: keyRow().handle, count: 1, lastUsedAt: nowMs }]);
      expect((await store.findVersion('payment', 1))?.transition).toEqual(transition({ revision: 3 }));
    });
  });
}
