import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hashEntry } from '../src/audit-chain.ts';
import type { AuditEntry } from '../src/audit-entry.ts';
import type { KeyRow } from '../src/key-row.ts';
import type { KeyStore, StoreState } from '../src/key-store.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

/** A store whose tables somebody with write access can change, or put back as they were. */
function writableStore() {
  const inner = createMemoryKeyStore();
  let audit: (entries: AuditEntry[]) => AuditEntry[] = (entries) => entries;
  let rows: (row: KeyRow) => KeyRow | undefined = (row) => row;
  let state: (state: StoreState) => StoreState = (found) => found;
  const change = (row: KeyRow | undefined) => row && rows(row);
  const store: KeyStore = {
    ...inner,
    readState: async () => {
      const found = await inner.readState();
      return found && state(found);
    },
    readAudit: async (query = {}) =>
      audit(await inner.readAudit({ ...query, afterSeq: 0, limit: 1e6 })).filter(
        (one) => one.seq > (query.afterSeq ?? 0),
      ),
    findByHandles: async (handles) => (await inner.findByHandles(handles)).flatMap((row) => change(row) ?? []),
    findActive: async (keyId) =>
      (await inner.list({ keyId })).flatMap((row) => change(row) ?? []).find((row) => row.status === 'active'),
    findLatest: async (keyId) => change(await inner.findLatest(keyId)),
    findVersion: async (keyId, version) => change(await inner.findVersion(keyId, version)),
    list: async (filter) => (await inner.list(filter)).flatMap((row) => change(row) ?? []),
  };
  return {
    store,
    inner,
    tamperAudit(how: typeof audit) {
      audit = how;
    },
    tamperRows(how: typeof rows) {
      rows = how;
    },
    tamperState(how: typeof state) {
      state = how;
    },
  };
}

async function history() {
  const tables = writableStore();
  const setting = createSetting({ store: tables.store });
  const { manager } = setting;
  await manager.generateKey('payment');
  const record = await seal(manager, 'payment');
  await manager.generateKey('other');
  await manager.rotateKey('payment');
  await manager.compromiseKey('payment', 1);
  await codeOf(manager.rotateKey('missing'));
  return { ...setting, ...tables, record };
}

describe('entries', () => {
  test('predecessor 3.0.0 fault 11, K25, K26: operations and refusals alike name actor, result and reason', async () => {
    const { manager } = createSetting({ actor: 'deploy' });
    await manager.generateKey('payment', { actor: 'alice', reason: 'launch' });
    await manager.rotateKey('payment', { actor: 'bob' });
    await codeOf(manager.generateKey('payment', { actor: 'mallory' }));
    await codeOf(manager.retireKey('payment', 2, { actor: 'mallory', unchecked: true }));
    const trail = await manager.getAuditTrail();
    expect(
      trail.map(({ seq, operation, keyId, version, actor, result, code }) => [
        seq,
        operation,
        keyId,
        version,
        actor,
        result,
        code,
      ]),
    ).toEqual([
      [1, 'create_store', '', undefined, 'deploy', 'ok', undefined],
      [2, 'generate', 'payment', 1, 'alice', 'ok', undefined],
      [3, 'deactivate', 'payment', 1, 'bob', 'ok', undefined],
      [4, 'rotate', 'payment', 2, 'bob', 'ok', undefined],
      [5, 'generate', 'payment', 1, 'mallory', 'refused', 'key_exists'],
      [6, 'retire', 'payment', 2, 'mallory', 'refused', 'transition_forbidden'],
    ]);
    expect(trail[1]!.details).toMatchObject({ reason: 'launch', algorithm: 'aes-256-gcm' });
  });

  test('opening writes no entry; a refusal to open writes one, once an hour', async () => {
    const { manager, clock } = createSetting();
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    await manager.compromiseKey('payment', 1);
    const before = (await manager.getAuditTrail()).length;
    for (let i = 0; i < 50; i++) {
      await codeOf(openRecord(manager, record));
      await clock.advance(2000);
    }
    const added = (await manager.getAuditTrail()).slice(before);
    expect(added).toMatchObject([
      { operation: 'load', keyId: 'payment', version: 1, result: 'refused', code: 'key_held' },
    ]);
    expect(await manager.verifyAudit()).toMatchObject({ ok: true });
  });

  test('are found by key, operation and time', async () => {
    const { manager, clock } = createSetting();
    await manager.generateKey('payment');
    await clock.advance(1000);
    const from = new Date(clock.now());
    await manager.generateKey('other');
    await manager.rotateKey('payment');
    await clock.advance(1000);
    await manager.rotateKey('payment');
    const of = async (query: Parameters<typeof manager.getAuditTrail>[0]) =>
      (await manager.getAuditTrail(query)).map((entry) => entry.seq);
    expect(await of({ keyId: 'payment', operations: ['rotate'] })).toEqual([5, 7]);
    expect(await of({ from, to: new Date(clock.now()) })).toEqual([3, 4, 5]);
    expect(await of({ afterSeq: 5, limit: 1 })).toEqual([6]);
  });

  test('an operation whose entry cannot be written does not happen', async () => {
    const inner = createMemoryKeyStore();
    let broken = false;
    const store: KeyStore = {
      ...inner,
      change: (work) =>
        inner.change((tx) =>
          work({
            ...tx,
            appendAudit: (entries) => (broken ? Promise.reject(new Error('disk')) : tx.appendAudit(entries)),
          }),
        ),
    };
    const { manager } = createSetting({ store });
    await manager.generateKey('payment');
    broken = true;
    expect(await codeOf(manager.rotateKey('payment'))).toBe('store_unavailable');
    broken = false;
    expect((await manager.listKeys()).map((key) => [key.version, key.status])).toEqual([[1, 'active']]);
    expect(await manager.verifyAudit()).toMatchObject({ ok: true, entries: 2 });
  });
});

