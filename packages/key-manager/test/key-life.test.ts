import { describe, expect, test } from 'vitest';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

const dayMs = 86_400_000;

describe('generate and get', () => {
  test('version 1 is active and seals; it is found by id, by version and by handle', async () => {
    const { manager, clock } = createSetting();
    const expiresAt = new Date(clock.now() + 400 * dayMs);
    const key = await manager.generateKey('payment', {
      algorithm: 'chacha20-poly1305',
      rotationIntervalDays: 30,
      expiresAt,
      scope: 'tenant-1',
      actor: 'alice',
    });
    expect(key).toMatchObject({
      keyId: 'payment',
      version: 1,
      algorithm: 'chacha20-poly1305',
      purpose: 'encryption',
      scope: 'tenant-1',
      status: 'active',
      createdBy: 'alice',
      keyStrength: 256,
      expiresAt,
      rotationIntervalDays: 30,
      nextRotationAt: new Date(clock.now() + 30 * dayMs),
    });
    expect(await manager.getKey('payment')).toEqual(key);
    expect(await manager.getKey({ keyId: 'payment', version: 1 })).toEqual(key);
    expect(await manager.getKey({ handle: key.handle })).toEqual(key);
    const record = await seal(manager, 'payment');
    expect(record.slice(4, 12)).toEqual(key.handle);
    expect(record[2]).toBe(2);
    expect(await openRecord(manager, record)).toBe('secret value');
  });

  test('an existing key is refused, an unknown one too', async () => {
    const { manager } = createSetting();
    await manager.generateKey('payment');
    expect(await codeOf(manager.generateKey('payment'))).toBe('key_exists');
    expect(await codeOf(manager.getKey('other'))).toBe('key_unknown');
    expect(await codeOf(manager.getKey({ keyId: 'payment', version: 2 }))).toBe('key_unknown');
    expect(await codeOf(manager.rotateKey('other'))).toBe('key_unknown');
    expect(await codeOf(seal(manager, 'other'))).toBe('key_unknown');
  });

  test.each([
    ['an empty key id', (m: ReturnType<typeof createSetting>['manager']) => m.generateKey('')],
    ['a key id of 256 characters', (m) => m.generateKey('k'.repeat(256))],
    ['a lone surrogate', (m) => m.generateKey('\ud800')],
    ['a control character', (m) => m.generateKey('a\0b')],
    ['an algorithm nobody knows', (m) => m.generateKey('k', { algorithm: 'rot13' as 'aes-256-gcm' })],
    ['an interval of half a day', (m) => m.generateKey('k', { rotationIntervalDays: 0.5 })],
    ['an expiry in the past', (m) => m.generateKey('k', { expiresAt: new Date(0) })],
    ['an empty actor', (m) => m.generateKey('k', { actor: '' })],
    ['version 0', (m) => m.getKey({ keyId: 'k', version: 0 })],
    ['a handle of 7 bytes', (m) => m.getKey({ handle: new Uint8Array(7) })],
  ] as [string, (m: ReturnType<typeof createSetting>['manager']) => Promise<unknown>][])(
    'refuses %s as a programmer mistake',
    async (_, call) => {
      const { manager } = createSetting();
      expect(await codeOf(() => call(manager))).toMatch(/^(TypeError|RangeError)$/);
    },
  );

  test('ensureKey makes a key once, whoever is first', async () => {
    const { manager, another } = createSetting();
    const made = await Promise.all([manager, another(), another()].map((one) => one.ensureKey('subject')));
    expect(new Set(made.map((key) => Buffer.from(key.handle).toString('hex'))).size).toBe(1);
    expect((await manager.listKeys()).length).toBe(1);
  });
});

