// What becomes of who writes the table of keys and puts back a former row, with the MAC that it had: no process takes it,
// also none that starts afterwards. Run by the tests of each store.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeyRow } from '../src/key-row.ts';
import type { KeyStore } from '../src/key-store.ts';
import type { KeyState, KeyTransition } from '../src/key-transition.ts';
import type { KeyManager } from '../src/manager.ts';
import { codeOf, createSetting, openRecord, type Setting, seal } from './test-manager.ts';

const day = 86_400_000;

/** What a writer of the table can do: write any row as it likes. Other versions make room for an active one. */
async function putBack(store: KeyStore, former: KeyRow): Promise<void> {
  const written = await store.change(async (tx) => {
    const active = await tx.findActive(former.keyId);
    if (active && active.version !== former.version && former.status === 'active') {
      await tx.updateKey({ ...active, status: 'deactivated' }, active.revision);
    }
    const { revision } = (await tx.findVersion(former.keyId, former.version))!;
    return tx.updateKey(former, revision);
  });
  expect(written).toBe(true);
}

interface End {
  state: KeyState;
  /** How the version ends that version 2 has replaced. */
  end(setting: Setting): Promise<unknown>;
  /** What opening says of it. */
  code: string;
}

const ends: Record<string, End> = {
  'replaced by a rotation': { state: 'deactivated', end: async () => {}, code: 'no error' },
  retired: {
    state: 'retired',
    end: ({ manager }) => manager.retireKey('payment', 1, { unchecked: true }),
    code: 'key_unusable',
  },
  compromised: { state: 'compromised', end: ({ manager }) => manager.compromiseKey('payment', 1), code: 'key_held' },
  'about to be destroyed': {
    state: 'destruction_pending',
    end: ({ manager }) => manager.destroyKey('payment', 1, { unchecked: true }),
    code: 'destruction_pending',
  },
  destroyed: {
    state: 'destroyed',
    async end({ manager, clock }) {
      await manager.destroyKey('payment', 1, { unchecked: true });
      await clock.advance(8 * day);
      expect(await manager.performDueDestructions()).toHaveLength(1);
    },
    code: 'key_destroyed',
  },
  erased: {
    state: 'destroyed',
    end: ({ manager }) => manager.destroyKey('payment', 1, { erasure: true }),
    code: 'key_destroyed',
  },
};

