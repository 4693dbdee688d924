import { CodedError } from '@hammerwork/crypto-core';
import { describe, expect, test } from 'vitest';
import { migrating, multi, type WrapContext } from '../src/kms-provider.ts';
import type { KeyManager } from '../src/manager.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { createTestKms } from './test-kms.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

class KmsRefusal extends CodedError<string> {}

describe('several master keys', () => {
  test('multi wraps under each and opens with the first that answers', async () => {
    const [east, west] = [createTestKms(), createTestKms()];
    const { manager, another } = createSetting({ kms: multi(east, west) });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    for (const kms of [east, west]) expect(await openRecord(another({ kms }), record)).toBe('secret value');
    east.failure = new Error('away');
    expect(await openRecord(another(), record)).toBe('secret value');
    expect(await codeOf(manager.rotateKey('payment'))).toBe('kms_failed');
    west.failure = new Error('away too');
    expect(await codeOf(openRecord(another(), record))).toBe('kms_failed');
  });

  test('one that refuses and one that is away: the outage is told, for waiting may help; both refusing: the refusal', async () => {
    const [wrong, away] = [createTestKms(), createTestKms()];
    const { manager, store } = createSetting({ kms: multi(wrong, away) });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const broken = () => Promise.reject(new KmsRefusal('wrap_broken', 'key_gone', 'no'));
    const gone = () => Promise.reject(new KmsRefusal('kms_unavailable', 'unavailable', 'away'));
    for (const [first, second, code] of [
      [broken, gone, 'kms_unavailable'],
      [gone, broken, 'kms_unavailable'],
      [broken, broken, 'wrap_broken'],
    ] as const) {
      const kms = multi({ ...wrong, unwrap: first }, { ...away, unwrap: second });
      expect(await codeOf(openRecord(createSetting({ kms, store }).manager, record))).toBe(code);
    }
    const short = async () => new Uint8Array(16);
    const kms = multi({ ...wrong, unwrap: short }, away);
    expect(await openRecord(createSetting({ kms, store }).manager, record)).toBe('secret value');
  });

  test('a group needs different master keys', () => {
    const kms = createTestKms();
    expect(() => multi(kms, kms)).toThrow(TypeError);
    expect(() => migrating({ from: kms, to: kms })).toThrow(TypeError);
  });

  test('predecessor K16: moving to another KMS unwraps and wraps each version once and writes no record', async () => {
    const [from, to] = [createTestKms(), createTestKms()];
    const { manager, another } = createSetting({ kms: from });
    await manager.generateKey('payment');
    const records = [await seal(manager, 'payment', 'v1')];
    for (let version = 2; version <= 10; version++) {
      await manager.rotateKey('payment');
      records.push(await seal(manager, 'payment', `v${version}`));
    }
    const mover = another({ kms: migrating({ from, to }) });
    await mover.open();
    from.calls.unwrap = 0;
    const progress: number[][] = [];
    const onProgress = (...counts: number[]) => void progress.push(counts);
    const report = await mover.rewrapKeys({ actor: 'alice', onProgress });
    expect(report).toEqual({ rewrapped: 10, unchanged: 0, refused: [], storeKey: 'rewrapped' });
    expect(progress).toEqual(Array.from({ length: 10 }, (_, i) => [i + 1, 10]));
    // The eleventh wrap is that of the store's own key, which was unwrapped when the store was opened.
    expect([from.calls.unwrap, to.calls.wrap, to.calls.unwrap]).toEqual([10, 11, 0]);
    const moved = another({ kms: to });
    expect(await Promise.all(records.map((record) => openRecord(moved, record)))).toEqual(
      Array.from({ length: 10 }, (_, i) => `v${i + 1}`),
    );
    expect(await codeOf(another({ kms: from }).open())).toBe('master_key_mismatch');
    expect(await mover.rewrapKeys()).toEqual({ rewrapped: 0, unchanged: 10, refused: [], storeKey: 'unchanged' });
    expect(new Set((await moved.listKeys()).map((key) => key.masterKeyId)).size).toBe(1);
    expect(await moved.verifyAudit()).toMatchObject({ ok: true });
  });

  test('in steps that leave every process running: first both, then the new one alone, without a KMS call', async () => {
    const [from, to] = [createTestKms(), createTestKms()];
    const { manager, another } = createSetting({ kms: from });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    await another({ kms: multi(to, from) }).rewrapKeys();
    for (const kms of [from, to]) expect(await openRecord(another({ kms }), record)).toBe('secret value');
    const last = another({ kms: to });
    await last.open();
    const before = { ...to.calls };
    expect(await last.rewrapKeys()).toEqual({ rewrapped: 1, unchanged: 0, refused: [], storeKey: 'rewrapped' });
    expect(to.calls).toEqual(before);
    expect(await codeOf(openRecord(another({ kms: from }), record))).toBe('master_key_mismatch');
  });

  test('a new version of the same master key: every wrap is made anew by order', async () => {
    const { manager, kms, another } = createSetting();
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const before = { ...kms.calls };
    expect(await manager.rewrapKeys({ refresh: true })).toEqual({
      rewrapped: 1,
      unchanged: 0,
      refused: [],
      storeKey: 'rewrapped',
    });
    expect(kms.calls).toEqual({ wrap: before.wrap + 2, unwrap: before.unwrap + 1 });
    expect(await openRecord(another(), record)).toBe('secret value');
  });

  test('where the KMS can, the key stays in it', async () => {
    const kms = createTestKms();
    const inside = { ...kms, rewrap: async (wrapped: Uint8Array, context: WrapContext) => rewrapped(wrapped, context) };
    const rewrapped = async (wrapped: Uint8Array, context: WrapContext) =>
      kms.wrap(await kms.unwrap(wrapped, context), context);
    const { manager, another } = createSetting({ kms: inside });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const before = (await manager.getStats()).kms;
    expect(await manager.rewrapKeys({ refresh: true })).toEqual({
      rewrapped: 1,
      unchanged: 0,
      refused: [],
      storeKey: 'rewrapped',
    });
    const { wraps, unwraps, rewraps } = (await manager.getStats()).kms;
    expect({ wraps, unwraps, rewraps }).toEqual({ wraps: before.wraps, unwraps: before.unwraps, rewraps: 2 });
    expect(await openRecord(another(), record)).toBe('secret value');
  });

  test('two that rewrap at once, and one that was interrupted, leave one good state', async () => {
    const [from, to] = [createTestKms(), createTestKms()];
    const { manager, another } = createSetting({ kms: from });
    const records: Uint8Array[] = [];
    for (const keyId of ['a', 'b', 'c']) {
      await manager.generateKey(keyId);
      records.push(await seal(manager, keyId, keyId));
    }
    const mover = another({ kms: migrating({ from, to }) });
    await mover.open();
    to.failure = new Error('away');
    expect(await codeOf(mover.rewrapKeys())).toBe('kms_failed');
    to.failure = undefined;
    await Promise.all([mover, another({ kms: migrating({ from, to }) })].map((one) => one.rewrapKeys()));
    const moved = another({ kms: to });
    expect(await Promise.all(records.map((record) => openRecord(moved, record)))).toEqual(['a', 'b', 'c']);
    expect(await moved.verifyAudit()).toMatchObject({ ok: true });
  });
});