describe('rotate', () => {
  test('the new version seals, the old one only opens', async () => {
    const { manager } = createSetting();
    await manager.generateKey('payment', { rotationIntervalDays: 7 });
    const old = await seal(manager, 'payment', 'old');
    const second = await manager.rotateKey('payment', { reason: 'drill' });
    expect(second).toMatchObject({ version: 2, status: 'active', rotationIntervalDays: 7 });
    expect(await manager.getKey({ keyId: 'payment', version: 1 })).toMatchObject({
      status: 'deactivated',
      nextRotationAt: undefined,
    });
    const fresh = await seal(manager, 'payment', 'new');
    expect(fresh.slice(4, 12)).toEqual(second.handle);
    expect([await openRecord(manager, old), await openRecord(manager, fresh)]).toEqual(['old', 'new']);
  });

  test('predecessor K8, K12: versions are kept, and open after a restart', async () => {
    const { manager, another } = createSetting();
    await manager.generateKey('payment');
    const records = [await seal(manager, 'payment', 'v1')];
    for (const text of ['v2', 'v3']) {
      await manager.rotateKey('payment');
      records.push(await seal(manager, 'payment', text));
    }
    await manager.close();
    const restarted = another();
    expect(await Promise.all(records.map((record) => openRecord(restarted, record)))).toEqual(['v1', 'v2', 'v3']);
  });

  test('races have one winner per version, without a gap', async () => {
    const { manager, another } = createSetting();
    await manager.generateKey('payment');
    const managers = [manager, another(), another()];
    const rotated = await Promise.all([...managers, ...managers].map((one) => one.rotateKey('payment')));
    expect(rotated.map((key) => key.version).sort()).toEqual([2, 3, 4, 5, 6, 7]);
    expect((await manager.listKeys({ status: ['active'] })).map((key) => key.version)).toEqual([7]);
  });

  test('expectedVersion makes it a compare-and-set', async () => {
    const { manager } = createSetting();
    await manager.generateKey('payment');
    await manager.rotateKey('payment', { expectedVersion: 1 });
    expect(await codeOf(manager.rotateKey('payment', { expectedVersion: 1 }))).toBe('key_changed');
    expect((await manager.getKey('payment')).version).toBe(2);
  });

  test('predecessor 3.0.0 fault 8, K9, K18: the configured interval reaches the key, and automatic rotation rotates', async () => {
    const { manager, clock } = createSetting({ rotationIntervalDays: 90 });
    await manager.generateKey('payment');
    await manager.generateKey('slow', { rotationIntervalDays: 365 });
    expect(await manager.performAutomaticRotation()).toEqual([]);
    await clock.advance(90 * dayMs);
    expect(await manager.performAutomaticRotation()).toEqual(['payment']);
    expect(await manager.performAutomaticRotation()).toEqual([]);
    expect(await manager.getKey('payment')).toMatchObject({
      version: 2,
      nextRotationAt: new Date(clock.now() + 90 * dayMs),
    });
  });

  test('several schedulers at once rotate a due key once', async () => {
    const { manager, another, clock } = createSetting({ rotationIntervalDays: 1 });
    for (const keyId of ['a', 'b', 'c']) await manager.generateKey(keyId);
    await clock.advance(dayMs);
    const done = await Promise.all([manager, another(), another()].map((one) => one.performAutomaticRotation()));
    expect(done.flat().sort()).toEqual(['a', 'b', 'c']);
    expect((await manager.listKeys()).length).toBe(6);
  });

  test('an expired version seals nothing, still opens, and automatic rotation replaces it', async () => {
    const { manager, clock } = createSetting();
    await manager.generateKey('payment', { expiresAt: new Date(clock.now() + dayMs) });
    const record = await seal(manager, 'payment');
    await clock.advance(dayMs);
    expect(await codeOf(seal(manager, 'payment'))).toBe('key_expired');
    expect(await openRecord(manager, record)).toBe('secret value');
    expect((await manager.getStats()).expiredKeys).toBe(1);
    expect(await manager.performAutomaticRotation()).toEqual(['payment']);
    await seal(manager, 'payment');
    expect(await manager.getKey('payment')).toMatchObject({ version: 2, expiresAt: new Date(clock.now() + dayMs) });
  });
});