/** `open` makes a store of its own. */
export function testReplays(name: string, open: () => Promise<{ store: KeyStore; close(): Promise<void> }>): void {
  describe(`former rows on ${name}`, () => {
    let setting: Setting;
    let close: () => Promise<void>;
    let managers: KeyManager[];
    let record: Uint8Array;
    let active: KeyRow;
    let deactivated: KeyRow;
    const fresh = () => {
      const manager = setting.another();
      managers.push(manager);
      return manager;
    };
    const row = async () => (await setting.store.findVersion('payment', 1))!;

    /** Version 1 as it was while it sealed, then version 2 in its place. */
    beforeEach(async () => {
      const opened = await open();
      close = opened.close;
      setting = createSetting({ store: opened.store, countReferences: async () => 0, settleMs: 0 });
      managers = [setting.manager];
      await setting.manager.generateKey('payment');
      record = await seal(setting.manager, 'payment');
      active = await row();
      await setting.manager.rotateKey('payment');
      deactivated = await row();
    });
    afterEach(async () => {
      for (const manager of managers) await manager.close();
      await close();
    });

    test.each(Object.entries(ends))(
      '%s: no former row is taken by a process that starts now',
      async (_, { end, state, code }) => {
        await end(setting);
        const ended = await row();
        expect(ended.transition).toMatchObject({ keyId: 'payment', version: 1, revision: ended.revision, state });
        expect(await codeOf(openRecord(fresh(), record))).toBe(code);
        expect(await fresh().verifyAudit()).toMatchObject({ ok: true });
        const { handle } = active;
        for (const former of state === 'deactivated' ? [active] : [deactivated, active]) {
          await putBack(setting.store, former);
          const refused = { code: 'key_row_replayed', kind: 'key_gone', retryable: false };
          await expect(openRecord(fresh(), record)).rejects.toMatchObject(refused);
          const ahead = fresh();
          await ahead.keyRing.prefetch([handle, new Uint8Array(8)]);
          await expect(openRecord(ahead, record)).rejects.toMatchObject(refused);
          for (const selector of [{ handle }, { keyId: 'payment', version: 1 }])
            await expect(fresh().getKey(selector)).rejects.toMatchObject(refused);
          if (former === active) {
            await expect(fresh().getKey('payment')).rejects.toMatchObject(refused);
            await expect(seal(fresh(), 'payment')).rejects.toMatchObject(refused);
          }
          for (const order of ['retireKey', 'destroyKey'] as const)
            await expect(fresh()[order]('payment', 1, { unchecked: true })).rejects.toMatchObject(refused);
          await expect(fresh().activateKey('payment', 1)).rejects.toMatchObject(refused);
          expect(await fresh().verifyAudit()).toMatchObject({
            fault: { kind: 'row_differs', keyId: 'payment', version: 1 },
          });
        }
      },
    );

    test('the refusal is an entry of the audit log, and others are listed and rewrapped beside it', async () => {
      await setting.manager.compromiseKey('payment', 1);
      await setting.manager.generateKey('other');
      await putBack(setting.store, deactivated);
      const later = fresh();
      expect(await codeOf(openRecord(later, record))).toBe('key_row_replayed');
      await expect
        .poll(async () => (await later.getAuditTrail({ operations: ['load'] })).at(-1))
        .toMatchObject({ keyId: 'payment', version: 1, result: 'refused', code: 'key_row_replayed' });
      const refused: unknown[] = [];
      const listed = await later.listKeys({}, { onRefused: (one) => void refused.push(one) });
      expect(listed.map((key) => `${key.keyId}${key.version}`)).toEqual(['other1', 'payment2']);
      expect(refused).toMatchObject([{ keyId: 'payment', version: 1, code: 'key_row_replayed' }]);
      await expect(later.listKeys()).rejects.toMatchObject({ code: 'key_row_replayed' });
      expect(await later.rewrapKeys({ refresh: true })).toMatchObject({
        rewrapped: 2,
        refused: [{ keyId: 'payment', version: 1 }],
      });
    });

    test('a policy that let records open does not come back after it was withdrawn', async () => {
      await setting.manager.compromiseKey('payment', 1, { whenOpening: 'continue' });
      const lenient = await row();
      expect(await openRecord(fresh(), record)).toBe('secret value');
      await setting.manager.compromiseKey('payment', 1);
      await putBack(setting.store, lenient);
      expect(await codeOf(openRecord(fresh(), record))).toBe('key_row_replayed');
    });

    test('a destruction that was undone stays undone, and what was before it stays before it', async () => {
      await setting.manager.destroyKey('payment', 1, { unchecked: true });
      const pending = await row();
      await setting.manager.undoDestruction('payment', 1);
      const undone = await row();
      expect(undone.transition?.state).toBe('deactivated');
      expect(await openRecord(fresh(), record)).toBe('secret value');
      for (const one of [pending, deactivated]) {
        await putBack(setting.store, one);
        expect(await codeOf(openRecord(fresh(), record))).toBe('key_row_replayed');
      }
      await setting.clock.advance(30 * day);
      await putBack(setting.store, pending);
      expect(await fresh().performDueDestructions()).toEqual([]);
      await putBack(setting.store, undone);
      expect(await openRecord(fresh(), record)).toBe('secret value');
    });

    test('what a rotation retires by itself stays retired', async () => {
      const keeping = setting.another({ maxVersions: 1 });
      managers.push(keeping);
      await keeping.rotateKey('payment');
      expect((await row()).transition?.state).toBe('retired');
      await putBack(setting.store, deactivated);
      expect(await codeOf(openRecord(fresh(), record))).toBe('key_row_replayed');
    });

    test('a row from before it was wrapped anew is no worse than the one after', async () => {
      await setting.manager.compromiseKey('payment', 1, { whenOpening: 'continue' });
      const before = await row();
      await setting.manager.rewrapKeys({ refresh: true });
      expect((await row()).revision).toBeGreaterThan(before.revision);
      await putBack(setting.store, before);
      expect(await openRecord(fresh(), record)).toBe('secret value');
    });

    test('a transition that no key manager wrote is refused, and none that is there can be outdone', async () => {
      await setting.manager.compromiseKey('payment', 1);
      const known = (await row()).transition!;
      const add = (patch: Partial<KeyTransition>) =>
        setting.store.change((tx) => tx.addTransitions([{ ...known, ...patch }]));
      await add({ revision: 1, state: 'active' }); // older than what is known: of no effect
      expect(await codeOf(openRecord(fresh(), record))).toBe('key_held');
      await putBack(setting.store, deactivated);
      expect(await codeOf(openRecord(fresh(), record))).toBe('key_row_replayed');
      await add({ revision: known.revision + 5, state: 'deactivated' });
      const refused = { code: 'key_transition_forged', kind: 'key_gone' };
      await expect(openRecord(fresh(), record)).rejects.toMatchObject(refused);
      await expect(fresh().getKey({ keyId: 'payment', version: 1 })).rejects.toMatchObject(refused);
      expect(await fresh().verifyAudit()).toMatchObject({ fault: { kind: 'transition_forged', version: 1 } });
      await expect
        // Entries of refusals are written in the background, in any order.
        .poll(async () => (await setting.manager.getAuditTrail({ operations: ['load'] })).map(({ code }) => code))
        .toContain('key_transition_forged');
    });

    test("another version's transition, and one with a cut MAC, are no transitions", async () => {
      await setting.manager.generateKey('other');
      await setting.manager.rotateKey('other');
      const theirs = (await setting.store.findVersion('other', 1))!.transition!;
      const own = (await row()).transition!;
      for (const [n, forged] of [
        { ...theirs, keyId: 'payment', version: 2 },
        { ...own, version: 2 },
        { ...own, version: 2, transitionMac: own.transitionMac.slice(1) },
        { ...own, version: 2, transitionMac: new Uint8Array() },
      ].entries()) {
        await setting.store.change((tx) => tx.addTransitions([{ ...forged, revision: 1000 + n }]));
        expect(await codeOf(seal(fresh(), 'payment'))).toBe('key_transition_forged');
      }
      expect(await openRecord(fresh(), record)).toBe('secret value');
    });

    test.each(Object.entries(ends))('%s: reconciling ends again what was put back', async (_, { end, state, code }) => {
      await end(setting);
      const { revision } = await row();
      await putBack(setting.store, state === 'deactivated' ? active : deactivated);
      const admin = fresh();
      const report = await admin.reconcileKeys({ actor: 'alice', reason: 'incident 7' });
      expect(report.restored).toEqual([
        { keyId: 'payment', version: 1, from: state === 'deactivated' ? 'active' : 'deactivated', to: state },
      ]);
      expect(await codeOf(openRecord(fresh(), record))).toBe(code);
      const restored = await row();
      expect(restored.revision).toBeGreaterThan(revision);
      expect(restored.transition).toMatchObject({ state, revision: restored.revision });
      expect(restored.encryptedKeyMaterial.length === 0).toBe(state === 'destroyed');
      expect((await admin.getAuditTrail({ operations: ['reconcile'] })).at(-1)).toMatchObject({
        keyId: 'payment',
        version: 1,
        actor: 'alice',
        result: 'ok',
        details: { state, reason: 'incident 7' },
      });
      expect(await admin.reconcileKeys()).toMatchObject({ recorded: 0, restored: [] });
      if (state !== 'deactivated') expect(await admin.verifyAudit()).toMatchObject({ ok: true });
    });

    test('a destruction put back and reconciled is held when it is undone', async () => {
      await setting.manager.compromiseKey('payment', 1);
      await setting.manager.destroyKey('payment', 1, { unchecked: true });
      await putBack(setting.store, deactivated);
      await fresh().reconcileKeys();
      await fresh().undoDestruction('payment', 1);
      expect(await codeOf(openRecord(fresh(), record))).toBe('key_held');
    });

    test('versions that ended before there were transitions open or not as before, and get theirs once', async () => {
      const forgetful: KeyStore = {
        ...setting.store,
        change: (work) => setting.store.change((tx) => work({ ...tx, addTransitions: async () => {} })),
      };
      const former = setting.another({ store: forgetful });
      managers.push(former);
      await former.generateKey('old');
      const old = await seal(former, 'old');
      const atFirst = (await setting.store.findVersion('old', 1))!;
      await former.rotateKey('old');
      await former.compromiseKey('old', 1);
      expect((await setting.store.findVersion('old', 1))!.transition).toBeUndefined();
      expect(await codeOf(openRecord(fresh(), old))).toBe('key_held');
      expect((await fresh().getStats()).unrecordedKeys).toBe(1);
      expect(await fresh().verifyAudit()).toMatchObject({ fault: { kind: 'transition_missing', keyId: 'old' } });

      // Somebody is faster than the administrator: the log knows.
      const [compromised, second] = (await setting.store.list({ keyId: 'old' })) as [KeyRow, KeyRow];
      await putBack(setting.store, atFirst);
      expect(await fresh().reconcileKeys()).toMatchObject({
        recorded: 0,
        refused: [
          { keyId: 'old', version: 1, code: 'key_row_replayed', message: expect.stringContaining('audit entry') },
          { keyId: 'old', version: 2, code: 'key_row_forged' },
        ],
      });
      await putBack(setting.store, compromised);
      await putBack(setting.store, second);
      expect(await fresh().reconcileKeys()).toMatchObject({ recorded: 1, restored: [] });
      expect(await fresh().reconcileKeys()).toMatchObject({ recorded: 0, restored: [] });
      expect((await fresh().getStats()).unrecordedKeys).toBe(0);
      expect(await codeOf(openRecord(fresh(), old))).toBe('key_held');
      await putBack(setting.store, atFirst);
      expect(await codeOf(openRecord(fresh(), old))).toBe('key_row_replayed');
    });

    test('what a program of before the upgrade did meanwhile is recorded as well', async () => {
      const forgetful: KeyStore = {
        ...setting.store,
        change: (work) => setting.store.change((tx) => work({ ...tx, addTransitions: async () => {} })),
      };
      const former = setting.another({ store: forgetful, countReferences: async () => 0, settleMs: 0 });
      managers.push(former);
      await former.retireKey('payment', 1);
      expect((await row()).transition?.state).toBe('deactivated');
      expect(await fresh().reconcileKeys()).toMatchObject({ recorded: 1, refused: [] });
      await putBack(setting.store, deactivated);
      expect(await codeOf(openRecord(fresh(), record))).toBe('key_row_replayed');
    });

    test('nothing is reconciled by a log that is not whole', async () => {
      const cut: KeyStore = {
        ...setting.store,
        readAudit: async (query) => (await setting.store.readAudit(query)).filter((entry) => entry.seq !== 2),
      };
      const admin = setting.another({ store: cut });
      managers.push(admin);
      expect(await codeOf(admin.reconcileKeys())).toBe('audit_broken');
    });
  });
}
