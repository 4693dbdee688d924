// The end of workers and pools: what they refuse, and that nothing runs on that nobody stops.
import { CryptoError, type KeyRing } from '@hammerwork/crypto-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { handle } from '../src/handler.ts';
import { WorkerPool } from '../src/worker-pool.ts';
import { aKeyRing, aProtection, type Fixture, openFixture, watch } from './fixture.ts';
import { aPayment, payment, plain } from './payment.ts';
import { signal } from './signal.ts';

describe('stopping', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture('pglite');
  });
  afterEach(() => fixture.clear());
  afterAll(() => fixture.close());

  const aWorker = () => watch({ queue: fixture.queue, handlers: [handle(plain, ({ payload }) => payload.n)] }).worker;
  const refused = expect.objectContaining({ code: 'already_stopped', kind: 'input' });
  /** How many of the timers that `work` starts are left; those of the test runner, which come and go, do not count. */
  const timersLeft = async (work: () => Promise<void>) => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
      shouldAdvanceTime: true,
    });
    try {
      await work();
      return vi.getTimerCount();
    } finally {
      vi.useRealTimers();
    }
  };

  test('an option that is none, or a time that no timer holds, is refused, and the worker works on', async () => {
    const worker = aWorker();
    const pool = new WorkerPool().addWorker(worker);
    pool.start();
    for (const target of [worker, pool]) {
      await expect(target.stop({ drainms: 5 } as never)).rejects.toThrow(
        'no option "drainms"; it has drainMs, abortMs',
      );
      for (const options of [{ drainMs: Number.POSITIVE_INFINITY }, { abortMs: -1 }, { drainMs: Number.NaN }])
        await expect(target.stop(options)).rejects.toThrow(RangeError);
    }
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    await worker.whenIdle();
    expect(await fixture.queue.getJob(id)).toMatchObject({ state: 'completed' });
    await pool.stop({ drainMs: 0, abortMs: 0 });
  });

  test('a pool that stops or has stopped takes no worker and does not start again', async () => {
    const pool = new WorkerPool().addWorker(aWorker());
    pool.start();
    const [late, later] = [aWorker(), aWorker()];
    const stopped = pool.stop();
    expect(() => pool.addWorker(late)).toThrow(refused);
    await stopped;
    expect(() => pool.addWorker(later)).toThrow(refused);
    expect(() => pool.start()).toThrow(refused);
    expect(pool.workers).toHaveLength(1);
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    expect(await fixture.queue.getJob(id)).toMatchObject({ state: 'ready', attempt: 0 });
  });

  test('after the end of a worker nothing is left: no timer, no listener, nobody who waits for it to be idle', async () => {
    let listeners = 0;
    const onEnqueued: typeof fixture.queue.onEnqueued = (queueName, listener) => {
      const end = fixture.queue.onEnqueued(queueName, listener);
      listeners++;
      return () => {
        listeners--;
        return end();
      };
    };
    const [started, hanging] = [signal(), signal<number>()];
    const handlers = [
      handle(plain, () => {
        started.resolve();
        return hanging.promise;
      }),
    ];
    await fixture.queue.enqueue(plain, { n: 1 });
    const { worker, event } = watch({ queue: { ...fixture.queue, onEnqueued }, handlers });
    const left = await timersLeft(async () => {
      worker.start();
      await started.promise;
      expect(listeners).toBe(1);
      const idle = worker.whenIdle();
      expect(await worker.stop({ drainMs: 0, abortMs: 0 })).toMatchObject({ abandoned: 1 });
      await idle;
      hanging.resolve(1);
      await event('settled');
    });
    expect([listeners, left]).toEqual([0, 0]);
  });

  test('a heartbeat that takes long is not overtaken by the next', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const answer = signal<number>();
      let beats = 0;
      const reclaim = () => {
        beats++;
        return answer.promise;
      };
      const queue = fixture.queueWith({ store: { ...fixture.queue.store, reclaim } });
      const { worker } = watch({ queue, handlers: [handle(plain, () => 1)], leaseMs: 60_000 });
      worker.start();
      vi.advanceTimersByTime(100_000);
      await worker.whenIdle();
      vi.advanceTimersByTime(100_000);
      expect(beats).toBe(1);
      answer.resolve(0);
      await worker.stop({ drainMs: 1000, abortMs: 0 });
    } finally {
      vi.useRealTimers();
    }
  });

  test('a result whose key is away is waited for until the stop gives up, and not a moment longer', async () => {
    const ring = aKeyRing();
    const asking = signal();
    let [away, asked] = [false, 0];
    const withSealingKey: KeyRing['withSealingKey'] = (keyId, use) => {
      if (!away) return ring.withSealingKey(keyId, use);
      asking.resolve();
      if (++asked > 10) away = false; // ends a worker that would ask for ever
      throw new CryptoError('random_failed', 'the KMS is away');
    };
    const queue = fixture.queueWith({ protection: aProtection({ ...ring, withSealingKey }) });
    const id = await queue.enqueue(payment, aPayment);
    away = true;
    const handlers = [handle(payment, () => ({ receipt: 'r' }))];
    const { worker, event } = watch({ queue, handlers, outageBackoff: { initialMs: 60_000, maxMs: 60_000 } });
    worker.start();
    await asking.promise;
    expect(await worker.stop({ drainMs: 0, abortMs: 0 })).toMatchObject({ abandoned: 1 });
    expect(await event('settled')).toMatchObject({ state: 'scheduled', errorCode: 'random_failed' });
    expect(asked).toBe(2);
    expect(await queue.getJob(id)).toMatchObject({ state: 'scheduled', attempt: 0 });
  });

  test('a worker that comes to a pool which runs already begins at once', async () => {
    const pool = new WorkerPool();
    pool.start();
    const [id] = await fixture.queue.enqueueMany(plain, [{ n: 1 }]);
    const { worker, event } = watch({ queue: fixture.queue, handlers: [handle(plain, ({ payload }) => payload.n)] });
    pool.addWorker(worker);
    expect(await event('settled')).toMatchObject({ jobId: id, state: 'completed' });
    await pool.stop();
  });

  test('a worker that was stopped does not start: its heartbeat would keep the process for ever', async () => {
    const left = await timersLeft(async () => {
      const worker = aWorker();
      await worker.stop();
      expect(() => worker.start()).toThrow(refused);
    });
    expect(left).toBe(0);
  });
});
