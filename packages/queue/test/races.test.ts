// Several connections at once, on a real server: nothing is given out twice, nothing is left behind.

import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, type TestDatabase } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handle } from '../src/handler.ts';
import { createJobQueue, type JobQueue } from '../src/job-queue.ts';
import { pause } from '../src/pause.ts';
import { createPgJobStore } from '../src/pg/store.ts';
import type { ClaimedJob } from '../src/store.ts';
import { aProtection, watch } from './fixture.ts';
import { aPayment, payment, plain } from './payment.ts';

let database: TestDatabase;
let queue: JobQueue;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
  await migrate(database.db);
  queue = createJobQueue({ store: createPgJobStore(database.db), protection: aProtection() });
});
afterAll(() => database.close());

test('predecessor 2.8: claims at the same time never share a job', async () => {
  const options = { queueName: 'claims' };
  const ids = await queue.enqueueMany(
    plain,
    Array.from({ length: 1000 }, (_, n) => ({ n })),
    options,
  );
  const claimed: ClaimedJob[] = [];
  const claimer = async (worker: string) => {
    for (;;) {
      const jobs = await queue.store.claim({ queueName: 'claims', worker, limit: 7, leaseMs: 60_000 });
      if (jobs.length === 0) return;
      claimed.push(...jobs);
    }
  };
  await Promise.all(Array.from({ length: 12 }, (_, n) => claimer(`claimer ${n}`)));
  expect(claimed.map(({ id }) => id).sort()).toEqual(ids);
});

test('jobs whose time has come are claimed once, beside ready ones', async () => {
  const options = (_: unknown, index: number) => ({ queueName: 'due', delayMs: index % 2 });
  const ids = await queue.enqueueMany(
    plain,
    Array.from({ length: 400 }, (_, n) => ({ n })),
    options,
  );
  const claimed: string[] = [];
  while (claimed.length < ids.length) {
    const request = { queueName: 'due', worker: 'w', limit: 9, leaseMs: 60_000 };
    const batches = await Promise.all(Array.from({ length: 8 }, () => queue.store.claim(request)));
    claimed.push(...batches.flat().map(({ id }) => id));
  }
  expect(claimed.sort()).toEqual(ids);
});

test('workers and producers side by side: every sealed job is worked exactly once', async () => {
  const worked = new Map<string, number>();
  const count = handle(payment, ({ id, payload }) => {
    expect(payload.credit_card).toBe(aPayment.credit_card);
    worked.set(id, (worked.get(id) ?? 0) + 1);
    return { receipt: id };
  });
  const workers = Array.from({ length: 4 }, () => watch({ queue, handlers: [count], concurrency: 5 }).worker);
  for (const worker of workers) worker.start();
  const batches = await Promise.all(
    Array.from({ length: 10 }, () => queue.enqueueMany(payment, new Array(30).fill(aPayment))),
  );
  await Promise.all(workers.map((worker) => worker.whenIdle()));
  await Promise.all(workers.map((worker) => worker.stop()));
  expect([...worked.keys()].sort()).toEqual(batches.flat().sort());
  expect(new Set(worked.values())).toEqual(new Set([1]));
  expect(await queue.countJobs('default')).toEqual([{ queueName: 'default', state: 'completed', count: 300 }]);
});

test('cancel, delete, redrive and claim against each other leave every job in one piece', async () => {
  const ids = await queue.enqueueMany(
    plain,
    Array.from({ length: 60 }, (_, n) => ({ n })),
    { queueName: 'mixed' },
  );
  const claims = async () => {
    for (let n = 0; n < 20; n++) {
      const jobs = await queue.store.claim({ queueName: 'mixed', worker: 'w', limit: 5, leaseMs: 60_000 });
      const state = n % 2 ? 'dead' : 'completed';
      const settled = { delayMs: 0, keepAttempt: false, errorCode: null, outcome: null };
      await queue.store.settle(jobs.map(({ id, fence }) => ({ ...settled, id, fence, state })));
    }
  };
  await Promise.all([
    claims(),
    claims(),
    ...ids.map((id) => queue.cancelJob(id)),
    ...ids.map((id) => queue.deleteJob(id).catch((error) => expect(error).toMatchObject({ code: 'job_running' }))),
    ...ids.map((id) => queue.redriveJob(id)),
  ]);
  for (const id of ids) {
    const job = await queue.getJob(id);
    if (job) expect(job.state).toMatch(/^(ready|completed|dead|cancelled)$/);
  }
  const listed = await queue.listJobs({ queueName: 'mixed' });
  const counted = (await queue.countJobs('mixed')).reduce((sum, { count }) => sum + count, 0);
  expect(counted).toBe(listed.length);
});

