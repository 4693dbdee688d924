// What a started key manager does by itself, and that it ends with it.
import { expect, test } from 'vitest';
import type { KeyStore } from '../src/key-store.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { codeOf, createSetting } from './test-manager.ts';

const dayMs = 86_400_000;

test('it rotates what is due and ends what nobody undid, where it is told how often to look', async () => {
  const minuteMs = 60_000;
  const { manager, another, clock, warnings } = createSetting({ destruction: { undoWindowMs: 10 * minuteMs } });
  const keeper = another({ automaticRotationMs: minuteMs });
  await manager.generateKey('payment', { expiresAt: new Date(clock.now() + 20 * minuteMs) });
  await manager.generateKey('old');
  await manager.rotateKey('old');
  await manager.destroyKey('old', 1, { unchecked: true });
  keeper.start();
  await clock.advance(9 * minuteMs);
  expect(await manager.getKey({ keyId: 'old', version: 1 })).toMatchObject({ status: 'deactivated' });
  await clock.advance(2 * minuteMs);
  expect(await manager.getKey({ keyId: 'old', version: 1 })).toMatchObject({ status: 'destroyed' });
  expect(await manager.getKey('payment')).toMatchObject({ version: 1 });
  await clock.advance(10 * minuteMs);
  expect(await manager.getKey('payment')).toMatchObject({ version: 2, status: 'active' });
  const trail = await manager.getAuditTrail({ operations: ['destroy'] });
  expect(trail).toMatchObject([{ keyId: 'old', details: { reason: 'undo window over' } }]);
  expect(warnings).toEqual([]);
  await keeper.close();
});

test('started twice it looks once; closed it hears of nothing any more', async () => {
  const inner = createMemoryKeyStore();
  let [reads, watching] = [0, 0];
  const store: KeyStore = {
    ...inner,
    readState() {
      reads++;
      return inner.readState();
    },
    async watch(onChange) {
      const end = await inner.watch!(onChange);
      watching++;
      return async () => {
        watching--;
        await end();
      };
    },
  };
  const { manager, another, clock, warnings } = createSetting({ store });
  await manager.generateKey('payment');
  manager.start();
  manager.start();
  await clock.advance(0);
  reads = 0;
  await clock.advance(10_000);
  expect([reads, watching]).toEqual([5, 1]);
  await manager.close();
  expect(watching).toBe(0);
  await another().rotateKey('payment');
  await clock.advance(10_000);
  expect(warnings).toEqual([]);
});

test('a key with a life of its own hands it on, no further than databases hold dates', async () => {
  const { manager, clock } = createSetting();
  const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
  await manager.generateKey('long', { expiresAt: new Date(latest) });
  await manager.generateKey('short', { expiresAt: new Date(clock.now() + 10 * dayMs) });
  await clock.advance(dayMs);
  expect((await manager.rotateKey('long')).expiresAt?.getTime()).toBe(latest);
  expect((await manager.rotateKey('short')).expiresAt?.getTime()).toBe(clock.now() + 10 * dayMs);
});

test('an error of the store tells the code of its driver, if it looks like one, and nothing else', async () => {
  const inner = createMemoryKeyStore();
  for (const [code, told] of [
    ['ECONNREFUSED', true],
    ['password=hunter2', false],
    ['HUNTER2 IS THE PASSWORD', false],
  ] as const) {
    const failure = Object.assign(new Error('detail hunter2'), { code });
    const { manager } = createSetting({ store: { ...inner, readState: () => Promise.reject(failure) } });
    const error = (await manager.open().catch((caught: unknown) => caught)) as Error;
    expect(await codeOf(Promise.reject(error))).toBe('store_unavailable');
    expect([error.message.includes(code), /hunter2/i.test(`${error.message}${error.stack}`)]).toEqual([told, false]);
    expect(error.cause).toBeUndefined();
  }
});
