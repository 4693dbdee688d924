// When a cached key is lent and when it is not any more: expiry, the hour of the cache, word from the store, closing.
import type { Crypto, RecordKey } from '@hammerwork/crypto-core';
import { expect, test } from 'vitest';
import type { KeyStore } from '../src/key-store.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { crypto } from './test-kms.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

const minuteMs = 60_000;
const settled = () => new Promise((done) => setImmediate(done));

function signal() {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A store without notices that fails on order, and whose answers about its state wait for the test. */
function heldStore() {
  const { watch: _, ...inner } = createMemoryKeyStore();
  const open = Promise.resolve();
  const control = { failure: undefined as Error | undefined, gates: [] as Promise<void>[], usage: open, list: open };
  const store: KeyStore = {
    ...inner,
    async readState() {
      if (control.failure) throw control.failure;
      const state = await inner.readState();
      await control.gates.shift();
      return state;
    },
    findByHandles: (handles) => (control.failure ? Promise.reject(control.failure) : inner.findByHandles(handles)),
    async list(filter) {
      const rows = await inner.list(filter);
      await control.list;
      return rows;
    },
    async addUsage(usage) {
      await control.usage;
      await inner.addUsage(usage);
    },
  };
  return { store, control };
}

test('an expired key seals no more, although it is cached, and goes on opening', async () => {
  const { manager, clock } = createSetting();
  await manager.generateKey('payment', { expiresAt: new Date(clock.now() + 10 * minuteMs) });
  manager.start();
  const record = await seal(manager, 'payment');
  await clock.advance(10 * minuteMs - 1);
  await seal(manager, 'payment');
  await clock.advance(1);
  expect(await codeOf(() => seal(manager, 'payment'))).toBe('key_expired');
  expect(await openRecord(manager, record)).toBe('secret value');
  await manager.close();
});

test('after its hour a cached key seals only if it can be loaded anew', async () => {
  const { manager, kms, clock } = createSetting();
  await manager.generateKey('payment');
  manager.start();
  await seal(manager, 'payment');
  kms.failure = new Error('away');
  await clock.advance(60 * minuteMs);
  expect(await codeOf(seal(manager, 'payment'))).toBe('kms_failed');
  await manager.close();
});

test('word from the store counts from when it was asked, not from when it answered', async () => {
  const { store, control } = heldStore();
  const { manager, clock } = createSetting({ store });
  await manager.generateKey('payment');
  const record = await seal(manager, 'payment');
  manager.start();
  const gate = signal();
  control.gates.push(gate.promise);
  await clock.advance(2000); // asked now
  await clock.advance(10_000);
  control.failure = new Error('away');
  gate.resolve();
  await clock.advance(49_999);
  expect(await openRecord(manager, record)).toBe('secret value');
  await clock.advance(1);
  expect(await codeOf(openRecord(manager, record))).toBe('store_unavailable');
  await manager.close();
});

test('an answer of the store that outlived its deadline does not tell of the past', async () => {
  const { store, control } = heldStore();
  const { manager, another, clock, warnings } = createSetting({ store });
  await manager.generateKey('payment');
  const record = await seal(manager, 'payment');
  manager.start();
  const gate = signal();
  control.gates.push(gate.promise);
  await clock.advance(2000);
  await another().generateKey('other');
  await clock.advance(17_000);
  expect(warnings.map(({ code }) => code)).toEqual(['sync_failed']);
  gate.resolve();
  await clock.advance(0);
  expect(warnings.map(({ code }) => code)).toEqual(['sync_failed']);
  expect((await manager.getStats()).cache.entries).toBe(1);
  expect(await openRecord(manager, record)).toBe('secret value');
  await manager.close();
});

test('rows that were read before a change do not take it back', async () => {
  const { store, control } = heldStore();
  const { manager, another, clock } = createSetting({ store });
  await manager.generateKey('payment');
  const record = await seal(manager, 'payment');
  manager.start();
  await another().compromiseKey('payment', 1);
  const gate = signal();
  control.list = gate.promise;
  await clock.advance(2000); // the rows, held back here, say that its records are held
  await manager.compromiseKey('payment', 1, { whenOpening: 'continue' });
  expect(await openRecord(manager, record)).toBe('secret value');
  gate.resolve();
  await settled();
  expect(await openRecord(manager, record)).toBe('secret value');
  await manager.close();
});

test('a caller may use the buffer of a handle again at once', async () => {
  const { manager, another } = createSetting();
  const { handle } = await manager.generateKey('payment');
  const buffer = handle.slice();
  const opening = another().keyRing.withOpeningKey(buffer, (key) => key.handle.slice());
  buffer.fill(0);
  expect(await opening).toEqual(handle);
});

test('a key that another one pushed out between its load and its use is loaded again', async () => {
  const { manager, another } = createSetting();
  await manager.generateKey('payment');
  await manager.generateKey('other');
  const records = [await seal(manager, 'payment'), await seal(manager, 'other')];
  const fresh = another({ cache: { maxEntries: 1 } });
  await fresh.open();
  expect(await Promise.all(records.map((record) => openRecord(fresh, record)))).toEqual(Array(2).fill('secret value'));
});

test('while a closed manager writes what it has to, it lends nothing: neither what was being loaded nor anything new', async () => {
  const { store, control } = heldStore();
  const { manager, another, kms, clock } = createSetting({ store });
  await manager.generateKey('payment');
  await manager.generateKey('other');
  const record = await seal(manager, 'payment');
  const newest = await seal(manager, 'other');
  const made: RecordKey[] = [];
  const importKey: Crypto['importKey'] = (bytes, options) => {
    made.push(crypto.importKey(bytes, options));
    return made.at(-1)!;
  };
  const closing = another({ crypto: { ...crypto, importKey } });
  await closing.open();
  closing.start();
  await openRecord(closing, record); // a use that close has to write
  const [stateGate, kmsGate, usageGate] = [signal(), signal(), signal()];
  control.gates.push(stateGate.promise);
  await clock.advance(2000);
  kms.gate = kmsGate.promise;
  const opening = codeOf(openRecord(closing, newest));
  await settled();
  control.usage = usageGate.promise;
  const closed = closing.close();
  stateGate.resolve();
  kms.gate = undefined;
  kmsGate.resolve();
  await settled();
  expect(await opening).toBe('manager_closed');
  const unwraps = kms.calls.unwrap;
  for (const one of [record, newest]) expect(await codeOf(() => openRecord(closing, one))).toBe('manager_closed');
  expect(kms.calls.unwrap).toBe(unwraps);
  usageGate.resolve();
  await closed;
  expect(made).toHaveLength(3);
  expect(made.every((key) => key.disposed)).toBe(true);
});
