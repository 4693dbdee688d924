// A key that is held back or does not come makes its own jobs wait, without using an attempt; the others go on.
import { CodedError, createCrypto, createDirectKeyRing, type FailureKind, type KeyRing } from '@hammerwork/crypto-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { handle } from '../src/handler.ts';
import { createKeyOutage } from '../src/key-outage.ts';
import { aProtection, type Fixture, openFixture } from './fixture.ts';
import { aPayment, payment, plain } from './payment.ts';

class KeyError extends CodedError {
  constructor(code: string, kind: FailureKind) {
    super(code, kind, 'in a test');
  }
}

const crypto = createCrypto();

/** A ring of two keys; what opens or seals with them can be made to fail. */
function twoKeys() {
  const make = () => createDirectKeyRing({ crypto, key: crypto.randomBytes(32), algorithm: 'aes-256-gcm' });
  const [good, bad]: [KeyRing, KeyRing] = [make(), make()];
  const failing = { opening: undefined as KeyError | undefined, sealing: undefined as KeyError | undefined };
  let sealWith = good;
  let badHandle = '';
  const ring: KeyRing = {
    withSealingKey: (keyId, use) =>
      failing.sealing ? Promise.reject(failing.sealing) : sealWith.withSealingKey(keyId, use),
    withOpeningKey: (handleBytes, use) => {
      const isBad = String(handleBytes) === badHandle;
      if (isBad && failing.opening) return Promise.reject(failing.opening);
      return (isBad ? bad : good).withOpeningKey(handleBytes, use);
    },
  };
  return {
    ring,
    failing,
    async under<T>(which: 'good' | 'bad', work: () => Promise<T>): Promise<T> {
      sealWith = which === 'good' ? good : bad;
      await bad.withSealingKey('', (key) => {
        badHandle = String(key.handle);
      });
      const result = await work();
      sealWith = good;
      return result;
    },
  };
}

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture('pglite');
  return () => fixture.close();
});
afterEach(() => fixture.clear());

test('a compromised key on hold: its jobs wait for a while and keep their attempts, the queue never rests', async () => {
  const keys = twoKeys();
  const queue = fixture.queueWith({ protection: aProtection(keys.ring) });
  const held = await keys.under('bad', () => queue.enqueueMany(payment, [aPayment, aPayment, aPayment]));
  const free = await keys.under('good', () =>
    queue.enqueueMany(
      payment,
      Array.from({ length: 30 }, () => aPayment),
    ),
  );
  keys.failing.opening = new KeyError('key_held', 'held');
  const handlers = [handle(payment, () => ({ receipt: 'r' }))];
  const { worker, events } = fixture.work({ queue, handlers, concurrency: 2, heldKeyDelayMs: 60_000 });
  await worker.whenIdle();
  const state = async (id: string) => queue.getJob(id as never);
  for (const id of free) expect(await state(id)).toMatchObject({ state: 'completed' });
  for (const id of held) {
    expect(await state(id)).toMatchObject({ state: 'scheduled', attempt: 0, errorCode: 'key_held' });
    expect((await state(id))!.runAt!.getTime() - fixture.now()).toBe(45_000); // 60 s with jitter
  }
  expect(events.filter(({ type }) => type === 'breaker_opened')).toEqual([]);
  keys.failing.opening = undefined;
  fixture.advance(60_000);
  worker.wake();
  await worker.whenIdle();
  for (const id of held) expect(await state(id)).toMatchObject({ state: 'completed', attempt: 1 });
});

test('an expired key that should seal a result: the job is given back in the end and the others go on', async () => {
  const keys = twoKeys();
  const queue = fixture.queueWith({ protection: aProtection(keys.ring) });
  const id = await keys.under('good', () => queue.enqueue(payment, aPayment));
  let runs = 0;
  const handlers = [
    handle(payment, () => {
      runs += 1;
      return { receipt: 'r' };
    }),
  ];
  keys.failing.sealing = new KeyError('key_expired', 'held');
  const { worker, event, events } = fixture.work({ queue, handlers, heldKeyDelayMs: 60 });
  await event('settled', ({ state }) => state === 'scheduled');
  expect(await queue.getJob(id)).toMatchObject({ attempt: 0, errorCode: 'key_expired' });
  keys.failing.sealing = undefined;
  fixture.advance(1000);
  worker.wake();
  await event('settled', ({ state }) => state === 'completed');
  expect(runs).toBe(2);
  expect(events.filter(({ type }) => type === 'breaker_opened')).toEqual([]);
});

test('a key service that is away: jobs whose key is in memory are worked, the others keep their attempts', async () => {
  const keys = twoKeys();
  const queue = fixture.queueWith({ protection: aProtection(keys.ring) });
  const away = await keys.under('bad', () =>
    queue.enqueueMany(
      payment,
      Array.from({ length: 10 }, () => aPayment),
    ),
  );
  const cached = await keys.under('good', () =>
    queue.enqueueMany(
      payment,
      Array.from({ length: 40 }, () => aPayment),
    ),
  );
  keys.failing.opening = new KeyError('kms_failed', 'unavailable');
  const handlers = [handle(payment, () => ({ receipt: 'r' }))];
  const { worker, event, events } = fixture.work({ queue, handlers, concurrency: 5 });
  for (const id of cached) await event('settled', ({ jobId, state }) => jobId === id && state === 'completed');
  for (const id of away) expect(await queue.getJob(id)).toMatchObject({ state: 'scheduled', attempt: 0 });
  keys.failing.opening = undefined;
  const completed = () => events.filter((one) => one.type === 'settled' && one.state === 'completed').length;
  while (completed() < 50) {
    fixture.advance(10_000);
    await worker.whenIdle();
  }
  for (const id of away) expect(await queue.getJob(id)).toMatchObject({ state: 'completed', attempt: 1 });
});