describe('retire', () => {
  const rotated = async (options: Parameters<typeof createSetting>[0]) => {
    const setting = createSetting(options);
    await setting.manager.generateKey('payment');
    const record = await seal(setting.manager, 'payment');
    await setting.manager.rotateKey('payment');
    return { ...setting, record };
  };

  test('needs the proof that nothing refers to the version, from after nobody could seal with it', async () => {
    let references = 0;
    const { manager, clock, record } = await rotated({ countReferences: async () => references });
    expect(await codeOf(manager.retireKey('payment', 1))).toBe('too_early');
    await clock.advance(120_000);
    references = 3;
    expect(await codeOf(manager.retireKey('payment', 1))).toBe('key_in_use');
    references = 0;
    expect(await manager.retireKey('payment', 1)).toMatchObject({
      status: 'deactivated',
      retiredAt: new Date(clock.now()),
    });
    expect(await codeOf(openRecord(manager, record))).toBe('key_unusable');
    expect((await manager.getStats()).retiredKeys).toBe(1);
  });

  test('without a counter only when ordered unchecked; the active version never', async () => {
    const { manager, clock } = await rotated({});
    await clock.advance(120_000);
    expect(await codeOf(manager.retireKey('payment', 1))).toBe('references_unknown');
    expect(await codeOf(manager.retireKey('payment', 2, { unchecked: true }))).toBe('transition_forbidden');
    await manager.retireKey('payment', 1, { unchecked: true });
    const [entry] = await manager.getAuditTrail({ operations: ['retire'] });
    expect(entry).toMatchObject({ result: 'refused', code: 'references_unknown' });
  });

  test('predecessor 3.0.0 fault 9, K17: maxVersions never ends a version that jobs still need; it warns', async () => {
    const used = new Set<string>();
    const countReferences = async (handle: Uint8Array) => (used.has(Buffer.from(handle).toString('hex')) ? 1 : 0);
    const { manager, clock, warnings } = createSetting({ maxVersions: 2, countReferences });
    const first = await manager.generateKey('payment');
    used.add(Buffer.from(first.handle).toString('hex'));
    const record = await seal(manager, 'payment');
    for (let i = 0; i < 3; i++) {
      await clock.advance(200_000);
      await manager.rotateKey('payment');
    }
    expect(await openRecord(manager, record)).toBe('secret value');
    const retired = (await manager.listKeys()).filter((key) => key.retiredAt !== undefined);
    expect(retired.map((key) => key.version)).toEqual([2]);
    expect(warnings.filter((warning) => warning.code === 'retire_refused').map((warning) => warning.version)).toContain(
      1,
    );
  });
});

test('a rotation that is done stays done where the versions to retire cannot be listed', async () => {
  const inner = createMemoryKeyStore();
  let away = false;
  const list: typeof inner.list = (filter) => (away ? Promise.reject(new Error('away')) : inner.list(filter));
  const { manager, warnings } = createSetting({ store: { ...inner, list }, maxVersions: 1 });
  await manager.generateKey('payment');
  away = true;
  expect((await manager.rotateKey('payment')).version).toBe(2);
  expect(warnings).toMatchObject([{ code: 'retire_refused', keyId: 'payment' }]);
});

test('a date that not every database can hold is refused at once', async () => {
  const { manager } = createSetting();
  const never = new Date(8.64e15);
  await expect(manager.generateKey('payment', { expiresAt: never })).rejects.toThrow(RangeError);
  await manager.generateKey('payment', { expiresAt: new Date('9999-12-31T23:59:59.999Z') });
  expect((await manager.rotateKey('payment')).expiresAt?.getUTCFullYear()).toBe(9999);
});