describe('verify', () => {
  test('an untouched log is good, and unanchored without a checkpoint', async () => {
    const { manager } = await history();
    expect(await manager.verifyAudit()).toEqual({ ok: true, entries: 7, fault: undefined, anchored: 0, unanchored: 7 });
  });

  const rehash = (entries: AuditEntry[], from: number): AuditEntry[] => {
    const next = entries.slice(0, from);
    for (const entry of entries.slice(from)) {
      next.push({ ...entry, hash: hashEntry(entry, next.at(-1)!.hash) });
    }
    return next;
  };

  const appended = (all: AuditEntry[]): AuditEntry => {
    const entry = { ...all[1]!, seq: 8 };
    return { ...entry, hash: hashEntry(entry, all.at(-1)!.hash) };
  };

  test.each([
    [
      'a changed actor',
      (all) => all.map((one) => (one.seq === 3 ? { ...one, actor: 'nobody' } : one)),
      'entry_changed',
      3,
    ],
    [
      'a changed result',
      (all) => all.map((one) => (one.seq === 7 ? { ...one, result: 'ok' as const } : one)),
      'entry_changed',
      7,
    ],
    [
      'a changed detail',
      (all) => all.map((one) => (one.seq === 2 ? { ...one, details: '{}' } : one)),
      'entry_changed',
      2,
    ],
    ['a missing entry', (all) => all.filter((one) => one.seq !== 4), 'entry_missing', 4],
    ['a missing start', (all) => all.slice(1), 'entry_missing', 1],
    ['a cut-off end', (all) => all.slice(0, -2), 'entries_cut_off', 6],
    ['everything gone', () => [], 'entries_cut_off', 1],
    [
      'two entries in the wrong order',
      (all) => [...all.slice(0, 2), { ...all[3]!, seq: 3 }, { ...all[2]!, seq: 4 }, ...all.slice(4)],
      'entry_reordered',
      3,
    ],
    ['an added entry', (all) => [...all, appended(all)], 'entries_added', 8],
    [
      'a chain computed anew after a change',
      (all) =>
        rehash(
          all.map((one) => (one.seq === 3 ? { ...one, actor: 'x' } : one)),
          2,
        ),
      'entry_changed',
      7,
    ],
    [
      'one hash replaced',
      (all) =>
        all.map((one) =>
          one.seq === 3 ? { ...one, actor: 'x', hash: hashEntry({ ...one, actor: 'x' }, all[1]!.hash) } : one,
        ),
      'entry_changed',
      4,
    ],
  ] as [string, (all: AuditEntry[]) => AuditEntry[], string, number][])('names %s', async (_, tamper, kind, seq) => {
    const { manager, tamperAudit } = await history();
    tamperAudit(tamper);
    expect(await manager.verifyAudit()).toMatchObject({ ok: false, fault: { kind, seq } });
  });

  test('a log and state put back together are found by an external checkpoint', async () => {
    const { manager, tamperAudit, tamperState, tamperRows, inner } = await history();
    const backup = await inner.readState();
    const rows = new Map((await inner.list()).map((row) => [`${row.keyId}${row.version}`, row]));
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const signer = { id: 'auditor', sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)) };
    const verifySignature = (id: string, message: Uint8Array, signature: Uint8Array) =>
      id === 'auditor' && verify(null, message, publicKey, signature);
    const early = await manager.createCheckpoint(signer);
    await manager.rotateKey('payment');
    const late = await manager.createCheckpoint(signer);
    await manager.rotateKey('payment');
    expect(await manager.verifyAudit({ checkpoints: [late, early], verifySignature })).toMatchObject({
      ok: true,
      unanchored: 2,
    });
    expect(JSON.parse(JSON.stringify(late))).toEqual(late);

    const forged = { ...late, seq: 3 };
    expect(await manager.verifyAudit({ checkpoints: [forged], verifySignature })).toMatchObject({
      ok: false,
      fault: { kind: 'checkpoint_unsigned', seq: 3 },
    });

    tamperState(() => backup!);
    tamperAudit((all) => all.filter((one) => one.seq <= backup!.auditSeq));
    tamperRows((row) => rows.get(`${row.keyId}${row.version}`));
    expect(await manager.verifyAudit()).toMatchObject({ ok: true, entries: 7 });
    expect(await manager.verifyAudit({ checkpoints: [early], verifySignature })).toMatchObject({
      ok: true,
      unanchored: 0,
    });
    expect(await manager.verifyAudit({ checkpoints: [early, late], verifySignature })).toMatchObject({
      ok: false,
      fault: { kind: 'entries_cut_off', seq: 8 },
    });
  });

  test('a checkpoint of another store does not match', async () => {
    const { manager } = await history();
    const other = createSetting();
    await other.manager.generateKey('payment');
    const signer = { id: 'auditor', sign: async () => new Uint8Array(64) };
    const checkpoint = await other.manager.createCheckpoint(signer);
    const verdict = await manager.verifyAudit({ checkpoints: [checkpoint], verifySignature: () => true });
    expect(verdict).toMatchObject({ ok: false, fault: { kind: 'checkpoint_mismatch', seq: 2 } });
    expect(await codeOf(manager.verifyAudit({ checkpoints: [checkpoint] }))).toBe('TypeError');
  });
});