test('renewing leases never waits for a settlement, nor takes its lock for a loss', async () => {
  await queue.enqueueMany(plain, [{ n: 1 }, { n: 2 }], { queueName: 'locks' });
  const leases = await queue.store.claim({ queueName: 'locks', worker: 'w', limit: 2, leaseMs: 60_000 });
  const settled = { state: 'completed', delayMs: 0, keepAttempt: false, errorCode: null, outcome: null } as const;
  await database.db.transaction().execute(async (transaction) => {
    const { id, fence } = leases[1] as ClaimedJob;
    await createPgJobStore(transaction).settle([{ ...settled, id, fence }]);
    expect(await queue.store.extend(leases, 60_000)).toHaveLength(2);
  });
  expect((await queue.store.extend(leases, 60_000)).map(({ id }) => id)).toEqual([leases[0]?.id]);
});

test('no job is deleted between the look at its state and the writing of its progress', async () => {
  await queue.enqueue(plain, { n: 0 }, { queueName: 'progress' });
  const [job] = await queue.store.claim({ queueName: 'progress', worker: 'w', limit: 1, leaseMs: 60_000 });
  const outcome = { surface: 'progress', attempt: 1, clear: '1', record: null, handles: [] } as const;
  await database.db.transaction().execute(async (tx) => {
    expect(await createPgJobStore(tx).saveProgress(job!, outcome)).toBe(true);
    const deletion = sql`select from hammerwork_job_states where job_id = ${job!.id} for update nowait`;
    await expect(deletion.execute(database.db)).rejects.toMatchObject({ code: '55P03' });
  });
});

test.each(['ready', 'due'])(
  'a claim does not wait for %s jobs that somebody holds, and takes the others',
  async (which) => {
    const options = { queueName: `held ${which}`, delayMs: which === 'due' ? 60_000 : 0 };
    const ids = await queue.enqueueMany(plain, [{ n: 0 }, { n: 1 }, { n: 2 }], options);
    await sql`update hammerwork_job_states set run_at = run_at - interval '1 minute'
    where queue_name = ${options.queueName}`.execute(database.db);
    const request = { queueName: options.queueName, worker: 'w', limit: 3, leaseMs: 60_000 };
    const held = await database.db.transaction().execute(async (transaction) => {
      await sql`select from hammerwork_job_states where job_id = ${ids[0]} for update`.execute(transaction);
      const waiting = new AbortController();
      const late = pause(20_000, waiting.signal).then(() => undefined);
      const claimed = await Promise.race([queue.store.claim(request), late]);
      waiting.abort();
      return claimed;
    });
    expect(held?.map(({ id }) => id)).toEqual(ids.slice(1));
    expect((await queue.store.claim(request)).map(({ id }) => id)).toEqual(ids.slice(0, 1));
  },
);

test('what ran, failed and waits again while a promotion looks is not made ready before its time', async () => {
  const own = await openTestDatabase('postgres');
  await migrate(own.db);
  const store = createPgJobStore(own.db);
  const producer = createJobQueue({ store });
  const urgent = await producer.enqueue(plain, { n: 0 }, { delayMs: 60_000, priority: 1 });
  await producer.enqueue(plain, { n: 1 }, { delayMs: 60_000 });
  await sql`update hammerwork_job_states set run_at = run_at - interval '2 minutes'`.execute(own.db);
  // a view in place of the table, so that reading it waits in the middle of the statement
  await sql`alter table hammerwork_job_states rename to states_behind`.execute(own.db);
  await sql`create function gate() returns boolean language plpgsql as
    'begin perform pg_advisory_xact_lock_shared(1); return true; end'`.execute(own.db);
  await sql`create view hammerwork_job_states as select * from states_behind where gate()`.execute(own.db);
  const waiting = sql`select from pg_locks where not granted and database =
    (select oid from pg_database where datname = current_database())`;
  const promoted = await own.db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(1)`.execute(transaction);
    const promoting = store.promote('default');
    await expect.poll(async () => (await waiting.execute(own.db)).rows.length, { timeout: 30_000 }).toBe(1);
    await sql`update states_behind set run_at = now() + interval '1 hour' where job_id = ${urgent}`.execute(own.db);
    return { promoting };
  });
  expect(await promoted.promoting).toBe(0);
  const { rows } = await sql`select state from states_behind where job_id = ${urgent}`.execute(own.db);
  expect(rows).toEqual([{ state: 'scheduled' }]);
  await own.close();
});
