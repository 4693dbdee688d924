import type { RecordKey } from '@hammerwork/crypto-core';
import { describe, expect, test } from 'vitest';
import type { KeyRow } from '../src/key-row.ts';
import type { KeyStore, StoreState } from '../src/key-store.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { createTestKms, crypto } from './test-kms.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

const hourMs = 3_600_000;

/** A store that counts reads and fails on order. */
function countedStore() {
  const inner = createMemoryKeyStore();
  const reads = { handles: 0, active: 0, state: 0, list: 0 };
  const control = { failure: undefined as Error | undefined, gate: undefined as Promise<void> | undefined };
  const through = async <T>(name: keyof typeof reads, read: () => Promise<T>): Promise<T> => {
    reads[name]++;
    await control.gate;
    if (control.failure) throw control.failure;
    return read();
  };
  const store: KeyStore = {
    ...inner,
    findByHandles: (handles) => through('handles', () => inner.findByHandles(handles)),
    findActive: (keyId) => through('active', () => inner.findActive(keyId)),
    readState: () => through('state', () => inner.readState()),
    list: (filter) => through('list', () => inner.list(filter)),
  };
  return { store, reads, control };
}

function deferred() {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('a hit', () => {
  test('is synchronous, for sealing and for opening', async () => {
    const { manager } = createSetting();
    const { handle } = await manager.generateKey('payment');
    const first = manager.keyRing.withSealingKey('payment', () => 'sealed');
    expect(first).toBeInstanceOf(Promise);
    await first;
    expect(manager.keyRing.withSealingKey('payment', () => 'sealed')).toBe('sealed');
    expect(manager.keyRing.withOpeningKey(handle, () => 'opened')).toBe('opened');
  });

  test('asks neither store nor KMS, and what use throws comes through', async () => {
    const { store, reads } = countedStore();
    const { manager, kms } = createSetting({ store });
    const { handle } = await manager.generateKey('payment');
    await manager.keyRing.withOpeningKey(handle, () => 0);
    const before = { ...reads, ...kms.calls };
    for (let i = 0; i < 100; i++) manager.keyRing.withOpeningKey(handle, () => 0);
    const fail = () => {
      throw new Error('from use');
    };
    expect(() => manager.keyRing.withOpeningKey(handle, fail)).toThrow('from use');
    expect({ ...reads, ...kms.calls }).toEqual(before);
  });

  test('predecessor 3.0.0 fault 15: no write per use; uses are counted in memory and written together', async () => {
    const inner = createMemoryKeyStore();
    const written: number[] = [];
    const store = {
      ...inner,
      addUsage: async (usage: Parameters<KeyStore['addUsage']>[0]) => {
        written.push(...usage.map((one) => one.count));
        await inner.addUsage(usage);
      },
    };
    const { manager, clock } = createSetting({ store });
    await manager.generateKey('payment');
    await manager.open();
    manager.start();
    for (let i = 0; i < 1000; i++) await seal(manager, 'payment');
    expect(written).toEqual([]);
    await clock.advance(60_000);
    expect(written).toEqual([1000]);
    await seal(manager, 'payment');
    await manager.close();
    expect(written).toEqual([1000, 1]);
    expect(await inner.findVersion('payment', 1)).toMatchObject({ usageCount: 1001, lastUsedAt: clock.now() });
  });
});

describe('a miss', () => {
  test('3,000 concurrent first opens under one key: 1 database read, 1 KMS call', async () => {
    const { store, reads } = countedStore();
    const { manager, kms, another } = createSetting({ store });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const fresh = another();
    await fresh.open();
    Object.assign(reads, { handles: 0, active: 0, state: 0, list: 0 });
    kms.calls.unwrap = 0;
    const opened = await Promise.all(Array.from({ length: 3000 }, () => openRecord(fresh, record)));
    expect(new Set(opened)).toEqual(new Set(['secret value']));
    expect(reads).toEqual({ handles: 1, active: 0, state: 0, list: 0 });
    expect(kms.calls.unwrap).toBe(1);
  });

  test('a manager that is used at once by many opens its store once', async () => {
    const { store, reads } = countedStore();
    const { manager, kms, another } = createSetting({ store });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const fresh = another();
    reads.state = 0;
    kms.calls.unwrap = 0;
    await Promise.all([...Array.from({ length: 20 }, () => openRecord(fresh, record)), fresh.getKey('payment')]);
    expect([reads.state, kms.calls.unwrap]).toEqual([1, 2]);
  });

  test('prefetch: one query for all, one KMS call each, shared with calls that come meanwhile', async () => {
    const { store, reads } = countedStore();
    const { manager, kms, another } = createSetting({ store });
    const records: Uint8Array[] = [];
    for (const keyId of ['a', 'b', 'c', 'd']) {
      await manager.generateKey(keyId);
      records.push(await seal(manager, keyId, keyId));
    }
    const fresh = another();
    await fresh.open();
    const handles = records.map((record) => record.slice(4, 12));
    reads.handles = 0;
    kms.calls.unwrap = 0;
    const unknown = new Uint8Array(8);
    const prefetched = fresh.keyRing.prefetch([...handles, ...handles, unknown, new Uint8Array(3)]);
    const meanwhile = openRecord(fresh, records[2]!);
    await prefetched;
    expect(await meanwhile).toBe('c');
    expect(await Promise.all(records.map((record) => openRecord(fresh, record)))).toEqual(['a', 'b', 'c', 'd']);
    expect(await codeOf(async () => fresh.keyRing.withOpeningKey(unknown, () => 0))).toBe('key_unknown');
    expect(reads.handles).toBe(1);
    expect(kms.calls.unwrap).toBe(4);
  });

  test('prefetch asks for no more than it has to: not for what is cached, refused or no handle', async () => {
    const { store } = countedStore();
    const asked: number[][] = [];
    const findByHandles: KeyStore['findByHandles'] = (handles) => {
      asked.push(handles.map((handle) => handle.length));
      return store.findByHandles(handles);
    };
    const { manager } = createSetting({ store: { ...store, findByHandles } });
    const { handle } = await manager.generateKey('payment');
    const unknown = new Uint8Array(8);
    const known = [handle, unknown, new Uint8Array(3)];
    await manager.keyRing.prefetch(known);
    await manager.keyRing.prefetch(known);
    expect(asked).toEqual([[8, 8]]);
  });

  test('prefetch throws nothing; the failure shows at the use', async () => {
    const { store, control } = countedStore();
    const { manager } = createSetting({ store });
    const { handle } = await manager.generateKey('payment');
    control.failure = new Error('away');
    await manager.keyRing.prefetch([handle]);
    expect(await codeOf(async () => manager.keyRing.withOpeningKey(handle, () => 0))).toBe('store_unavailable');
    control.failure = undefined;
    expect(await manager.keyRing.withOpeningKey(handle, () => 'back')).toBe('back');
  });

  test('a refusal is remembered for a second, an outage is not', async () => {
    const { store, reads, control } = countedStore();
    const { manager, clock } = createSetting({ store });
    await manager.open();
    const handle = new Uint8Array(8);
    const ask = () => codeOf(async () => manager.keyRing.withOpeningKey(handle, () => 0));
    control.failure = new Error('away');
    expect([await ask(), await ask()]).toEqual(['store_unavailable', 'store_unavailable']);
    control.failure = undefined;
    reads.handles = 0;
    expect([await ask(), await ask(), await ask()]).toEqual(['key_unknown', 'key_unknown', 'key_unknown']);
    expect(reads.handles).toBe(1);
    await clock.advance(1000);
    await ask();
    expect(reads.handles).toBe(2);
  });

  test('a store or KMS that hangs is an error after the deadline, and does not block what comes later', async () => {
    const { store, control } = countedStore();
    const { manager, clock } = createSetting({ store });
    const { handle } = await manager.generateKey('payment');
    control.gate = new Promise(() => {});
    const waiting = codeOf(async () => manager.keyRing.withOpeningKey(handle, () => 0));
    await clock.advance(15_000);
    expect(await waiting).toBe('store_unavailable');
    control.gate = undefined;
    expect(await manager.keyRing.withOpeningKey(handle, () => 'back')).toBe('back');
  });
});

describe('time', () => {
  test('a key is loaded anew before its hour is over, while the old one serves', async () => {
    const { manager, kms, clock } = createSetting();
    const { handle } = await manager.generateKey('payment');
    await manager.open();
    manager.start();
    await seal(manager, 'payment');
    expect(kms.calls.unwrap).toBe(2); // the store key, the data key
    await clock.advance(0.79 * hourMs);
    await seal(manager, 'payment');
    expect(kms.calls.unwrap).toBe(2);
    await clock.advance(0.17 * hourMs);
    expect(manager.keyRing.withOpeningKey(handle, () => 'at once')).toBe('at once');
    await clock.advance(0);
    expect(kms.calls.unwrap).toBe(3);
    await clock.advance(0.1 * hourMs);
    expect(manager.keyRing.withOpeningKey(handle, () => 'at once')).toBe('at once');
    await manager.close();
  });

  test.each([
    [0, 0.8],
    [255, 0.95],
  ])(
    'keys that were loaded together are not reloaded together: random byte %i is %f of an hour',
    async (byte, part) => {
      const { manager, another, kms, clock } = createSetting();
      const { handle } = await manager.generateKey('payment');
      const reader = another({ crypto: { ...crypto, randomBytes: (length) => new Uint8Array(length).fill(byte) } });
      reader.start();
      const open = async () => reader.keyRing.withOpeningKey(handle, () => 0);
      await open();
      const before = kms.calls.unwrap;
      await clock.advance(part * hourMs - 1);
      await open();
      await clock.advance(0);
      expect(kms.calls.unwrap).toBe(before);
      await clock.advance(1);
      await open();
      await clock.advance(0);
      expect(kms.calls.unwrap).toBe(before + 1);
      await reader.close();
    },
  );

  test('a KMS that is away does not end a cached key before its hour is over; then it is an error', async () => {
    const { manager, kms, clock, warnings } = createSetting();
    const { handle } = await manager.generateKey('payment');
    manager.start();
    await seal(manager, 'payment');
    kms.failure = new Error('away');
    await clock.advance(0.96 * hourMs);
    expect(manager.keyRing.withOpeningKey(handle, () => 'still')).toBe('still');
    await clock.advance(1);
    expect(warnings.map((warning) => warning.code)).toContain('refresh_failed');
    await clock.advance(0.05 * hourMs);
    expect(await codeOf(async () => manager.keyRing.withOpeningKey(handle, () => 0))).toBe('kms_failed');
    kms.failure = undefined;
    expect(await manager.keyRing.withOpeningKey(handle, () => 'back')).toBe('back');
    await manager.close();
  });

  test('an early reload that fails is warned of once, and tried again before the hour is over', async () => {
    const { manager, kms, clock, warnings } = createSetting();
    const { handle } = await manager.generateKey('payment');
    manager.start();
    await seal(manager, 'payment');
    kms.failure = new Error('away');
    const { promise, resolve } = deferred();
    kms.gate = promise;
    await clock.advance(0.96 * hourMs);
    const open = () => manager.keyRing.withOpeningKey(handle, () => 'at once');
    for (let i = 0; i < 10; i++) expect(open()).toBe('at once');
    kms.gate = undefined;
    resolve();
    await clock.advance(0);
    expect(open()).toBe('at once');
    await clock.advance(0);
    expect(warnings.map(({ code }) => code)).toEqual(['refresh_failed']);
    kms.failure = undefined;
    await clock.advance(hourMs / 50);
    expect(open()).toBe('at once');
    await clock.advance(0.05 * hourMs);
    expect(open()).toBe('at once');
    await manager.close();
  });

  test('predecessor 3.0.0 fault 10, K20: what another process revokes leaves this one within 5 seconds', async () => {
    const { manager, another, clock } = createSetting({ store: withoutNotices() });
    const { handle } = await manager.generateKey('payment');
    await manager.open();
    manager.start();
    const record = await seal(manager, 'payment');
    await another().compromiseKey('payment', 1);
    expect(await openRecord(manager, record)).toBe('secret value');
    await clock.advance(5000);
    expect(await codeOf(openRecord(manager, record))).toBe('key_held');
    const fresh = await seal(manager, 'payment');
    expect(fresh.slice(4, 12)).not.toEqual(handle);
    await manager.close();
  });

  test('what is known to be revoked is refused without asking the store', async () => {
    const { store, reads } = countedStore();
    const { manager, another, clock } = createSetting({ store });
    await manager.generateKey('payment');
    manager.start();
    const record = await seal(manager, 'payment');
    await another().compromiseKey('payment', 1);
    await clock.advance(0);
    const before = reads.handles;
    expect(await codeOf(openRecord(manager, record))).toBe('key_held');
    expect(reads.handles).toBe(before);
    await manager.close();
  });

  test('a notice makes it at once', async () => {
    const { manager, another, clock } = createSetting();
    await manager.generateKey('payment');
    await manager.open();
    manager.start();
    const record = await seal(manager, 'payment');
    await another().compromiseKey('payment', 1);
    await clock.advance(0);
    expect(await codeOf(openRecord(manager, record))).toBe('key_held');
    await manager.close();
  });

  test('without word from the store cached keys are used for 60 s, not longer, and again when it is back', async () => {
    const { store, control } = countedStore();
    const { manager, clock, warnings } = createSetting({ store: { ...store, watch: async () => async () => {} } });
    const { handle } = await manager.generateKey('payment');
    await manager.open();
    manager.start();
    await seal(manager, 'payment');
    control.failure = Object.assign(new Error('secret detail'), { code: 'ECONNREFUSED' });
    await clock.advance(59_000);
    expect(manager.keyRing.withOpeningKey(handle, () => 'served')).toBe('served');
    await clock.advance(2000);
    const late = manager.keyRing.withOpeningKey(handle, () => 0);
    await expect(late).rejects.toThrow('ECONNREFUSED');
    expect(await codeOf(seal(manager, 'payment'))).toBe('store_unavailable');
    expect(warnings.map((warning) => warning.code)).toContain('sync_failed');
    control.failure = undefined;
    await clock.advance(2000);
    expect(manager.keyRing.withOpeningKey(handle, () => 'served')).toBe('served');
    await manager.close();
  });

  test('a manager that was not started asks the store itself once the 60 s are over', async () => {
    const { store, reads } = countedStore();
    const { manager, another, clock } = createSetting({ store });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    await another().compromiseKey('payment', 1);
    reads.state = 0;
    expect(await openRecord(manager, record)).toBe('secret value');
    await clock.advance(60_000);
    expect(await codeOf(openRecord(manager, record))).toBe('key_held');
    expect(reads.state).toBe(1);
  });
});

describe('eviction', () => {
  test('waits for the calls in flight: 1,000 seals go on, then the bytes are wiped', async () => {
    const { manager, another } = createSetting();
    await manager.generateKey('payment');
    const { promise, resolve } = deferred();
    const lent = new Set<RecordKey>();
    await seal(manager, 'payment');
    const seals = Array.from({ length: 1000 }, () =>
      manager.keyRing.withSealingKey('payment', async (key) => {
        lent.add(key);
        await promise;
        return crypto.seal(key, new Uint8Array(9), {});
      }),
    );
    await manager.compromiseKey('payment', 1);
    const [key] = lent;
    expect(lent.size).toBe(1);
    expect(key!.disposed).toBe(false);
    resolve();
    expect((await Promise.all(seals)).every((record) => record.length === 93)).toBe(true);
    expect(key!.disposed).toBe(true);
    expect(() => crypto.seal(key!, new Uint8Array(1), {})).toThrow(expect.objectContaining({ code: 'key_disposed' }));
    await another().close();
  });

  test('waits for promises of another realm or library as well', async () => {
    const { manager } = createSetting();
    await manager.generateKey('payment');
    await seal(manager, 'payment');
    const { promise, resolve } = deferred();
    let lent: RecordKey | undefined;
    const sealing = manager.keyRing.withSealingKey('payment', (key) => {
      lent = key;
      // biome-ignore lint/suspicious/noThenProperty: what such a promise is
      return { then: (...args: Parameters<typeof promise.then>) => promise.then(...args) };
    });
    await manager.compromiseKey('payment', 1);
    expect(lent!.disposed).toBe(false);
    resolve();
    await sealing;
    expect(lent!.disposed).toBe(true);
  });

  test('waits no longer for a call that threw', async () => {
    const { manager } = createSetting();
    const { handle } = await manager.generateKey('payment');
    let lent: RecordKey | undefined;
    const fail = (key: RecordKey) => {
      lent = key;
      throw new Error('from use');
    };
    await seal(manager, 'payment');
    expect(() => manager.keyRing.withOpeningKey(handle, fail)).toThrow('from use');
    await manager.close();
    expect(lent?.disposed).toBe(true);
  });

  test('a bounded cache drops what was not used lately, and loads it again when it is', async () => {
    const { manager, kms } = createSetting({ cache: { maxEntries: 3 } });
    const records: Uint8Array[] = [];
    for (let i = 0; i < 6; i++) {
      await manager.generateKey(`key-${i}`);
      records.push(await seal(manager, `key-${i}`, `text ${i}`));
    }
    expect((await manager.getStats()).cache.entries).toBe(3);
    const before = kms.calls.unwrap;
    for (const [i, record] of records.entries()) expect(await openRecord(manager, record)).toBe(`text ${i}`);
    expect(kms.calls.unwrap).toBeGreaterThan(before);
    const all = await Promise.all([...records, ...records].map((record) => openRecord(manager, record)));
    expect(all.length).toBe(12);
  });

  test('a full cache keeps what was used since it last had to make room', async () => {
    const { manager, another } = createSetting();
    const handles: Uint8Array[] = [];
    for (const keyId of ['a', 'b', 'c', 'd', 'e']) handles.push((await manager.generateKey(keyId)).handle);
    const reader = another({ cache: { maxEntries: 3 } });
    const open = (i: number) => reader.keyRing.withOpeningKey(handles[i]!, () => i);
    for (let i = 0; i < 4; i++) await open(i);
    expect(open(1)).toBe(1); // the oldest by now
    await open(4);
    expect(open(1)).toBe(1);
    expect(open(2)).toBeInstanceOf(Promise);
  });

  test('refusals are remembered for no more handles than keys are', async () => {
    const { store, reads } = countedStore();
    const { manager } = createSetting({ store, cache: { maxEntries: 2 } });
    await manager.open();
    const ask = (byte: number) =>
      codeOf(async () => manager.keyRing.withOpeningKey(new Uint8Array(8).fill(byte), () => 0));
    for (const byte of [1, 2, 3, 1]) expect(await ask(byte)).toBe('key_unknown');
    expect(reads.handles).toBe(4);
  });

  test('close wipes every key; afterwards nothing is lent', async () => {
    const { manager } = createSetting();
    const { handle } = await manager.generateKey('payment');
    let kept: RecordKey | undefined;
    await manager.keyRing.withSealingKey('payment', (key) => {
      kept = key;
    });
    await manager.close();
    expect(kept!.disposed).toBe(true);
    expect(await codeOf(async () => manager.keyRing.withOpeningKey(handle, () => 0))).toBe('manager_closed');
    expect(await codeOf(seal(manager, 'payment'))).toBe('manager_closed');
    expect(await codeOf(manager.rotateKey('payment'))).toBe('manager_closed');
  });
});

describe('races between loading and revoking', () => {
  test.each(['KMS', 'store'])('a version compromised while the %s is asked never reaches the cache', async (slow) => {
    const { store, control } = countedStore();
    const { manager, kms, another } = createSetting({ store });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const fresh = another();
    await fresh.open();
    const { promise, resolve } = deferred();
    if (slow === 'KMS') kms.gate = promise;
    else control.gate = promise;
    const opening = codeOf(openRecord(fresh, record));
    await new Promise((settled) => setImmediate(settled));
    kms.gate = undefined;
    control.gate = undefined;
    await fresh.compromiseKey('payment', 1);
    resolve();
    expect(await opening).toBe('key_held');
    expect((await fresh.getStats()).cache.entries).toBe(0);
  });

  test('a rotation while the sealing key is loaded leads to the new version', async () => {
    const { store, control } = countedStore();
    const { manager, another } = createSetting({ store });
    await manager.generateKey('payment');
    const fresh = another();
    await fresh.open();
    const { promise, resolve } = deferred();
    control.gate = promise;
    const sealing = seal(fresh, 'payment');
    await new Promise((settled) => setImmediate(settled));
    control.gate = undefined;
    const { handle } = await fresh.rotateKey('payment');
    resolve();
    expect((await sealing).slice(4, 12)).toEqual(handle);
  });

  test('a rotation while the KMS is asked for the sealing key leads to the new version', async () => {
    const inner = createTestKms();
    let gate: Promise<void> | undefined;
    const unwrap: typeof inner.unwrap = async (...args) => {
      await gate;
      return inner.unwrap(...args);
    };
    const { manager, another } = createSetting({ kms: { ...inner, unwrap } });
    await manager.generateKey('payment');
    const fresh = another();
    await fresh.open();
    const { promise, resolve } = deferred();
    gate = promise;
    const sealing = seal(fresh, 'payment');
    await new Promise((settled) => setImmediate(settled));
    gate = undefined;
    const { handle } = await fresh.rotateKey('payment');
    resolve();
    expect((await sealing).slice(4, 12)).toEqual(handle);
    expect((await seal(fresh, 'payment')).slice(4, 12)).toEqual(handle);
  });

  test('after more changes than are read at once the cached keys are looked up', async () => {
    const { manager, another, clock } = createSetting({ store: withoutNotices() });
    const keyIds = ['x-held', 'y-rotated', 'z-untouched']; // after all the changed ones in the store's order
    for (const keyId of keyIds) await manager.generateKey(keyId);
    manager.start();
    const records: Uint8Array[] = [];
    for (const keyId of keyIds) records.push(await seal(manager, keyId));
    const other = another();
    await other.compromiseKey('x-held', 1);
    const { handle } = await other.rotateKey('y-rotated');
    for (let i = 0; i < 1000; i++) await other.ensureKey(`subject-${i}`);
    await clock.advance(5000);
    expect(await codeOf(openRecord(manager, records[0]!))).toBe('key_held');
    expect((await seal(manager, 'y-rotated')).slice(4, 12)).toEqual(handle);
    expect(await openRecord(manager, records[1]!)).toBe('secret value');
    expect(await openRecord(manager, records[2]!)).toBe('secret value');
    await manager.close();
  });

  test('a store that was set back to a backup is noticed; every key is loaded anew', async () => {
    const { store, reads } = countedStore();
    let backTo: StoreState | undefined;
    const setBack = { ...store, readState: async () => backTo ?? store.readState() };
    const { manager, clock, warnings, kms } = createSetting({ store: setBack });
    await manager.generateKey('payment');
    const former = await store.readState();
    await manager.rotateKey('payment');
    await clock.advance(60_000);
    await seal(manager, 'payment');
    backTo = former;
    await clock.advance(60_000);
    const before = { handles: reads.active, unwraps: kms.calls.unwrap };
    await seal(manager, 'payment');
    expect(warnings.map((warning) => warning.code)).toEqual(['store_went_back']);
    expect(reads.active).toBe(before.handles + 1);
    expect(kms.calls.unwrap).toBe(before.unwraps + 1);
  });
});

test('a store that was set back to before a revocation opens again what it held: the backup counts', async () => {
  const inner = withoutNotices();
  let former: { state: StoreState; rows: KeyRow[] } | undefined;
  const readState = async () => former?.state ?? inner.readState();
  const findByHandles: KeyStore['findByHandles'] = async (handles) => former?.rows ?? inner.findByHandles(handles);
  const { manager, clock, warnings } = createSetting({ store: { ...inner, readState, findByHandles } });
  const { handle } = await manager.generateKey('payment');
  manager.start();
  const record = await seal(manager, 'payment');
  const backup = { state: (await inner.readState())!, rows: await inner.findByHandles([handle]) };
  await manager.compromiseKey('payment', 1);
  await clock.advance(5000);
  expect(await codeOf(openRecord(manager, record))).toBe('key_held');
  former = backup;
  await clock.advance(5000);
  expect(warnings.map(({ code }) => code)).toEqual(['store_went_back']);
  expect(await openRecord(manager, record)).toBe('secret value');
  await manager.close();
});

test('a state row that was edited to hold back a revocation lets nothing open past maxStalenessMs', async () => {
  const inner = withoutNotices();
  let held: number | undefined;
  const readState = async () => {
    const state = await inner.readState();
    return state && { ...state, revision: held ?? state.revision };
  };
  const { manager, another, clock } = createSetting({ store: { ...inner, readState } });
  await manager.generateKey('payment');
  manager.start();
  const record = await seal(manager, 'payment');
  await another({ store: inner }).compromiseKey('payment', 1);
  held = 1;
  await clock.advance(61_000);
  expect(await codeOf(openRecord(manager, record))).toBe('store_forged');
  held = undefined;
  await clock.advance(5000);
  expect(await codeOf(openRecord(manager, record))).toBe('key_held');
  await manager.close();
});

function withoutNotices(): KeyStore {
  const { watch: _, ...store } = createMemoryKeyStore();
  return store;
}
