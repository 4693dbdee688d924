// Reconciling key rows with the transitions of their versions, where it must not lose a rule or do a thing twice. (What
// it ends again, in every state and on every database: replay-suite.ts.)
import { expect, test } from 'vitest';
import type { KeyRow } from '../src/key-row.ts';
import type { KeyStore } from '../src/key-store.ts';
import { createKeyWrapper } from '../src/key-wrapper.ts';
import { createStoreMac } from '../src/store-mac.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

const dayMs = 86_400_000;

async function putBack(store: KeyStore, former: KeyRow): Promise<void> {
  const { revision } = (await store.findVersion(former.keyId, former.version))!;
  expect(await store.change((tx) => tx.updateKey(former, revision))).toBe(true);
}

async function replaced() {
  const setting = createSetting();
  await setting.manager.generateKey('payment');
  const record = await seal(setting.manager, 'payment');
  await setting.manager.rotateKey('payment');
  const row = async () => (await setting.store.findVersion('payment', 1))!;
  return { ...setting, record, row };
}

test('under the rule of two persons a destruction that was put back waits for the second one again, in every process', async () => {
  const { manager, another, store, clock, row } = await replaced();
  const former = await row();
  const strict = another({ destruction: { requireApproval: true } });
  await strict.destroyKey('payment', 1, { unchecked: true, actor: 'alice' });
  await putBack(store, former);
  expect((await strict.reconcileKeys({ actor: 'carol' })).restored).toMatchObject([{ to: 'destruction_pending' }]);
  await clock.advance(8 * dayMs);
  expect(await manager.performDueDestructions()).toEqual([]);
  expect(await codeOf(strict.approveDestruction('payment', 1, { actor: 'carol' }))).toBe('approval_required');
  expect(await strict.approveDestruction('payment', 1, { actor: 'bob' })).toMatchObject({ state: 'destroyed' });
});

test('a leave to go on with a compromised version that was withdrawn and put back is withdrawn again', async () => {
  const { manager, another, store, record, row } = await replaced();
  await manager.compromiseKey('payment', 1, { whenOpening: 'continue' });
  const lenient = await row();
  await manager.compromiseKey('payment', 1);
  await putBack(store, lenient);
  expect((await another().reconcileKeys()).restored).toMatchObject([{ to: 'compromised' }]);
  expect(await codeOf(openRecord(another(), record))).toBe('key_held');
});

test('two that reconcile at once record an end once', async () => {
  const { another, store, row } = await replaced();
  const forgetful: KeyStore = {
    ...store,
    change: (work) => store.change((tx) => work({ ...tx, addTransitions: async () => {} })),
  };
  await another({ store: forgetful }).compromiseKey('payment', 2);
  let first = true;
  const list: KeyStore['list'] = async (filter) => {
    const rows = await store.list(filter);
    if (first) {
      first = false;
      expect(await another().reconcileKeys()).toMatchObject({ recorded: 1 });
    }
    return rows;
  };
  expect(await another({ store: { ...store, list } }).reconcileKeys()).toMatchObject({ recorded: 0, refused: [] });
  expect(await another().verifyAudit()).toMatchObject({ ok: true });
  expect((await row()).transition).toMatchObject({ state: 'deactivated' });
});

test('a transition that is gone is made again, also of a version that is active', async () => {
  const { manager, store, another } = createSetting();
  await manager.generateKey('payment', { preActive: true });
  await manager.activateKey('payment', 1);
  let gone = true;
  const bare = <T extends KeyRow | undefined>(row: T): T =>
    row && { ...row, ...(gone ? { transition: undefined } : {}) };
  const lacking: KeyStore = {
    ...store,
    list: async (filter) => (await store.list(filter)).map(bare),
    change: (work) =>
      store.change((tx) =>
        work({ ...tx, findVersion: async (keyId, version) => bare(await tx.findVersion(keyId, version)) }),
      ),
  };
  const admin = another({ store: lacking });
  expect(await admin.verifyAudit()).toMatchObject({ fault: { kind: 'transition_missing' } });
  expect(await admin.reconcileKeys()).toMatchObject({ recorded: 1 });
  gone = false;
  expect(await admin.verifyAudit()).toMatchObject({ ok: true });
});

test('what a program that knows of no transitions made of a version is recorded', async () => {
  const { manager, store, kms, clock, row } = await replaced();
  // Retired as such a program does it: a row with a MAC, and nothing in the log that tells of a state.
  const { wrappedStoreKey, storeId } = (await store.readState())!;
  const mac = createStoreMac(await createKeyWrapper(kms).unwrap(wrappedStoreKey, { purpose: 'store', store: storeId }));
  const retired = { ...(await row()), retiredAt: clock.now() };
  await putBack(store, { ...retired, rowMac: mac.ofRow(retired) });
  expect((await row()).transition?.state).toBe('deactivated');
  expect(await manager.reconcileKeys()).toMatchObject({ recorded: 1, refused: [] });
  expect((await row()).transition?.state).toBe('retired');
});
