import type { KeyRing } from '@hammerwork/crypto-core';
import { testDatabaseKinds } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { QueueError } from '../src/errors.ts';
import { handle, type Job } from '../src/handler.ts';
import { defineJobType } from '../src/job-type.ts';
import type { ClaimRequest, JobStore } from '../src/store.ts';
import { WorkerPool } from '../src/worker-pool.ts';
import { aKeyRing, aProtection, type Fixture, openFixture, watch } from './fixture.ts';
import { aPayment, type Payment, payment, personal, plain } from './payment.ts';
import { signal } from './signal.ts';

const marker = 'Marker-of-a-result-4711';
const isReady = ({ state }: { state: string }) => state === 'ready';

describe.each(testDatabaseKinds)('%s: worker', (kind) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture(kind);
  });
  afterEach(() => fixture.clear());
  afterAll(() => fixture.close());

  const stored = async (id: string) => {
    const job = await fixture.queue.getJob(id);
    if (!job) throw new Error('the job is gone');
    return job;
  };
  const failing = handle(payment, (job) => {
    throw new Error(`card ${job.payload.credit_card} was refused`, {
      cause: new TypeError(job.payload.contacts[0]?.phone),
    });
  });

  test('predecessor Q2, Q3: the handler sees plain values; Q9 and 3.0.0 fault 7: its result is sealed', async () => {
    const seen: Job<Payment>[] = [];
    const id = await fixture.queue.enqueue(payment, aPayment, { tenant: 'acme' });
    const { worker, event } = fixture.work({
      handlers: [
        handle(payment, (job) => {
          seen.push(job);
          return { receipt: marker };
        }),
      ],
    });
    await event('settled');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ id, payload: aPayment, attempt: 1, maxAttempts: 3, tenant: 'acme' });
    expect(await stored(id)).toMatchObject({ state: 'completed', outcomes: ['result'], errorCode: null });
    expect(await fixture.queue.openOutcome(payment, id, 'result')).toEqual({ receipt: marker });
    const dump = await fixture.dump();
    for (const value of [...personal, marker]) expect(dump).not.toContain(value);
    expect(worker.running).toBe(0);
  });

  test('an urgent job whose retry is due does not wait behind a backlog that was due before', async () => {
    const order: number[] = [];
    await fixture.queue.enqueueMany(plain, [{ n: 1 }, { n: 2 }, { n: 3 }], { delayMs: 1000 });
    fixture.advance(2000);
    const { worker } = fixture.work({
      concurrency: 1,
      leaseMs: 300,
      handlers: [
        handle(plain, async ({ payload }) => {
          order.push(payload.n);
          if (order.length > 1) return payload.n;
          await fixture.queue.enqueue(plain, { n: 99 }, { delayMs: 10, priority: 5 });
          fixture.advance(20);
          await vi.waitUntil(async () => (await fixture.queue.countJobs()).some(isReady), { timeout: 30_000 });
          return payload.n;
        }),
      ],
    });
    await worker.whenIdle();
    expect(order).toEqual([1, 99, 2, 3]);
  });

  test('a kind without a policy keeps its result in clear', async () => {
    const id = await fixture.queue.enqueue(plain, { n: 20 });
    await fixture.work({ handlers: [handle(plain, ({ payload }) => payload.n + 1)] }).event('settled');
    expect(await fixture.queue.openOutcome(plain, id, 'result')).toBe(21);
  });

  test('a failure is tried again after its backoff, then is dead; the error is sealed, the row shows a code', async () => {
    const id = await fixture.queue.enqueue(payment, aPayment);
    const record = (await fixture.queue.store.find(id))?.record;
    const { worker, event } = fixture.work({ handlers: [failing] });
    for (const [attempt, waitMs] of [
      [1, 500], // half of 1000, of 2000: `random` gives 0.5
      [2, 1000],
    ] as const) {
      await event('settled', (settled) => settled.attempt === attempt);
      const runAt = new Date(fixture.now() + waitMs);
      expect(await stored(id)).toMatchObject({ state: 'scheduled', errorCode: 'handler_failed', runAt });
      fixture.advance(waitMs - 1);
      await worker.whenIdle();
      expect((await stored(id)).attempt).toBe(attempt);
      fixture.advance(1);
      worker.wake();
    }
    const last = await event('settled', ({ attempt }) => attempt === 3);
    expect(last).toMatchObject({ state: 'dead', errorCode: 'handler_failed' });
    expect(await stored(id)).toMatchObject({
      state: 'dead',
      attempt: 3,
      errorCode: 'handler_failed',
      outcomes: ['error'],
    });
    const dump = await fixture.dump();
    for (const value of [...personal, 'was refused']) expect(dump).not.toContain(value);
    expect(await fixture.queue.openOutcome(payment, id, 'error')).toMatchObject({
      name: 'Error',
      message: `card ${personal[0]} was refused`,
      stack: expect.stringContaining('worker.test.ts'),
      cause: { name: 'TypeError', message: personal[1] },
    });
    // sidekiq 3368: a retry does not seal again
    expect((await fixture.queue.store.find(id))?.record).toEqual(record);
  });

  test('a redriven job keeps its id and still opens (pg-boss: a copy with another id would not)', async () => {
    const id = await fixture.queue.enqueue(payment, aPayment, { maxAttempts: 1 });
    const first = watch({ queue: fixture.queue, handlers: [failing] });
    first.worker.start();
    await first.event('settled', ({ state }) => state === 'dead');
    await first.worker.stop();
    expect(await fixture.queue.redriveJob(id)).toBe(true);
    const seen: unknown[] = [];
    const again = fixture.work({ handlers: [handle(payment, ({ payload }) => void seen.push(payload) as never)] });
    expect(await again.event('settled')).toMatchObject({ jobId: id, state: 'completed', attempt: 1 });
    expect(seen).toEqual([aPayment]);
  });

  test('without a policy an error text is scrubbed, and only named where there is nothing to scrub with', async () => {
    const refuse = handle(plain, () => {
      throw new RangeError('row of jane@example.org');
    });
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    const first = fixture.work({ handlers: [refuse] });
    await first.event('settled');
    expect(await fixture.queue.openOutcome(plain, id, 'error')).toEqual({ name: 'RangeError' });
    await first.worker.stop();
    const queue = fixture.queueWith({ scrub: (text) => text.replaceAll(/\S+@\S+/g, '[sealed]') });
    const second = fixture.work({ queue, handlers: [refuse] });
    fixture.advance(10_000);
    second.worker.wake();
    await second.event('settled');
    expect(await queue.openOutcome(plain, id, 'error')).toMatchObject({ message: 'row of [sealed]' });
    expect(await fixture.dump()).not.toContain('jane@example.org');
  });

  test('progress is sealed, and can be read while the job runs', async () => {
    const id = await fixture.queue.enqueue(payment, aPayment);
    const reported = signal();
    const go = signal();
    const { event } = fixture.work({
      handlers: [
        handle(payment, async (job) => {
          await job.saveProgress({ at: personal[0] });
          await job.saveProgress({ at: personal[1] });
          reported.resolve();
          await go.promise;
          return { receipt: 'r' };
        }),
      ],
    });
    await reported.promise;
    expect(await fixture.queue.openOutcome(payment, id, 'progress')).toEqual({ at: personal[1] });
    expect(await fixture.dump()).not.toContain(personal[0]);
    go.resolve();
    await event('settled');
  });

  test('an attempt that takes too long is aborted and has failed, even if its handler never ends', async () => {
    const slow = defineJobType<null>({ kind: 'slow', policy: 'none', timeoutMs: 20, maxAttempts: 1 });
    const id = await fixture.queue.enqueue(slow, null);
    let reason: unknown;
    const endless = handle(slow, (job) => {
      job.signal.addEventListener('abort', () => {
        reason = job.signal.reason;
      });
      return new Promise(() => {});
    });
    const { event } = fixture.work({ handlers: [endless] });
    expect(await event('settled')).toMatchObject({ state: 'dead', errorCode: 'attempt_timeout' });
    expect(reason).toMatchObject({ code: 'attempt_timeout' });
    expect(await stored(id)).toMatchObject({ errorCode: 'attempt_timeout' });
  });

  test('a running job that is cancelled hears of it, and is not tried again', async () => {
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    const running = signal();
    const { event } = fixture.work({
      leaseMs: 300,
      handlers: [
        handle(plain, (job) => {
          running.resolve();
          return new Promise((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason)));
        }),
      ],
    });
    await running.promise;
    await expect(fixture.queue.deleteJob(id)).rejects.toMatchObject({ code: 'job_running' });
    expect(await fixture.queue.cancelJob(id)).toBe('requested');
    expect(await event('settled')).toMatchObject({ state: 'cancelled', errorCode: 'job_cancelled' });
    expect(await stored(id)).toMatchObject({ state: 'cancelled', attempt: 1 });
  });

  test('a result that is not JSON is a failure of the handler', async () => {
    const jobs = [
      [await fixture.queue.enqueue(plain, { n: 1 }), 'value_not_json'],
      [await fixture.queue.enqueue(payment, aPayment), 'text_malformed'],
    ] as const;
    const { event } = fixture.work({
      handlers: [handle(plain, () => new Map() as never), handle(payment, () => ({ receipt: 'a\ud800' }))],
    });
    for (const [id, errorCode] of jobs) {
      await event('settled', ({ jobId }) => jobId === id);
      expect(await stored(id)).toMatchObject({ state: 'scheduled', attempt: 1, errorCode, outcomes: ['error'] });
    }
  });

  test('a kind that this worker does not know is left for one that does', async () => {
    const id = await fixture.queue.enqueue(payment, aPayment);
    const ignorant = fixture.work({ handlers: [handle(plain, ({ payload }) => payload.n)] });
    expect(await ignorant.event('settled')).toMatchObject({ state: 'scheduled', errorCode: 'kind_unknown' });
    expect(await stored(id)).toMatchObject({ attempt: 0, errorCode: 'kind_unknown' });
    await ignorant.worker.stop();
    fixture.advance(30_000);
    const { event } = fixture.work({ handlers: [handle(payment, () => ({ receipt: 'r' }))] });
    expect(await event('settled')).toMatchObject({ jobId: id, state: 'completed', attempt: 1 });
  });

  test('works at most so many at once, and all of them in the end', async () => {
    const ids = await fixture.queue.enqueueMany(
      plain,
      Array.from({ length: 25 }, (_, n) => ({ n })),
    );
    let [now, most] = [0, 0];
    const { worker } = fixture.work({
      concurrency: 4,
      handlers: [
        handle(plain, async ({ payload }) => {
          most = Math.max(most, ++now);
          await new Promise(setImmediate);
          now -= 1;
          return payload.n;
        }),
      ],
    });
    await worker.whenIdle();
    expect(most).toBe(4);
    expect(await fixture.queue.countJobs()).toEqual([{ queueName: 'default', state: 'completed', count: ids.length }]);
  });

  test('a job enqueued in this process is seen at once, by the workers of its queue', async () => {
    const pool = new WorkerPool();
    const seen: string[] = [];
    const queues = ['left', 'right'].map((queueName) => {
      const watched = watch({
        queue: fixture.queue,
        queueName,
        handlers: [handle(plain, ({ payload }) => void seen.push(`${queueName} ${payload.n}`) as never)],
      });
      pool.addWorker(watched.worker);
      return watched;
    });
    pool.start();
    await Promise.all(pool.workers.map((worker) => worker.whenIdle()));
    await fixture.queue.enqueue(plain, { n: 1 }, { queueName: 'right' });
    await queues[1]?.event('settled');
    await fixture.queue.enqueue(plain, { n: 2 }, { queueName: 'left' });
    await queues[0]?.event('settled');
    expect(seen).toEqual(['right 1', 'left 2']);
    expect(await pool.stop()).toEqual({ drained: 0, aborted: 0, abandoned: 0 });
  });

  describe('stopping', () => {
    async function midJob(react: (job: Job<{ n: number }>, go: Promise<void>) => unknown) {
      const id = await fixture.queue.enqueue(plain, { n: 1 });
      await fixture.queue.enqueue(plain, { n: 2 });
      const [running, go] = [signal(), signal()];
      const watched = fixture.work({
        concurrency: 1,
        handlers: [
          handle(plain, (job) => {
            running.resolve();
            return react(job, go.promise) as Promise<number>;
          }),
        ],
      });
      await running.promise;
      return { id, go, ...watched };
    }

    test('lets running jobs finish and claims no more', async () => {
      const { id, worker, go } = await midJob((_, finish) => finish);
      const stopped = worker.stop();
      go.resolve();
      expect(await stopped).toEqual({ drained: 1, aborted: 0, abandoned: 0 });
      expect(await stored(id)).toMatchObject({ state: 'completed' });
      expect(await fixture.queue.countJobs()).toContainEqual({ queueName: 'default', state: 'ready', count: 1 });
    });

    test('aborts those that take too long; they use no attempt', async () => {
      const { id, worker } = await midJob(
        (job) => new Promise((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason))),
      );
      expect(await worker.stop({ drainMs: 1 })).toEqual({ drained: 0, aborted: 1, abandoned: 0 });
      expect(await stored(id)).toMatchObject({ state: 'scheduled', attempt: 0, errorCode: 'worker_stopping' });
    });

    test('leaves those that do not react to their lease', async () => {
      const { id, worker, go } = await midJob((_, finish) => finish);
      expect(await worker.stop({ drainMs: 1, abortMs: 1 })).toEqual({ drained: 0, aborted: 0, abandoned: 1 });
      expect(await stored(id)).toMatchObject({ state: 'running' });
      fixture.advance(30_001);
      expect(await fixture.queue.store.reclaim('default')).toBe(1);
      go.resolve();
    });
  });

  test('jobs that a claim brings when the worker stops already are given back untouched', async () => {
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    const { store } = fixture.queue;
    const [claiming, go] = [signal(), signal()];
    const slow = {
      ...store,
      claim: async (request: ClaimRequest) => {
        claiming.resolve();
        await go.promise;
        return store.claim(request);
      },
    };
    let runs = 0;
    const queue = fixture.queueWith({ store: slow });
    const { worker } = fixture.work({ queue, handlers: [handle(plain, () => ++runs)] });
    await claiming.promise;
    const stopped = worker.stop();
    go.resolve();
    await stopped;
    expect(runs).toBe(0);
    expect(await stored(id)).toMatchObject({ state: 'scheduled', attempt: 0, errorCode: 'worker_stopping' });
  });

  test('stops in time also while the database never answers', async () => {
    const silent = { ...fixture.queue.store, claim: () => new Promise<never>(() => {}) };
    const queue = fixture.queueWith({ store: silent });
    const { worker } = fixture.work({ queue, handlers: [handle(plain, () => 1)] });
    expect(await worker.stop({ drainMs: 1, abortMs: 1 })).toEqual({ drained: 0, aborted: 0, abandoned: 0 });
  });

  test('keys of a batch are asked for in one go, before the first is used', async () => {
    const asked: string[] = [];
    const ring = aKeyRing();
    const watched: KeyRing = {
      withSealingKey: (keyId, use) => ring.withSealingKey(keyId, use),
      withOpeningKey: (handle, use) => {
        asked.push('open');
        return ring.withOpeningKey(handle, use);
      },
      prefetch: async (handles) => {
        asked.push(`prefetch ${handles.length}`);
        throw new Error('shows when a key is used');
      },
    };
    const queue = fixture.queueWith({ protection: aProtection(watched), keyRing: watched });
    await queue.enqueueMany(payment, [aPayment, aPayment, aPayment]);
    const { worker } = fixture.work({ queue, handlers: [handle(payment, () => ({ receipt: 'r' }))] });
    await worker.whenIdle();
    expect(asked).toEqual(['prefetch 3', 'open', 'open', 'open']);
  });

  test('a handler that lost its lease is told, and what it returns changes nothing', async () => {
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    const [running, told, refused] = [signal(), signal<unknown>(), signal<unknown>()];
    const { event } = fixture.work({
      leaseMs: 300,
      handlers: [
        handle(plain, async (job) => {
          job.signal.addEventListener('abort', () => told.resolve(job.signal.reason));
          running.resolve();
          await told.promise;
          job.saveProgress(0); // nobody waits for it: it must not end the process
          await job.saveProgress(1).catch(refused.resolve);
          refused.resolve(undefined);
          return 1;
        }),
      ],
    });
    await running.promise;
    await sql`update hammerwork_job_states set fence = fence + 1, worker = 'another'`.execute(fixture.db);
    expect(await told.promise).toMatchObject({ code: 'lease_lost' });
    expect(await refused.promise).toMatchObject({ code: 'lease_lost' });
    expect(await event('lease_lost')).toMatchObject({ jobId: id });
    expect(await stored(id)).toMatchObject({ state: 'running', worker: 'another', outcomes: [] });
  });

  test('an end that the store refuses leaves the job to its lease and the slot to others', async () => {
    const [bad, good] = await fixture.queue.enqueueMany(plain, [{ n: 1 }, { n: 2 }]);
    const settle: JobStore['settle'] = async (settlements) => {
      if (settlements.some(({ id }) => id === bad)) throw new QueueError('store_refused', 'no');
      return fixture.queue.store.settle(settlements);
    };
    const queue = fixture.queueWith({ store: { ...fixture.queue.store, settle } });
    const { worker, event, events } = fixture.work({ queue, concurrency: 1, handlers: [handle(plain, () => 1)] });
    await event('settled', ({ jobId }) => jobId === good);
    await worker.whenIdle();
    expect(worker.running).toBe(0);
    expect(events).toContainEqual(expect.objectContaining({ type: 'store_failed', during: 'settle' }));
    expect(await stored(bad as string)).toMatchObject({ state: 'running' });
    expect(await stored(good as string)).toMatchObject({ state: 'completed' });
  });

  test('a job that comes back while an attempt that lost it goes on is held by the new attempt', async () => {
    await fixture.queue.enqueue(plain, { n: 1 });
    const attempts = [signal<number>(), signal<number>()];
    const running = [signal(), signal()];
    let runs = 0;
    const { worker, event } = fixture.work({
      handlers: [
        handle(plain, () => {
          running[runs]?.resolve();
          return attempts[runs++]!.promise;
        }),
      ],
    });
    await running[0]!.promise;
    await sql`update hammerwork_job_states set state = 'ready'`.execute(fixture.db);
    worker.wake();
    await running[1]!.promise;
    attempts[0]!.resolve(1);
    await event('lease_lost');
    expect(worker.running).toBe(1);
    attempts[1]!.resolve(2);
    expect(await event('settled')).toMatchObject({ state: 'completed', attempt: 2 });
    expect(worker.running).toBe(0);
  });

  test('refuses what cannot work, at once', () => {
    const { queue } = fixture;
    const handlers = [handle(plain, () => 1)];
    for (const options of [
      { concurrency: 0 },
      { leaseMs: 1 },
      { pollMs: 0 },
      { pollMs: 2 ** 31 },
      { heldKeyDelayMs: Number.NaN },
    ])
      expect(() => watch({ queue, handlers, ...options })).toThrow(RangeError);
    expect(() => watch({ queue, handlers, concurency: 5 } as never)).toThrow('no option "concurency"');
    expect(() => watch({ queue, handlers: [] })).toThrow(TypeError);
    expect(() => watch({ queue, handlers: [...handlers, ...handlers] })).toThrow(/two handlers/);
  });
});
