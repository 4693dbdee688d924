// A database that takes a statement and never answers: a connection that was lost without a word, a lock that is held.

import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, type TestDatabase } from '@hammerwork/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handle } from '../src/handler.ts';
import { createJobQueue, type JobQueue } from '../src/job-queue.ts';
import { createPgJobStore } from '../src/pg/store.ts';
import type { ClaimedJob, JobStore } from '../src/store.ts';
import { answerMsFor, withDeadlines } from '../src/store-deadline.ts';
import { aProtection, watch } from './fixture.ts';
import { aPayment, payment } from './payment.ts';
import { signal } from './signal.ts';

let database: TestDatabase;
let queue: JobQueue;
const protection = aProtection();
const never = new Promise<never>(() => {});

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  await migrate(database.db);
  queue = createJobQueue({ store: createPgJobStore(database.db), protection });
});
afterAll(() => database.close());

/** The queue over a store in which `changed` replaces methods. */
function queueWith(changed: Partial<JobStore>): JobQueue {
  return createJobQueue({ store: { ...queue.store, ...changed } as JobStore, protection });
}

const silence = expect.stringMatching(/^The database has not answered for \d+ ms\. Look whether somebody holds a lock/);

describe.concurrent('a store that does not answer', () => {
  test('a claim without an answer is told and made again; the queue goes on', async () => {
    let claims = 0;
    const claim: JobStore['claim'] = (request) => (++claims === 1 ? never : queue.store.claim(request));
    await queue.enqueue(payment, aPayment, { queueName: 'claim' });
    const { worker, event } = watch({
      queueName: 'claim',
      queue: queueWith({ claim }),
      leaseMs: 3000,
      handlers: [handle(payment, () => ({ receipt: 'r' }))],
    });
    worker.start();
    await event('store_failed', ({ during }) => during === 'claim');
    expect(await event('store_failed')).toMatchObject({ errorCode: 'store_unavailable', message: silence });
    await event('settled', ({ state }) => state === 'completed');
    await worker.stop();
  });

  test('a settlement whose answer is lost is told as settled', async () => {
    let settlements = 0;
    const settle: JobStore['settle'] = async (...given) => {
      const held = await queue.store.settle(...given);
      return ++settlements === 1 ? never : held;
    };
    const id = await queue.enqueue(payment, aPayment, { queueName: 'lost' });
    const { worker, event, events } = watch({
      queueName: 'lost',
      queue: queueWith({ settle }),
      leaseMs: 3000,
      handlers: [handle(payment, () => ({ receipt: 'r' }))],
    });
    worker.start();
    expect(await event('settled')).toMatchObject({ jobId: id, state: 'completed', attempt: 1 });
    expect(events.map(({ type }) => type)).not.toContain('lease_lost');
    await worker.stop();
  });

  test('jobs of a claim that is answered too late go back without using an attempt', async () => {
    const answer = signal();
    const id = await queue.enqueue(payment, aPayment, { queueName: 'late' });
    let claims = 0;
    const claim: JobStore['claim'] = async (request) => {
      claims += 1;
      if (claims > 1) return [];
      const claimed = await queue.store.claim({ ...request, leaseMs: 600_000 });
      await answer.promise;
      return claimed;
    };
    const settled = signal();
    const settle: JobStore['settle'] = async (settlements) => {
      const held = await queue.store.settle(settlements);
      settled.resolve();
      return held;
    };
    const ran: string[] = [];
    const { worker, event } = watch({
      queueName: 'late',
      queue: queueWith({ claim, settle }),
      leaseMs: 3000,
      handlers: [handle(payment, (job) => void ran.push(job.id) as never)],
    });
    worker.start();
    await event('store_failed', ({ during }) => during === 'claim');
    answer.resolve();
    await settled.promise;
    expect(await queue.getJob(id)).toMatchObject({ state: 'scheduled', attempt: 0, errorCode: 'store_unavailable' });
    expect(ran).toEqual([]);
    await worker.stop();
  });

  test('finished work is stored though the first statement for it is never answered', async () => {
    let settlements = 0;
    const settle: JobStore['settle'] = (batch) => (++settlements === 1 ? never : queue.store.settle(batch));
    const ids = [
      await queue.enqueue(payment, aPayment, { queueName: 'settle' }),
      await queue.enqueue(payment, aPayment, { queueName: 'settle' }),
    ];
    const { worker, event } = watch({
      queueName: 'settle',
      queue: queueWith({ settle }),
      leaseMs: 3000,
      handlers: [handle(payment, () => ({ receipt: 'r' }))],
    });
    worker.start();
    for (const id of ids) await event('settled', ({ jobId, state }) => jobId === id && state === 'completed');
    expect(await event('store_failed', ({ during }) => during === 'settle')).toMatchObject({ message: silence });
    await worker.stop();
  });

  test('a handler is told that its lease is over though no heartbeat is ever answered', async () => {
    await queue.enqueue(payment, aPayment, { queueName: 'beats' });
    const told = signal<unknown>();
    const { worker, event } = watch({
      queueName: 'beats',
      queue: queueWith({ extend: () => never, reclaim: () => never }),
      leaseMs: 1200,
      handlers: [
        handle(payment, async (job) => {
          job.signal.addEventListener('abort', () => told.resolve(job.signal.reason));
          await told.promise;
          return { receipt: 'r' };
        }),
      ],
    });
    worker.start();
    expect(await told.promise).toMatchObject({ code: 'lease_lost' });
    expect(await event('store_failed', ({ during }) => during === 'heartbeat')).toMatchObject({ message: silence });
    await worker.stop();
  });

  test('one heartbeat without an answer costs no lease: there is time for the next', async () => {
    let heartbeats = 0;
    const [renewed, finish] = [signal<number>(), signal()];
    const extend: JobStore['extend'] = async (leases, leaseMs) => {
      heartbeats += 1;
      if (heartbeats === 1) return never;
      const overdue = await queue.store.reclaim('beat');
      const held = await queue.store.extend(leases, leaseMs);
      renewed.resolve(overdue);
      return held;
    };
    await queue.enqueue(payment, aPayment, { queueName: 'beat' });
    const { worker, events, event } = watch({
      queueName: 'beat',
      queue: queueWith({ extend }),
      leaseMs: 9000,
      handlers: [
        handle(payment, async (job) => {
          await finish.promise;
          return { receipt: String(job.signal.aborted) };
        }),
      ],
    });
    worker.start();
    expect(await renewed.promise).toBe(0);
    finish.resolve();
    expect(await event('settled')).toMatchObject({ state: 'completed', attempt: 1 });
    expect(events.map(({ type }) => type)).not.toContain('lease_lost');
    await worker.stop();
  });
});

