// How long cached keys may be used without word from the store, when the machine's clock is set back meanwhile.
import { expect, test } from 'vitest';
import type { KeyStore } from '../src/key-store.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { createTestClock } from './test-clock.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

function awayOnOrder() {
  const { watch: _, ...inner } = createMemoryKeyStore();
  const control = { away: false };
  const answer = <T>(read: () => Promise<T>) => (control.away ? Promise.reject(new Error('away')) : read());
  const store: KeyStore = {
    ...inner,
    readState: () => answer(() => inner.readState()),
    findActive: (keyId) => answer(() => inner.findActive(keyId)),
    findByHandles: (handles) => answer(() => inner.findByHandles(handles)),
  };
  return { store, control };
}

test('a clock that is set back by an hour does not lend cached keys for an hour more', async () => {
  const { store, control } = awayOnOrder();
  const steady = createTestClock();
  let backMs = 0;
  const clock = { ...steady, now: () => steady.now() - backMs };
  const { manager, another } = createSetting({ store, clock });
  await manager.generateKey('payment');
  const record = await seal(manager, 'payment');
  manager.start();
  await steady.advance(10_000);
  control.away = true;
  backMs = 3_600_000;
  await steady.advance(61_000);
  expect(await codeOf(openRecord(manager, record))).toBe('store_unavailable');
  expect(await codeOf(seal(manager, 'payment'))).toBe('store_unavailable');
  control.away = false;
  expect(await openRecord(manager, record)).toBe('secret value');
  await another().compromiseKey('payment', 1);
  await steady.advance(5000);
  expect(await codeOf(openRecord(manager, record))).toBe('key_held');
  await manager.close();
});
