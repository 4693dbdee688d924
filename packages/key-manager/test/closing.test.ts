// The end of a key manager while something is still under way: what is written then is written under the true store key.
import { expect, test } from 'vitest';
import type { KeyStore } from '../src/key-store.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { createStoreMac } from '../src/store-mac.ts';
import { createTestKms } from './test-kms.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

/** A store whose audit entries are written when the test says so. */
function heldStore() {
  const inner = createMemoryKeyStore();
  const held = { gate: undefined as Promise<void> | undefined, reached: () => {} };
  const store: KeyStore = {
    ...inner,
    addUsage: async () => {}, // on a database it does not wait for a change that is under way
    change: (work) =>
      inner.change((tx) =>
        work({
          ...tx,
          async appendAudit(entries) {
            held.reached();
            await held.gate;
            await tx.appendAudit(entries);
          },
        }),
      ),
  };
  return { store, held };
}

function signal() {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test('a change that is under way when the manager is closed is written whole, and close waits for it', async () => {
  const { store, held } = heldStore();
  const { manager, another } = createSetting({ store });
  await manager.generateKey('payment');
  const record = await seal(manager, 'payment');
  const [gate, reached] = [signal(), signal()];
  Object.assign(held, { gate: gate.promise, reached: reached.resolve });
  const rotating = codeOf(manager.rotateKey('payment'));
  await reached.promise;
  let closed = false;
  const closing = manager.close().then(() => {
    closed = true;
  });
  await new Promise((settled) => setImmediate(settled));
  const early = closed;
  gate.resolve();
  await closing;
  expect(await rotating).toBe('no error');
  const fresh = another();
  expect(await openRecord(fresh, record)).toBe('secret value');
  expect(await fresh.getKey('payment')).toMatchObject({ version: 2, status: 'active' });
  expect(await fresh.verifyAudit()).toMatchObject({ ok: true });
  expect(early).toBe(false);
});

test('the entry of a refusal, which nobody waits for, does not break the store of a manager that was closed at once', async () => {
  const { store, held } = heldStore();
  const { manager, another } = createSetting({ store });
  await manager.generateKey('payment');
  const record = await seal(manager, 'payment');
  await manager.compromiseKey('payment', 1);
  const reader = another();
  const [gate, reached] = [signal(), signal()];
  Object.assign(held, { gate: gate.promise, reached: reached.resolve });
  expect(await codeOf(openRecord(reader, record))).toBe('key_held');
  await reached.promise;
  const closing = reader.close();
  await new Promise((settled) => setImmediate(settled));
  gate.resolve();
  await closing;
  const fresh = another();
  expect(await codeOf(openRecord(fresh, record))).toBe('key_held');
  expect(await fresh.verifyAudit()).toMatchObject({ ok: true });
  const refusals = await fresh.getAuditTrail({ operations: ['load'] });
  expect(refusals[0]).toMatchObject({ result: 'refused', code: 'key_held' });
});

test('a store key that comes when the manager was closed meanwhile is wiped, and nothing is opened', async () => {
  const inner = createTestKms();
  const { manager, another } = createSetting({ kms: inner });
  await manager.generateKey('payment');
  const [gate, reached] = [signal(), signal()];
  let bytes: Uint8Array | undefined;
  const unwrap: typeof inner.unwrap = async (...args) => {
    bytes = await inner.unwrap(...args);
    reached.resolve();
    await gate.promise;
    return bytes;
  };
  const slow = another({ kms: { ...inner, unwrap } });
  const opening = codeOf(slow.open());
  await reached.promise;
  await slow.close();
  expect(bytes?.some((byte) => byte !== 0)).toBe(true);
  gate.resolve();
  expect(await opening).toBe('manager_closed');
  expect(bytes?.every((byte) => byte === 0)).toBe(true);
});

test('a wiped store key signs nothing: zeros would be a key as well', () => {
  const mac = createStoreMac(new Uint8Array(32).fill(7));
  const state = { storeId: 'x', revision: 1, auditSeq: 1, auditHash: '', wrappedStoreKey: new Uint8Array() };
  expect(mac.ofState({ ...state, stateMac: new Uint8Array() })).toHaveLength(32);
  mac.dispose();
  expect(() => mac.ofState({ ...state, stateMac: new Uint8Array() })).toThrow('wiped');
});