describe('what somebody else did meanwhile', () => {
  /** Moves to another master key; the first wrap under it waits for `meanwhile`. */
  async function moving(meanwhile: (manager: KeyManager) => Promise<unknown>) {
    const [from, to] = [createTestKms(), createTestKms()];
    const { manager, another, store } = createSetting({ kms: from });
    await manager.generateKey('payment');
    await manager.rotateKey('payment');
    let first = true;
    const slow = {
      ...to,
      wrap: async (...args: Parameters<typeof to.wrap>) => {
        if (first) await meanwhile(manager);
        first = false;
        return to.wrap(...args);
      },
    };
    return { report: await another({ kms: migrating({ from, to: slow }) }).rewrapKeys(), store };
  }

  test('a version that was destroyed during its rewrap gets no bytes back', async () => {
    const { report, store } = await moving((manager) => manager.destroyKey('payment', 1, { erasure: true }));
    expect(report).toMatchObject({ rewrapped: 1, unchanged: 1, refused: [] });
    expect(await store.findVersion('payment', 1)).toMatchObject({
      status: 'destroyed',
      encryptedKeyMaterial: new Uint8Array(),
    });
  });

  test('the store key that another process moved first stays as that one made it', async () => {
    const kms = createTestKms();
    const { manager, another, store } = createSetting({ kms });
    await manager.open();
    let first = true;
    let theirs: Uint8Array | undefined;
    const slow = {
      ...kms,
      wrap: async (...args: Parameters<typeof kms.wrap>) => {
        if (first) {
          await manager.rewrapKeys({ refresh: true });
          theirs = (await store.readState())!.wrappedStoreKey;
        }
        first = false;
        return kms.wrap(...args);
      },
    };
    const report = await another({ kms: slow }).rewrapKeys({ refresh: true });
    expect(report.storeKey).toBe('unchanged');
    expect((await store.readState())!.wrappedStoreKey).toEqual(theirs);
  });
});

