// Loads that outlive their deadline: nobody waits for them any more, and nobody tells them of changes.
import type { Crypto, RecordKey } from '@hammerwork/crypto-core';
import { expect, test } from 'vitest';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { createTestKms, crypto } from './test-kms.ts';
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

test.each([
  ['opens', 'before'],
  ['opens', 'after'],
  ['seals', 'before'],
  ['seals', 'after'],
])(
  'what a late load of one who %s brings, the answer coming %s the revocation, never reaches the cache, and is wiped',
  async (use, when) => {
    const { kms, gates, gate } = gatedKms();
    const { watch: _, ...store } = createMemoryKeyStore();
    const made: RecordKey[] = [];
    const watched: Crypto = {
      ...crypto,
      importKey: (bytes, options) => {
        const key = crypto.importKey(bytes, options);
        made.push(key);
        return key;
      },
    };
    const { manager, another, clock } = createSetting({ kms, store });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    const fresh = another({ crypto: watched });
    await fresh.open();
    fresh.start();
    gate(true);
    const ask = () => codeOf(use === 'opens' ? openRecord(fresh, record) : seal(fresh, 'payment'));
    const waiting = ask();
    await clock.advance(15_000);
    expect(await waiting).toBe('store_unavailable');
    const answer = async () => {
      gate(false);
      gates[0]!();
      await settled();
    };
    if (when === 'before') await answer();
    await manager.compromiseKey('payment', 1);
    await clock.advance(5_000);
    if (when === 'after') await answer();
    expect(made.map((key) => key.disposed)).toEqual([true]);
    expect((await fresh.getStats()).cache.entries).toBe(0);
    if (use === 'opens') expect(await ask()).toBe('key_held');
    await fresh.close();
  },
);