test('jobs that need no key do not keep the queue from resting while no key comes', async () => {
  const keys = twoKeys();
  const queue = fixture.queueWith({ protection: aProtection(keys.ring) });
  const sealed = await keys.under('bad', () => queue.enqueue(payment, aPayment, { delayMs: 1000 }));
  await queue.enqueue(plain, { n: 1 });
  keys.failing.opening = new KeyError('kms_failed', 'unavailable');
  const handlers = [handle(payment, () => ({ receipt: 'r' })), handle(plain, ({ payload }) => payload.n)];
  const { worker, event, events } = fixture.work({ queue, handlers });
  await event('settled', ({ kind, state }) => kind === 'plain' && state === 'completed');
  fixture.advance(1000);
  worker.wake();
  await event('settled', ({ jobId }) => jobId === sealed);
  expect(events).toContainEqual(expect.objectContaining({ type: 'breaker_opened', errorCode: 'kms_failed' }));
});

test('a key service that hangs keeps no job waiting whose key is in memory', async () => {
  const keys = twoKeys();
  const hanging: KeyRing = { ...keys.ring, prefetch: () => new Promise(() => {}) };
  const queue = fixture.queueWith({ protection: aProtection(hanging), keyRing: hanging });
  await keys.under('good', () => queue.enqueue(payment, aPayment));
  const { event } = fixture.work({ queue, handlers: [handle(payment, () => ({ receipt: 'r' }))] });
  expect(await event('settled')).toMatchObject({ state: 'completed' });
});

describe('what a worker knows of keys that do not come', () => {
  const [one, two, three] = [1, 2, 3].map((byte) => new Uint8Array(8).fill(byte)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const setting = () => {
    const time = { now: 100_000 };
    const backoff = { initialMs: 500, maxMs: 2000 };
    const outage = createKeyOutage({ backoff, maxProbes: 1, clock: () => time.now, random: () => 0.999 });
    return { time, outage };
  };

  test('the queue rests only when nothing was opened lately, and asks again within two seconds', () => {
    const { time, outage } = setting();
    for (let i = 0; i < 20; i++) {
      expect(outage.recordFailure([one], 'kms_failed').restMs).toBeLessThan(2000);
      expect([outage.open, outage.waitMs() > 0]).toEqual([true, true]);
      time.now += 2000;
    }
    expect(outage.recordSuccess([two])).toBe(true);
    expect([outage.open, outage.waitMs()]).toEqual([false, 0]);
    expect(outage.recordFailure([one], 'kms_failed').restMs).toBeUndefined();
    time.now += 10_000;
    expect(outage.recordFailure([one], 'kms_failed').restMs).toBeGreaterThan(0);
  });

  test('jobs of a key that does not come wait longer each time, four seconds at most; other keys have their own time', () => {
    const { time, outage } = setting();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      outage.recordSuccess([two]);
      waits.push(outage.recordFailure([one], 'kms_failed').jobMs);
      time.now += 4000;
    }
    expect(waits.slice(0, 3)).toEqual(waits.slice(0, 3).toSorted((a, b) => a - b));
    expect(Math.max(...waits)).toBeLessThan(4000);
    expect(outage.recordFailure([two], 'kms_failed').jobMs).toBeLessThan(1000);
  });

  test('one job at a time tries a key that failed; the others are told to wait without asking', () => {
    const { time, outage } = setting();
    outage.recordFailure([one], 'kms_failed');
    outage.recordFailure([two], 'kms_failed');
    expect(outage.enter([one])).toMatchObject({ errorCode: 'kms_failed' });
    expect(outage.enter([three])).toHaveProperty('leave');
    time.now += 2000;
    const probe = outage.enter([one]);
    expect(outage.enter([one])).toHaveProperty('waitMs');
    expect(outage.enter([two])).toHaveProperty('waitMs'); // one probe at once, over all keys
    if ('leave' in probe) probe.leave();
    expect(outage.enter([two])).toHaveProperty('leave');
    expect(outage.isFailing(two)).toBe(true);
    outage.recordSuccess([one]);
    expect(outage.isFailing(two)).toBe(false); // the service is back
  });

  test('a large backlog comes back spread out', () => {
    const { outage } = setting();
    outage.recordSuccess([two]);
    outage.recordFailure([one], 'kms_failed');
    const waits = Array.from({ length: 5000 }, () => outage.enter([one])).map((entry) =>
      'waitMs' in entry ? entry.waitMs : 0,
    );
    expect(Math.min(...waits)).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeGreaterThan(9000);
  });
});
