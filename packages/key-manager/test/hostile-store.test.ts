// What one row, one failing store or one misspelt option must not do to everything else.
import { describe, expect, test, vi } from 'vitest';
import { createKeyManager } from '../src/key-manager.ts';
import type { KeyRow } from '../src/key-row.ts';
import type { KeyStore, KeyStoreTransaction } from '../src/key-store.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { createTestKms, crypto } from './test-kms.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

const day = 86_400_000;

test('a forged row does not keep other keys from their destruction', async () => {
  const { manager, store, clock, another, warnings } = createSetting();
  for (const keyId of ['a', 'b', 'c']) {
    await manager.generateKey(keyId);
    await manager.rotateKey(keyId);
    await manager.destroyKey(keyId, 1, { unchecked: true });
  }
  const forging: KeyStore = {
    ...store,
    change: (work) =>
      store.change((tx) =>
        work({
          ...tx,
          async findVersion(keyId, version) {
            const row = await tx.findVersion(keyId, version);
            return keyId === 'a' && row ? { ...row, createdBy: 'somebody else' } : row;
          },
        }),
      ),
  };
  await clock.advance(8 * day);
  const destroyed = await another({ store: forging }).performDueDestructions();
  expect(destroyed.map(({ keyId, status }) => [keyId, status])).toEqual([
    ['b', 'destroyed'],
    ['c', 'destroyed'],
  ]);
  expect(warnings).toMatchObject([{ code: 'destruction_failed', keyId: 'a', version: 1 }]);
});

test('a time that JSON lacks is no time that was never set', async () => {
  const { manager, store, another } = createSetting();
  await manager.generateKey('a');
  for (const time of [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN]) {
    const forging: KeyStore = {
      ...store,
      findVersion: async (keyId, version) => ({ ...(await store.findVersion(keyId, version))!, destroyAt: time }),
    };
    const reading = another({ store: forging }).getKey({ keyId: 'a', version: 1 });
    await expect(reading).rejects.toMatchObject({ code: 'key_row_forged' });
  }
});

test('loading ahead while the store or the master key is away ends no process', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const store = { ...createMemoryKeyStore(), readState: () => Promise.reject(new Error('away')) };
    const manager = createKeyManager({ store, kms: createTestKms(), crypto });
    await manager.keyRing.prefetch([new Uint8Array(8), new Uint8Array(8).fill(1)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
    await manager.close();
  } finally {
    process.off('unhandledRejection', note);
  }
});

test('a misspelt option is a mistake, and not a rule that does not hold', () => {
  const base = { store: createMemoryKeyStore(), kms: createTestKms(), crypto };
  for (const wrong of [
    { destruction: { requireAproval: true } },
    { destruction: { requireApproval: 'no' } },
    { cache: { maxStalenes: 5 } },
    { openAudits: { opens: 'each' } },
    { openAudit: { opens: 'Each' } },
    { openAudit: { opens: 'each', keyId: ['payment'] } },
    { openAudit: { opens: 'each', keyIds: 'payment' } },
    { openAudit: { opens: 'each', keyIds: [5] } },
    { openAudit: { opens: 'counted', maxpending: 5 } },
    { checkpoints: { signer: {}, write() {}, every: 5 } },
  ])
    expect(() => createKeyManager({ ...base, ...wrong } as never)).toThrow(TypeError);
  for (const times of [{ flushMs: 0 }, { flushMs: Number.NaN }, { maxPending: 0 }, { maxPending: 0.5 }])
    expect(() => createKeyManager({ ...base, openAudit: { opens: 'each', ...times } })).toThrow(RangeError);
});

test('an onWarning or onProgress that fails breaks neither what repeats nor the call that it is told of', async () => {
  const told: string[] = [];
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation((text) => void told.push(String(text)));
  const fail = async () => {
    throw new Error('a secret of the listener');
  };
  const throws = () => {
    throw new Error('a secret of the listener');
  };
  const { manager, store, clock, kms } = createSetting({ automaticRotationMs: 1000, onWarning: throws });
  for (const keyId of ['a', 'b']) await manager.generateKey(keyId, { rotationIntervalDays: 1 });
  manager.start();
  kms.failure = new Error('away');
  await clock.advance(86_400_000);
  kms.failure = undefined;
  await clock.advance(2000);
  expect((await manager.listKeys({ status: ['active'] })).map(({ version }) => version)).toEqual([2, 2]);
  await manager.close();
  const moved = createKeyManager({ store, kms, crypto });
  expect(await moved.rewrapKeys({ refresh: true, onProgress: fail })).toMatchObject({ rewrapped: 4 });
  await moved.close();
  expect(told).toEqual([expect.stringContaining('onWarning failed'), expect.stringContaining('onProgress failed')]);
  emitWarning.mockRestore();
});