describe('who can write the table', () => {
  test.each([
    ['status', (row) => ({ ...row, status: 'active' as const, compromisePolicy: undefined })],
    ['compromise policy', (row) => ({ ...row, compromisePolicy: 'continue' as const })],
    ['expiry', (row) => ({ ...row, expiresAt: 1e15 })],
    ['algorithm', (row) => ({ ...row, algorithm: 'chacha20-poly1305' as const })],
    ['purpose', (row) => ({ ...row, purpose: 'mac' as const })],
    ['scope', (row) => ({ ...row, scope: 'other' })],
    ['key id', (row) => ({ ...row, keyId: 'other' })],
    ['version', (row) => ({ ...row, version: 9 })],
    ['wrapped key', (row) => ({ ...row, encryptedKeyMaterial: row.encryptedKeyMaterial.map((byte) => byte ^ 1) })],
    ['MAC', (row) => ({ ...row, rowMac: new Uint8Array() })],
  ] as [string, (row: KeyRow) => KeyRow][])(
    'cannot change the %s of a version: it neither seals nor opens',
    async (_, how) => {
      const { another, tamperRows, record, manager } = await history();
      tamperRows((row) => (row.keyId === 'payment' && row.version === 1 ? how(row) : row));
      const fresh = another();
      expect(await codeOf(openRecord(fresh, record))).toBe('key_row_forged');
      const verdict = await manager.verifyAudit();
      expect(verdict).toMatchObject({ ok: false, fault: { kind: 'row_forged' } });
    },
  );

  test('predecessor 3.0.0 fault 12: cannot swap the wrapped keys of two versions', async () => {
    const { another, tamperRows, record, inner } = await history();
    const second = (await inner.findVersion('payment', 2))!;
    tamperRows((row) => (row.keyId === 'payment' && row.version === 1 ? { ...second, handle: row.handle } : row));
    expect(await codeOf(openRecord(another(), record))).toBe('key_row_forged');
  });

  test('cannot put back a former row where a process has seen the newer one, and verify finds it', async () => {
    const tables = writableStore();
    const { manager, clock } = createSetting({ store: tables.store });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const former = (await tables.inner.findVersion('payment', 1))!;
    await manager.compromiseKey('payment', 1);
    tables.tamperRows((row) => (row.keyId === 'payment' && row.version === 1 ? former : row));
    await clock.advance(10_000);
    expect(await codeOf(openRecord(manager, record))).toBe('key_row_replayed');
    expect(await manager.verifyAudit()).toMatchObject({ fault: { kind: 'row_differs', keyId: 'payment', version: 1 } });
  });

  test('cannot delete a row unseen, nor change or drop the state', async () => {
    const { manager, another, tamperRows, tamperState } = await history();
    tamperRows((row) => (row.keyId === 'payment' && row.version === 1 ? undefined : row));
    expect(await manager.verifyAudit()).toMatchObject({ fault: { kind: 'row_missing', keyId: 'payment', version: 1 } });
    tamperRows((row) => row);
    tamperState((state) => ({ ...state, revision: 1 }));
    expect(await manager.verifyAudit()).toMatchObject({ fault: { kind: 'state_forged' } });
    expect(await codeOf(another().open())).toBe('store_forged');
    tamperState(() => undefined as unknown as StoreState);
    expect(await codeOf(another().open())).toBe('store_forged');
  });
});