describe('destroy', () => {
  const deactivated = async (options: Parameters<typeof createSetting>[0] = {}) => {
    const setting = createSetting(options);
    await setting.manager.generateKey('payment');
    const record = await seal(setting.manager, 'payment');
    await setting.manager.rotateKey('payment');
    await setting.clock.advance(120_000);
    return { ...setting, record };
  };

  test('takes effect at once for use, can be undone, and is final after the window', async () => {
    const { manager, clock, record, store } = await deactivated({ destruction: { backupRetentionDays: 30 } });
    const report = await manager.destroyKey('payment', 1, { unchecked: true, actor: 'alice' });
    const at = clock.now() + 7 * dayMs;
    expect(report).toMatchObject({ state: 'pending', at: new Date(at), backupCopiesUntil: new Date(at + 30 * dayMs) });
    // Held, not gone: the jobs wait and go on when somebody undoes it.
    await expect(openRecord(manager, record)).rejects.toMatchObject({ code: 'destruction_pending', kind: 'held' });
    await manager.undoDestruction('payment', 1);
    expect(await openRecord(manager, record)).toBe('secret value');
    await manager.destroyKey('payment', 1, { unchecked: true });
    expect(await manager.performDueDestructions()).toEqual([]);
    await clock.advance(7 * dayMs);
    expect(await codeOf(manager.undoDestruction('payment', 1))).toBe('transition_forbidden');
    expect((await manager.performDueDestructions()).map((key) => key.status)).toEqual(['destroyed']);
    expect(await codeOf(openRecord(manager, record))).toBe('key_destroyed');
    expect(await codeOf(manager.undoDestruction('payment', 1))).toBe('transition_forbidden');
    expect((await store.findVersion('payment', 1))?.encryptedKeyMaterial).toEqual(new Uint8Array());
    expect(await manager.performDueDestructions()).toEqual([]);
  });

  test('is refused for the active version and while records refer to it', async () => {
    const { manager } = await deactivated({ countReferences: async () => 2 });
    expect(await codeOf(manager.destroyKey('payment', 2))).toBe('transition_forbidden');
    expect(await codeOf(manager.destroyKey('payment', 1))).toBe('key_in_use');
  });

  test('an erasure is immediate, also of an active version, and never undone', async () => {
    const { manager, another } = createSetting({ countReferences: async () => 5 });
    await manager.generateKey('subject', { scope: 'hash-of-subject' });
    const record = await seal(manager, 'subject');
    const other = another();
    expect(await openRecord(other, record)).toBe('secret value');
    const report = await manager.destroyKey('subject', 1, { erasure: true });
    expect(report).toMatchObject({ state: 'destroyed', backupCopiesUntil: undefined });
    expect(await codeOf(manager.undoDestruction('subject', 1))).toBe('transition_forbidden');
    expect(await codeOf(openRecord(manager, record))).toBe('key_destroyed');
    expect(await codeOf(seal(manager, 'subject'))).toBe('key_destroyed');
  });

  test('the report names where copies of the wrapped key may live on', async () => {
    const { manager, another, clock } = await deactivated({ destruction: { backupRetentionDays: 30 } });
    const exported = await manager.exportKeys({ keyId: 'payment' }, { actor: 'carol' });
    await manager.exportKeys({ keyId: 'other' });
    const { copies } = await manager.destroyKey('payment', 1, { unchecked: true });
    expect(copies.map(({ place, until }) => [place, until?.getTime()])).toEqual([
      ['caches', clock.now() + 60_000],
      ['database', undefined],
      ['backups', clock.now() + 37 * dayMs],
      ['exports', undefined],
    ]);
    expect(copies.at(-1)?.note).toContain('carol');
    const elsewhere = another({ store: createMemoryKeyStore() });
    await elsewhere.importKeys(exported);
    const report = await elsewhere.destroyKey('payment', 1, { unchecked: true });
    expect(report.copies.map(({ place }) => place)).toContain('origin');
    expect(report.copies.at(-1)?.note).toContain(exported.storeId);
  });

  test('who asked under the rule of two persons is bound to it in every process; a request can be declined', async () => {
    const { manager, another, clock, record } = await deactivated({ destruction: { requireApproval: true } });
    const careless = another({ destruction: {} });
    await manager.destroyKey('payment', 1, { unchecked: true, actor: 'alice' });
    expect((await manager.getKey({ keyId: 'payment', version: 1 })).destruction).toMatchObject({
      requestedBy: 'alice',
      approvedBy: undefined,
      needsApproval: true,
    });
    await clock.advance(8 * dayMs);
    expect(await careless.performDueDestructions()).toEqual([]);
    expect(await codeOf(careless.approveDestruction('payment', 1, { actor: 'alice' }))).toBe('approval_required');
    await manager.undoDestruction('payment', 1, { actor: 'bob' });
    expect(await openRecord(manager, record)).toBe('secret value');
    const erasure = await manager.destroyKey('payment', 1, { erasure: true, actor: 'alice' });
    expect(erasure.state).toBe('awaiting_approval');
    expect(await manager.approveDestruction('payment', 1, { actor: 'bob' })).toMatchObject({ state: 'destroyed' });
    expect(await codeOf(manager.undoDestruction('payment', 1))).toBe('transition_forbidden');
  });

  test('to ask again, or for an erasure, in a process without the rule does not end the wait for approval', async () => {
    const { manager, another } = createSetting({ destruction: { requireApproval: true, undoWindowMs: 0 } });
    await manager.generateKey('payment');
    await manager.rotateKey('payment');
    await manager.destroyKey('payment', 1, { unchecked: true, actor: 'alice' });
    const lax = another({ destruction: { undoWindowMs: 0 } });
    const again = await lax.destroyKey('payment', 1, { unchecked: true, actor: 'alice' });
    expect(again.state).toBe('awaiting_approval');
    expect((await lax.destroyKey('payment', 1, { erasure: true, actor: 'alice' })).state).toBe('awaiting_approval');
    expect(await lax.performDueDestructions()).toEqual([]);
    expect((await lax.approveDestruction('payment', 1, { actor: 'bob' })).state).toBe('destroyed');
  });

  test('a process under the rule ends nothing that was asked for by one without it and that nobody approved', async () => {
    const { manager, another, clock } = await deactivated();
    const strict = another({ destruction: { requireApproval: true } });
    await manager.destroyKey('payment', 1, { unchecked: true, actor: 'alice' });
    await clock.advance(8 * dayMs);
    expect(await strict.performDueDestructions()).toEqual([]);
    expect(await strict.getKey({ keyId: 'payment', version: 1 })).toMatchObject({ status: 'deactivated' });
    expect((await manager.performDueDestructions()).map(({ status }) => status)).toEqual(['destroyed']);
  });

  test('what was asked for again, after it was found to be due, gets its whole window again', async () => {
    const { manager, another, clock, store, warnings } = await deactivated();
    await manager.destroyKey('payment', 1, { unchecked: true });
    await clock.advance(7 * dayMs);
    const list: typeof store.list = async (filter) => {
      const rows = await store.list(filter);
      if (rows.length > 0) await manager.destroyKey('payment', 1, { unchecked: true });
      return rows;
    };
    expect(await another({ store: { ...store, list } }).performDueDestructions()).toEqual([]);
    expect(warnings).toEqual([]);
    const { status, destruction } = await manager.getKey({ keyId: 'payment', version: 1 });
    expect([status, destruction?.at.getTime()]).toEqual(['deactivated', clock.now() + 7 * dayMs]);
  });

  test('a second person approves', async () => {
    const { manager, clock } = await deactivated({ destruction: { requireApproval: true } });
    const report = await manager.destroyKey('payment', 1, { unchecked: true, actor: 'alice' });
    expect(report.state).toBe('awaiting_approval');
    await clock.advance(8 * dayMs);
    expect(await manager.performDueDestructions()).toEqual([]);
    expect(await codeOf(manager.approveDestruction('payment', 1, { actor: 'alice' }))).toBe('approval_required');
    expect(await manager.approveDestruction('payment', 1, { actor: 'bob' })).toMatchObject({ state: 'destroyed' });
    const trail = await manager.getAuditTrail({ keyId: 'payment', operations: ['approve_destroy', 'destroy'] });
    expect(trail.map(({ operation, actor, result }) => [operation, actor, result])).toEqual([
      ['approve_destroy', 'alice', 'refused'],
      ['approve_destroy', 'bob', 'ok'],
      ['destroy', 'bob', 'ok'],
    ]);
  });
});

