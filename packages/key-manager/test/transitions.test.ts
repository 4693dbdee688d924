// Every operation in every state a version can be in: what comes of it, or the code of the refusal.
import { describe, expect, test } from 'vitest';
import type { KeyManager } from '../src/manager.ts';
import { codeOf, createSetting } from './test-manager.ts';

const dayMs = 86_400_000;

/** How version 1 of `payment` gets into each state. */
const states: Record<string, (manager: KeyManager) => Promise<unknown>> = {
  pre_active: (manager) => manager.generateKey('payment', { preActive: true }),
  active: (manager) => manager.generateKey('payment'),
  deactivated: async (manager) => {
    await manager.generateKey('payment');
    await manager.rotateKey('payment');
  },
  retired: async (manager) => {
    await states.deactivated!(manager);
    await manager.retireKey('payment', 1, { unchecked: true });
  },
  compromised: async (manager) => {
    await manager.generateKey('payment');
    await manager.compromiseKey('payment', 1);
  },
  pending: async (manager) => {
    await states.deactivated!(manager);
    await manager.destroyKey('payment', 1, { unchecked: true, actor: 'alice' });
  },
  destroyed: async (manager) => {
    await states.deactivated!(manager);
    await manager.destroyKey('payment', 1, { erasure: true });
  },
};

const operations: Record<string, (manager: KeyManager) => Promise<unknown>> = {
  activate: (manager) => manager.activateKey('payment', 1),
  retire: (manager) => manager.retireKey('payment', 1, { unchecked: true }),
  compromise: (manager) => manager.compromiseKey('payment', 1),
  destroy: (manager) => manager.destroyKey('payment', 1, { unchecked: true }),
  erase: (manager) => manager.destroyKey('payment', 1, { erasure: true }),
  undo: (manager) => manager.undoDestruction('payment', 1),
  approve: (manager) => manager.approveDestruction('payment', 1, { actor: 'bob' }),
};

const no = 'transition_forbidden';
// One column per operation, in the order above: the state that version 1 is in afterwards, or the refusal's code.
const expected: Record<keyof typeof states, readonly string[]> = {
  pre_active: ['active', no, 'compromised', 'pending', 'destroyed', no, no],
  active: [no, no, 'compromised', no, 'destroyed', no, no],
  deactivated: [no, 'retired', 'compromised', 'pending', 'destroyed', no, no],
  retired: [no, 'retired', 'compromised', 'pending', 'destroyed', no, no],
  compromised: [no, no, 'compromised', 'pending', 'destroyed', no, no],
  // Marked as compromised or retired it goes on waiting for its end.
  pending: [no, 'pending', 'pending', 'pending', 'destroyed', 'deactivated', 'pending'],
  destroyed: [no, no, no, no, no, no, no],
};

describe.each(Object.keys(states))('a version that is %s', (state) => {
  test.each(Object.keys(operations).map((name, column) => [name, expected[state]![column]!]))(
    '%s: %s',
    async (operation, outcome) => {
      const { manager } = createSetting();
      await states[state]!(manager);
      const before = await manager.getKey({ keyId: 'payment', version: 1 });
      const entries = (await manager.getAuditTrail()).length;
      const refusal = await codeOf(operations[operation]!(manager));
      const after = await manager.getKey({ keyId: 'payment', version: 1 });
      if (outcome === no) {
        expect(refusal).toBe(no);
        expect(after).toEqual(before);
        const [entry, ...more] = (await manager.getAuditTrail()).slice(entries);
        expect(entry).toMatchObject({ keyId: 'payment', version: 1, result: 'refused', code: no });
        expect(more).toEqual([]);
      } else {
        expect(refusal).toBe('no error');
        expect(nameOf(after)).toBe(outcome);
      }
      const active = await manager.listKeys({ keyId: 'payment', status: ['active'] });
      expect(active.length).toBeLessThanOrEqual(1);
      expect(await manager.verifyAudit()).toMatchObject({ ok: true });
    },
  );
});

function nameOf(key: Awaited<ReturnType<KeyManager['getKey']>>): string {
  if (key.destruction) return 'pending';
  return key.retiredAt && key.status === 'deactivated' ? 'retired' : key.status;
}

describe('activation', () => {
  test('a version made ahead of its time seals and opens nothing until it is activated', async () => {
    const { manager, clock } = createSetting();
    const key = await manager.generateKey('payment', { preActive: true, rotationIntervalDays: 30 });
    expect(key).toMatchObject({ status: 'pre_active', nextRotationAt: undefined });
    expect(await codeOf(async () => manager.keyRing.withSealingKey('payment', () => 0))).toBe('key_unusable');
    expect(await codeOf(async () => manager.keyRing.withOpeningKey(key.handle, () => 0))).toBe('key_unusable');
    await clock.advance(dayMs);
    expect(await manager.activateKey('payment', 1)).toMatchObject({
      status: 'active',
      nextRotationAt: new Date(clock.now() + 30 * dayMs),
    });
    expect(await manager.keyRing.withSealingKey('payment', (lent) => lent.handle)).toEqual(key.handle);
    expect((await manager.getAuditTrail({ operations: ['activate'] })).length).toBe(1);
  });

  test('one that has expired meanwhile, waits for its destruction, or is older than the active one is refused', async () => {
    const { manager, clock } = createSetting();
    await manager.generateKey('late', { preActive: true, expiresAt: new Date(clock.now() + dayMs) });
    await manager.generateKey('doomed', { preActive: true });
    await manager.destroyKey('doomed', 1, { unchecked: true });
    await manager.generateKey('older', { preActive: true });
    await manager.rotateKey('older');
    await clock.advance(dayMs);
    expect(await codeOf(manager.activateKey('late', 1))).toBe('key_expired');
    expect(await codeOf(manager.activateKey('doomed', 1))).toBe(no);
    expect(await codeOf(manager.activateKey('older', 1))).toBe(no);
  });
});