test.each([
  [100, 3000],
  [30_000, 30_000],
  [86_400_000, 60_000],
])('with a lease of %d ms an answer has %d ms', (leaseMs, answerMs) => {
  expect(answerMsFor(leaseMs)).toBe(answerMs);
});

test('an answer that lies in the socket when a blocked event loop comes back is in time', async () => {
  const late: ClaimedJob[] = [];
  const store = withDeadlines(queue.store, { answerMs: 500, onLateClaim: (jobs) => late.push(...jobs) });
  await queue.enqueue(payment, aPayment);
  const claimed = store.claim({ queueName: 'default', worker: 'w', limit: 1, leaseMs: 60_000 });
  await new Promise((sent) => setImmediate(sent));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
  expect(await claimed).toHaveLength(1);
  expect(late).toEqual([]);
});

test('an event loop that stood still is told, with the kinds that were being worked', async () => {
  await queue.enqueue(payment, aPayment);
  const { worker, event } = watch({
    queue,
    leaseMs: 600,
    handlers: [
      handle(payment, () => {
        const end = performance.now() + 1500;
        while (performance.now() < end);
        return { receipt: 'r' };
      }),
    ],
  });
  worker.start();
  const { forMs, kinds } = await event('stalled');
  expect(kinds).toEqual(['payment']);
  expect(forMs).toBeGreaterThan(1000);
  await worker.stop();
});
