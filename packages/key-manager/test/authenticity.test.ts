// Every field that a MAC, the hash chain or a signature stands for: none of them can be changed unseen.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AuditEntry } from '../src/audit-entry.ts';
import { createEd25519Signer, createEd25519Verifier, generateAuditKeyPair } from '../src/audit-signer.ts';
import type { AuditCheckpoint } from '../src/audit-verdict.ts';
import type { KeyRow } from '../src/key-row.ts';
import type { KeyStore, StoreState } from '../src/key-store.ts';
import type { KeyTransition } from '../src/key-transition.ts';
import { decodeWraps, encodeWraps } from '../src/wrapped-key.ts';
import { codeOf, createSetting } from './test-manager.ts';

/** Another value of the same type. */
function changed(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.map((byte) => byte ^ 1);
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' ? `${value}x` : 'x';
}

/** One changed copy of `whole` for each of its fields. */
function edits<T extends object>(whole: T, except: readonly (keyof T)[]): [keyof T, T][] {
  const names = (Object.keys(whole) as (keyof T)[]).filter((name) => !except.includes(name));
  return names.map((name) => [name, { ...whole, [name]: changed(whole[name]) }]);
}

test('of a key row every field, but for the usage that the database counts', async () => {
  const { manager, store, another, clock } = createSetting({ rotationIntervalDays: 30 });
  await manager.generateKey('payment', { expiresAt: new Date(clock.now() + 1e9), scope: 'tenant' });
  await manager.rotateKey('payment');
  await manager.destroyKey('payment', 1, { unchecked: true });
  const rows = [await store.findVersion('payment', 1), await store.findVersion('payment', 2)] as KeyRow[];
  for (const row of rows) {
    const all = edits(row, ['rowMac', 'lastUsedAt', 'usageCount', 'transition']);
    expect(all).toHaveLength(23);
    for (const [name, edited] of all) {
      const reader = another({ store: { ...store, findVersion: async () => edited } });
      const call = reader.getKey({ keyId: 'payment', version: row.version });
      expect([name, await codeOf(call)]).toEqual([name, 'key_row_forged']);
    }
  }
});

test('of the state row every field, when it is read and when it is changed', async () => {
  const { manager, store, another } = createSetting();
  await manager.generateKey('payment');
  const state = (await store.readState())!;
  const wraps = decodeWraps(state.wrappedStoreKey);
  const all: [string, StoreState][] = [
    ...edits(state, ['stateMac', 'storeId', 'wrappedStoreKey']), // of these two the master key takes no other value
    [
      'one more wrap',
      { ...state, wrappedStoreKey: encodeWraps([...wraps, { providerId: 'x', bytes: wraps[0]!.bytes }]) },
    ],
  ];
  expect(all).toHaveLength(4);
  for (const [name, edited] of all) {
    expect([name, await codeOf(another({ store: { ...store, readState: async () => edited } }).open())]).toEqual([
      name,
      'store_forged',
    ]);
    const change: KeyStore['change'] = (work) => store.change((tx) => work({ ...tx, state: edited }));
    const writer = another({ store: { ...store, change } });
    expect([name, await codeOf(writer.rotateKey('payment'))]).toEqual([name, 'store_forged']);
  }
  expect(await store.readState()).toEqual(state);
});

test('of a transition every field, and whose it is', async () => {
  const { manager, store, another } = createSetting();
  for (const keyId of ['payment', 'other']) {
    await manager.generateKey(keyId);
    await manager.rotateKey(keyId);
  }
  const row = (await store.findVersion('payment', 1))!;
  const others = (await store.findVersion('other', 1))!.transition!;
  const { keyId, version } = row;
  const all: [string, KeyTransition][] = [
    ...edits(row.transition!, ['transitionMac']),
    ['of another key', others],
    ['of another key, renamed', { ...others, keyId, version }],
  ];
  expect(all).toHaveLength(6);
  for (const [name, transition] of all) {
    const reader = another({ store: { ...store, findVersion: async () => ({ ...row, transition }) } });
    expect([name, await codeOf(reader.getKey({ keyId, version }))]).toEqual([name, 'key_transition_forged']);
  }
});

test('of an audit entry every field', async () => {
  const { manager, store, another } = createSetting();
  await manager.generateKey('payment');
  await codeOf(manager.generateKey('payment'));
  await manager.rotateKey('payment', { reason: 'due' });
  const entries = await store.readAudit();
  for (const [at, entry] of entries.entries()) {
    const all = edits<AuditEntry>(entry, ['seq', 'hash']);
    expect(all).toHaveLength(8);
    for (const [name, edited] of all) {
      const readAudit: KeyStore['readAudit'] = async (query) =>
        (await store.readAudit(query)).map((one) => (one.seq === entry.seq ? edited : one));
      const { fault } = await another({ store: { ...store, readAudit } }).verifyAudit();
      expect([at, name, fault?.kind, fault?.seq]).toEqual([at, name, 'entry_changed', entry.seq]);
    }
  }
});

test('an entry is chained to its place and to the entry before, as anyone can recompute it', async () => {
  const { manager, store } = createSetting({ actor: 'alice' });
  await manager.generateKey('payment', { reason: 'first' });
  await codeOf(manager.generateKey('payment'));
  let before = '0'.repeat(64);
  for (const {
    seq,
    occurredAt,
    operation,
    keyId,
    version,
    actor,
    result,
    code,
    details,
    hash,
  } of await store.readAudit()) {
    const fields = [seq, occurredAt, operation, keyId, version ?? null, actor, result, code ?? null, details];
    const text = JSON.stringify(['hammerwork/1 audit', before, ...fields]);
    expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
    before = hash;
  }
});

test('of a checkpoint every field, under the key of its signer', async () => {
  const { manager } = createSetting();
  await manager.generateKey('payment');
  const [own, foreign] = [generateAuditKeyPair(), generateAuditKeyPair()];
  const checkpoint = await manager.createCheckpoint(createEd25519Signer(own.privateKey));
  const verifySignature = createEd25519Verifier(own.publicKey);
  const verdictOn = (one: AuditCheckpoint, verify = verifySignature) =>
    manager.verifyAudit({ checkpoints: [one], verifySignature: verify });
  expect(await verdictOn(checkpoint)).toMatchObject({ ok: true, unanchored: 0 });
  const all: [string, AuditCheckpoint][] = [
    ...edits(checkpoint, ['format', 'signature']),
    ['signature', { ...checkpoint, signature: 'A'.repeat(86) }],
  ];
  expect(all).toHaveLength(6);
  for (const [name, edited] of all) {
    const { fault, anchored } = await verdictOn(edited);
    expect([name, fault?.kind, anchored]).toEqual([name, 'checkpoint_unsigned', 0]);
  }
  const { fault } = await verdictOn(checkpoint, createEd25519Verifier(foreign.publicKey));
  expect(fault?.kind).toBe('checkpoint_unsigned');
});
