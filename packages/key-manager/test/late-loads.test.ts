// Loads that outlive their deadline: nobody waits for them any more, and nobody tells them of changes.
import { expect, test } from 'vitest';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { createTestKms } from './test-kms.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

/** Answers of the KMS that the test lets through one by one. */
function gatedKms() {
  const inner = createTestKms();
  const gates: (() => void)[] = [];
  let gated = false;
  const kms = {
    ...inner,
    async unwrap(...args: Parameters<typeof inner.unwrap>) {
      if (gated) await new Promise<void>((open) => gates.push(open));
      return inner.unwrap(...args);
    },
  };
  const gate = (on: boolean) => {
    gated = on;
  };
  return { kms, gates, gate };
}

const settled = () => new Promise((done) => setImmediate(done));

test.each(['opens', 'seals'])(
  'a version that is revoked while a late load of one who %s goes on never reaches the cache',
  async (use) => {
    const { kms, gates, gate } = gatedKms();
    const { watch: _, ...store } = createMemoryKeyStore();
    const { manager, another, clock } = createSetting({ kms, store });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const fresh = another();
    await fresh.open();
    fresh.start();
    gate(true);
    const ask = () => codeOf(use === 'opens' ? openRecord(fresh, record) : seal(fresh, 'payment'));
    const waiting = ask();
    await clock.advance(15_000);
    expect(await waiting).toBe('store_unavailable');
    gates[0]!(); // the first answer comes now; whatever is asked next waits again
    await settled();
    await manager.compromiseKey('payment', 1);
    await clock.advance(5_000);
    gate(false);
    for (const open of gates) open();
    await settled();
    expect((await fresh.getStats()).cache.entries).toBe(0);
    if (use === 'opens') expect(await ask()).toBe('key_held');
    await fresh.close();
  },
);