describe('compromise', () => {
  test('what happens to its records is held or goes on; another word is refused and nothing is done', async () => {
    const { manager } = createSetting();
    await manager.generateKey('payment');
    const misspelt = manager.compromiseKey('payment', 1, { whenOpening: 'continu' as never });
    await expect(misspelt).rejects.toThrow(TypeError);
    expect(await manager.getKey('payment')).toMatchObject({ version: 1, status: 'active' });
  });

  test('tells when a version ended to seal: at its compromise, or at the rotation before', async () => {
    const { manager, clock } = createSetting();
    const rotatedAt = async (version: number) => (await manager.getKey({ keyId: 'payment', version })).rotatedAt;
    await manager.generateKey('payment');
    await clock.advance(dayMs);
    const ended = new Date(clock.now());
    await manager.compromiseKey('payment', 1);
    expect(await rotatedAt(1)).toEqual(ended);
    await manager.rotateKey('payment');
    await clock.advance(dayMs);
    await manager.compromiseKey('payment', 2);
    expect(await rotatedAt(2)).toEqual(ended);
    expect(await rotatedAt(3)).toBeUndefined();
  });

  test('an active version is replaced in the same step; what it sealed is held, or goes on by order', async () => {
    const { manager } = createSetting();
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    expect(await manager.compromiseKey('payment', 1)).toMatchObject({
      status: 'compromised',
      compromisePolicy: 'hold',
    });
    expect(await codeOf(openRecord(manager, record))).toBe('key_held');
    const fresh = await seal(manager, 'payment');
    expect((await manager.getKey({ handle: fresh.slice(4, 12) })).version).toBe(2);
    await manager.compromiseKey('payment', 1, { whenOpening: 'continue' });
    expect(await openRecord(manager, record)).toBe('secret value');
    expect(await codeOf(manager.retireKey('payment', 1, { unchecked: true }))).toBe('transition_forbidden');
    expect(await manager.destroyKey('payment', 1, { unchecked: true })).toMatchObject({ state: 'pending' });
  });

  test('held records wait: the error is retryable, concerns this key alone, and names no fault of the job', async () => {
    const { manager } = createSetting();
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    await manager.compromiseKey('payment', 1);
    await expect(openRecord(manager, record)).rejects.toMatchObject({
      code: 'key_held',
      kind: 'held',
      retryable: true,
    });
  });
});