describe('export and import', () => {
  test('versions come over wrapped, with their states, and open what they sealed', async () => {
    const { manager, another } = createSetting();
    await manager.generateKey('payment', { rotationIntervalDays: 30, scope: 't' });
    const old = await seal(manager, 'payment', 'old');
    await manager.rotateKey('payment');
    const fresh = await seal(manager, 'payment', 'new');
    const exported = JSON.parse(JSON.stringify(await manager.exportKeys({}, { actor: 'alice' })));
    const targetStore = createMemoryKeyStore();
    const target = another({ store: targetStore });
    const imported = await target.importKeys(exported, { actor: 'bob' });
    expect(imported.map((key) => [key.version, key.status, key.source, key.scope])).toEqual([
      [1, 'deactivated', 'imported', 't'],
      [2, 'active', 'imported', 't'],
    ]);
    expect((await targetStore.findVersion('payment', 1))?.transition).toMatchObject({ state: 'deactivated' });
    expect((await targetStore.findVersion('payment', 2))?.transition).toBeUndefined();
    expect([await openRecord(target, old), await openRecord(target, fresh)]).toEqual(['old', 'new']);
    expect((await manager.getAuditTrail({ operations: ['export'] })).map((entry) => entry.actor)).toEqual([
      'alice',
      'alice',
    ]);
    expect((await target.getAuditTrail({ operations: ['import'] })).length).toBe(2);
    expect(await target.verifyAudit()).toMatchObject({ ok: true });
    expect(await codeOf(target.importKeys(exported))).toBe('key_exists');
  });

  test('all or nothing: what is there already keeps the others out, and the refusal is an entry', async () => {
    const { manager, another } = createSetting();
    await manager.generateKey('a');
    await manager.generateKey('b');
    const exported = await manager.exportKeys();
    const target = another({ store: createMemoryKeyStore() });
    await target.generateKey('b');
    expect(await codeOf(target.importKeys(exported, { actor: 'bob' }))).toBe('key_exists');
    expect((await target.listKeys()).map(({ keyId }) => keyId)).toEqual(['b']);
    expect(await target.getAuditTrail({ operations: ['import'] })).toMatchObject([
      { actor: 'bob', result: 'refused', code: 'key_exists' },
    ]);
    expect(await target.verifyAudit()).toMatchObject({ ok: true, entries: 3 });
  });

  test('a row that is not believed is not exported', async () => {
    const { manager, another, store } = createSetting();
    await manager.generateKey('a');
    const list: typeof store.list = async (filter) =>
      (await store.list(filter)).map((row) => ({ ...row, createdBy: 'mallory' }));
    expect(await codeOf(another({ store: { ...store, list } }).exportKeys())).toBe('key_row_forged');
  });

  test('more versions than a list has by default are exported all, and a limit is kept', async () => {
    const { manager, another } = createSetting();
    for (let i = 0; i < 1001; i++) await manager.generateKey(`subject ${i}`);
    expect((await manager.exportKeys({ limit: 3 })).keys.length).toBe(3);
    const exported = await manager.exportKeys();
    expect(new Set(exported.keys.map(({ keyId }) => keyId)).size).toBe(1001);
    const entries = await manager.getAuditTrail({ operations: ['export'], limit: 2000 });
    expect(entries.length).toBe(1004);
    expect(entries.at(-1)).toMatchObject({ keyId: exported.keys.at(-1)!.keyId, version: 1, result: 'ok' });
    expect(await manager.verifyAudit()).toMatchObject({ ok: true });
    const elsewhere = another({ store: createMemoryKeyStore() });
    expect((await elsewhere.importKeys(exported)).length).toBe(1001);
  });

  test('another master key, and whatever is not as it was exported, does not come in', async () => {
    const { manager, another } = createSetting();
    await manager.generateKey('payment');
    const exported = await manager.exportKeys();
    const into = (kms?: ReturnType<typeof createTestKms>) =>
      another({ store: createMemoryKeyStore(), ...(kms ? { kms } : {}) });
    expect(await codeOf(into(createTestKms()).importKeys(exported))).toBe('master_key_mismatch');
    const [key] = exported.keys;
    const broken: [object, RegExp][] = [
      [{ ...exported, format: 'x' }, /import_malformed/],
      [{ ...exported, keys: [{ ...key, handle: 'AAAA' }] }, /import_malformed/],
      [{ ...exported, keys: [{ ...key, status: 'destroyed' }] }, /import_malformed/],
      [{ ...exported, keys: [{ ...key, algorithm: 'none' }] }, /import_malformed/],
      [{ ...exported, keys: [{ ...key, version: 0 }] }, /import_malformed/],
      [{ ...exported, keys: [{ ...key, encryptedKeyMaterial: '' }] }, /material_malformed/],
      [{ ...exported, storeId: 'other' }, /import_malformed/],
      [{ ...exported, keys: [{ ...key, mac: undefined }] }, /import_malformed/],
      [{ ...exported, keys: [{ ...key, mac: '' }] }, /import_malformed/],
      [{ ...exported, keys: [{ ...key, keyId: 'other' }] }, /seal_broken|wrap_broken/],
      [{ ...exported, keys: [{ ...key, version: 2 }] }, /seal_broken|wrap_broken/],
    ];
    for (const [file, code] of broken) {
      const target = into();
      expect(await codeOf(target.importKeys(file as typeof exported))).toMatch(code);
      expect(await target.listKeys()).toEqual([]);
    }
  });

  test('no field of an exported version can be edited: a compromised one does not come in as active', async () => {
    const { manager, another } = createSetting();
    await manager.generateKey('payment');
    await manager.compromiseKey('payment', 1);
    const exported = await manager.exportKeys({ status: ['compromised'] });
    const key = exported.keys[0]!;
    const edits = [
      { status: 'active', compromisePolicy: null },
      { compromisePolicy: 'continue' },
      { handle: 'AAAAAAAAAAA=' },
      { algorithm: key.algorithm === 'aes-256-gcm' ? 'chacha20-poly1305' : 'aes-256-gcm' },
      { purpose: 'mac' },
      ...['retiredAt', 'createdAt', 'expiresAt', 'rotatedAt', 'nextRotationAt'].map((name) => ({ [name]: 1 })),
      { rotationIntervalDays: 7 },
      { createdBy: 'mallory' },
      { masterKeyId: '00000000-0000-8000-8000-000000000002' },
    ];
    for (const edit of edits) {
      const target = another({ store: createMemoryKeyStore() });
      const file = { ...exported, keys: [{ ...key, ...edit }] };
      expect([edit, await codeOf(target.importKeys(file))]).toEqual([edit, 'import_malformed']);
      expect(await target.listKeys()).toEqual([]);
    }
    const target = another({ store: createMemoryKeyStore() });
    expect(await target.importKeys(exported)).toMatchObject([{ status: 'compromised' }]);
  });
});