test.each(['opens', 'seals', 'is the latest and does not seal'])(
  'what a forged row that %s says of itself does not get into the audit log',
  async (which) => {
    const { manager, store, another } = createSetting();
    await manager.generateKey('a');
    const record = await seal(manager, 'a');
    const [row] = await store.findByHandles([record.slice(4, 12)]);
    const forged = { ...row!, keyId: 'anna@example.org', purpose: 'mac' as const };
    const forging: KeyStore = {
      ...store,
      findByHandles: async () => [forged],
      findActive: async () => (which === 'seals' ? forged : undefined),
      findLatest: async () => forged,
    };
    const reader = another({ store: forging });
    const use = () => (which === 'opens' ? openRecord(reader, record) : seal(reader, 'a'));
    expect(await codeOf(use)).toBe('key_row_forged');
    await reader.close(); // waits for entries that are being written
    expect((await manager.getAuditTrail()).map(({ operation }) => operation)).toEqual(['create_store', 'generate']);
  },
);

test('what a forged row says of its revision does not outlast the repair of the row', async () => {
  const { watch: _, ...store } = createMemoryKeyStore();
  const { manager, another, clock } = createSetting({ store });
  await manager.generateKey('a');
  const record = await seal(manager, 'a');
  let forged = true;
  const list: KeyStore['list'] = async (filter) =>
    (await store.list(filter)).map((row) => (forged ? { ...row, revision: 1000 } : row));
  const reader = another({ store: { ...store, list } });
  await reader.open();
  reader.start();
  await manager.retireKey('a', (await manager.rotateKey('a')).version - 1, { unchecked: true });
  await manager.rotateKey('a');
  await clock.advance(2000);
  expect(await codeOf(() => openRecord(reader, record))).toBe('key_row_forged');
  forged = false;
  await manager.close();
  await clock.advance(2000);
  expect(await codeOf(() => openRecord(reader, record))).toBe('key_unusable');
  await reader.close();
});

describe('inside a change', () => {
  /** The same store, whose transactions are changed. */
  function within(store: KeyStore, change: (tx: KeyStoreTransaction) => Partial<KeyStoreTransaction>): KeyStore {
    return { ...store, change: (work) => store.change((tx) => work({ ...tx, ...change(tx) })) };
  }
  const forged = async (row: Promise<KeyRow | undefined>) => ({ ...(await row)!, createdBy: 'mallory' });

  test.each<[string, (tx: KeyStoreTransaction) => Partial<KeyStoreTransaction>]>([
    ['active', (tx) => ({ findActive: (keyId) => forged(tx.findActive(keyId)) })],
    ['latest', (tx) => ({ findLatest: (keyId) => forged(tx.findLatest(keyId)) })],
  ])('the %s version is believed no more than outside, and a rotation does not take it over', async (_, change) => {
    const { manager, store, another } = createSetting();
    await manager.generateKey('a');
    expect(await codeOf(another({ store: within(store, change) }).rotateKey('a'))).toBe('key_row_forged');
    expect(await manager.getKey('a')).toMatchObject({ version: 1, status: 'active' });
    expect(await manager.getAuditTrail({ operations: ['rotate'] })).toMatchObject([{ code: 'key_row_forged' }]);
  });

  test('a transition that somebody wrote does not let an ended version in again', async () => {
    const { manager, another } = createSetting();
    await manager.generateKey('a');
    const exported = await manager.exportKeys();
    const store = createMemoryKeyStore();
    const target = another({
      store: within(store, () => ({
        findTransition: async (keyId, version) => ({
          ...{ keyId, version, revision: 9, state: 'active' },
          transitionMac: new Uint8Array(32),
        }),
      })),
    });
    expect(await codeOf(target.importKeys(exported))).toBe('key_transition_forged');
    expect(await another({ store }).listKeys()).toEqual([]);
  });

  test('a row that another process changed meanwhile is not overwritten, and no entry says so', async () => {
    const { manager, store, another } = createSetting();
    await manager.generateKey('a');
    await manager.rotateKey('a');
    const raced = another({ store: within(store, () => ({ updateKey: async () => false })) });
    expect(await codeOf(raced.retireKey('a', 1, { unchecked: true }))).toBe('key_changed');
    expect(await manager.getAuditTrail({ operations: ['retire'] })).toMatchObject([{ code: 'key_changed' }]);
    expect(await manager.verifyAudit()).toMatchObject({ ok: true });
  });
});

test('a forged row is no key that is there already', async () => {
  const { manager, store, another } = createSetting();
  await manager.generateKey('a');
  const findActive: KeyStore['findActive'] = async (keyId) => ({
    ...(await store.findActive(keyId))!,
    createdBy: 'mallory',
  });
  expect(await codeOf(another({ store: { ...store, findActive } }).ensureKey('a'))).toBe('key_row_forged');
});

test('what changes no row raises no revision: other processes have nothing to look at', async () => {
  const { manager, store } = createSetting();
  await manager.generateKey('a');
  const { revision } = (await store.readState())!;
  expect(await codeOf(manager.generateKey('a'))).toBe('key_exists');
  await manager.exportKeys();
  expect(await store.readState()).toMatchObject({ revision, auditSeq: 4 });
});