describe('master keys', () => {
  test('predecessor K23: a second worker with another master key gets a clear, coded error, and nothing is changed', async () => {
    const { manager, store, another } = createSetting();
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const { kms } = createSetting();
    const stranger = another({ kms });
    for (const call of [
      stranger.open(),
      stranger.generateKey('new'),
      stranger.rotateKey('payment'),
      openRecord(stranger, record),
      seal(stranger, 'payment'),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'master_key_mismatch', kind: 'unavailable' });
    }
    await expect(stranger.open()).rejects.toThrow(
      /wrapped under the master key "test\/[0-9a-f]{16}", but this process has/,
    );
    expect((await store.list()).length).toBe(1);
  });

  test('predecessor K1: a KMS that is away is an error, never a key; then it goes on', async () => {
    const { manager, kms, store } = createSetting();
    await manager.open();
    kms.failure = new Error('connect ECONNREFUSED token=hvs.secret');
    const failed = manager.generateKey('payment');
    await expect(failed).rejects.toMatchObject({ code: 'kms_failed', kind: 'unavailable' });
    await expect(failed).rejects.not.toThrow(/hvs/);
    expect(await store.list()).toEqual([]);
    kms.failure = undefined;
    await manager.generateKey('payment');
  });

  test('two stores have nothing to do with each other', async () => {
    const { manager, another } = createSetting();
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const elsewhere = another({ store: createMemoryKeyStore() });
    await elsewhere.generateKey('payment');
    expect(await codeOf(openRecord(elsewhere, record))).toBe('key_unknown');
  });
});
