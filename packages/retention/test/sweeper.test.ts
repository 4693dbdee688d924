import { migrate } from '@hammerwork/migrations';
import { createJobQueue, createPgJobStore, defineJobType, handle, type JobQueue, Worker } from '@hammerwork/queue';
import { openTestDatabase, type TestDatabase, testDatabaseKinds } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  createSweeper,
  type DeletionReceipt,
  deleteAfter,
  deleteAt,
  deleteImmediately,
  keepIndefinitely,
  planDeletion,
  type SweepResult,
  useDefault,
} from '../src/index.ts';

const type = defineJobType<{ n: number }, string>({ kind: 'export', policy: 'none', maxAttempts: 1 });
const claim = { queueName: 'default', worker: 'w', limit: 100, leaseMs: 1000 };
const hour = 3_600_000;

describe.each(testDatabaseKinds)('%s: sweeper', (kind) => {
  let database: TestDatabase;
  let queue: JobQueue;
  let now = Date.UTC(2026, 0, 1);
  const clock = () => now;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await migrate(database.db);
    queue = createJobQueue({
      store: createPgJobStore(database.db, { clock }),
      retention: { planDeletion, defaultPolicy: deleteAfter('2h') },
      clock,
    });
  });
  afterEach(() => sql`delete from hammerwork_jobs`.execute(database.db));
  afterAll(() => database.close());

  const sweeper = (options = {}) => createSweeper({ db: database.db, clock, ...options });
  const left = async () => (await queue.listJobs()).map(({ id }) => id).reverse();
  const run = async (work: (job: { payload: { n: number } }) => string) => {
    const worker = new Worker({ queue, handlers: [handle(type, work)] });
    worker.start();
    await worker.whenIdle();
    await worker.stop();
  };

  test('predecessor R1: what is due goes, with all that belongs to it; the rest stays', async () => {
    const due = await queue.enqueue(type, { n: 1 }, { retention: deleteAfter('1h') });
    const dated = await queue.enqueue(type, { n: 2 }, { retention: deleteAt(new Date(now + hour)) });
    const later = await queue.enqueue(type, { n: 3 }, { retention: deleteAfter('61m') });
    const kept = await queue.enqueue(type, { n: 4 }, { retention: keepIndefinitely() });
    const byDefault = await queue.enqueue(type, { n: 5 });
    await run(({ payload }) => `result ${payload.n}`);
    now += hour - 1;
    expect(await sweeper().runOnce()).toMatchObject({ deleted: 0, chunks: 0 });
    now += 1;
    expect(await sweeper().runOnce()).toMatchObject({
      deleted: 2,
      chunks: 1,
      byPolicy: { delete_after: 1, delete_at: 1 },
    });
    expect(await left()).toEqual([later, kept, byDefault]);
    now += hour;
    expect((await sweeper().runOnce()).deleted).toBe(2);
    expect(await left()).toEqual([kept]);
    for (const table of ['hammerwork_job_states', 'hammerwork_job_outcomes']) {
      const { rows } = await sql`select job_id from ${sql.table(table)} where job_id in (${due}, ${dated})`.execute(
        database.db,
      );
      expect(rows).toEqual([]);
    }
  });

  test('a producer whose clock is behind loses no job that waits: the time counts by the clock of the database', async () => {
    const store = createPgJobStore(database.db, { clock });
    const late = createJobQueue({ store, retention: { planDeletion }, clock: () => now - hour });
    const id = await late.enqueue(type, { n: 1 }, { retention: deleteAfter('30m'), delayMs: 60_000 });
    expect(await sweeper().runOnce()).toMatchObject({ deleted: 0 });
    now += hour / 2 - 1;
    expect(await sweeper().runOnce()).toMatchObject({ deleted: 0 });
    expect(await left()).toEqual([id]);
    now += 1;
    expect(await sweeper().runOnce()).toMatchObject({ deleted: 1 });
  });

  test('states of no job, however old, do not keep what is due from going', async () => {
    await queue.enqueueMany(type, [{ n: 1 }, { n: 2 }, { n: 3 }], { retention: deleteAfter('1h') });
    await sql`insert into hammerwork_job_states (job_id, queue_name, state, max_attempts, run_at, delete_at)
      select gen_random_uuid(), 'default', 'ready', 1, now(), '-infinity' from generate_series(1, 5)`.execute(
      database.db,
    );
    now += hour;
    const receipts: DeletionReceipt[] = [];
    const options = { chunkSize: 4, auditSink: (receipt: DeletionReceipt) => void receipts.push(receipt) };
    expect(await sweeper(options).runOnce()).toMatchObject({ deleted: 3, byPolicy: { delete_after: 3 } });
    expect(receipts.flatMap(({ jobs }) => jobs)).toHaveLength(3);
    expect((await sql`select job_id from hammerwork_job_states`.execute(database.db)).rows).toEqual([]);
  });

  test('predecessor R3: deleteImmediately goes after the finish, completed or dead, never before', async () => {
    const options = { retention: deleteImmediately() };
    await queue.enqueueMany(type, [{ n: 1 }, { n: 2 }], options);
    now += 365 * 24 * hour;
    expect((await sweeper().runOnce()).deleted).toBe(0);
    await run(({ payload }) => {
      if (payload.n === 2) throw new Error('no');
      return 'done';
    });
    expect((await queue.countJobs()).map(({ state }) => state)).toEqual(['completed', 'dead']);
    expect((await sweeper().runOnce()).deleted).toBe(2);
  });

  test('a running job is not deleted under its handler; one whose worker died is', async () => {
    await queue.enqueue(type, { n: 1 }, { retention: deleteAfter('1h') });
    now += hour - 1;
    expect(await queue.store.claim(claim)).toHaveLength(1);
    now += 1;
    expect((await sweeper().runOnce()).deleted).toBe(0);
    now += 1000;
    expect((await sweeper().runOnce()).deleted).toBe(1);
  });

  test('predecessor R5, R6 at the queue: no default, no date and too late a start are errors, nothing is stored', async () => {
    const bare = createJobQueue({ store: queue.store, retention: { planDeletion }, clock });
    const refused = [
      [bare.enqueue(type, { n: 1 }, { retention: useDefault() }), 'default_missing'],
      [bare.enqueue(type, { n: 1 }, { retention: { type: 'delete_soon' } }), 'policy_malformed'],
      [bare.enqueue(type, { n: 1 }, { retention: deleteAt(new Date(now - 1)) }), 'date_out_of_range'],
      [bare.enqueue(type, { n: 1 }, { retention: deleteAfter('1h'), delayMs: hour }), 'deleted_before_run'],
    ] as const;
    for (const [enqueued, code] of refused) await expect(enqueued).rejects.toMatchObject({ code });
    expect(await left()).toEqual([]);
  });

  test('small chunks, oldest date first, each with a receipt that holds no personal data', async () => {
    const payloads = Array.from({ length: 25 }, (_, n) => ({ n }));
    const text = 'Personal text 4711';
    const typed = defineJobType<unknown>({ kind: 'typed', policy: 'none' });
    const ids = await queue.enqueueMany(
      typed,
      payloads.map(({ n }) => ({ n, text })),
      (_, index) => ({
        retention: deleteAfter({ hours: 25 - index }),
      }),
    );
    now += 30 * hour;
    const receipts: DeletionReceipt[] = [];
    const auditSink = (receipt: DeletionReceipt) => void receipts.push(receipt);
    expect(await sweeper({ chunkSize: 10, auditSink }).runOnce()).toMatchObject({ deleted: 25, chunks: 3 });
    expect(receipts.map(({ jobs }) => jobs.length)).toEqual([10, 10, 5]);
    expect(receipts[0]?.jobs.map(({ id }) => id).sort()).toEqual(ids.slice(15));
    expect(receipts[0]?.jobs[0]).toMatchObject({ kind: 'typed', queueName: 'default', policy: 'delete_after' });
    expect(receipts[0]?.deletedAt).toEqual(new Date(now));
    expect(JSON.stringify(receipts)).not.toContain(text);
    expect(await left()).toEqual([]);
  });

  test('where nothing is due there is no receipt', async () => {
    await queue.enqueue(type, { n: 1 });
    const receipts: DeletionReceipt[] = [];
    const auditSink = (receipt: DeletionReceipt) => void receipts.push(receipt);
    expect(await sweeper({ auditSink }).runOnce()).toMatchObject({ deleted: 0, chunks: 0 });
    expect(receipts).toEqual([]);
  });

  test('a receipt that cannot be written keeps its chunk', async () => {
    await queue.enqueueMany(type, [{ n: 1 }, { n: 2 }]);
    now += 3 * hour;
    const auditSink = async () => {
      throw new Error('the audit log is full');
    };
    await expect(sweeper({ auditSink }).runOnce()).rejects.toThrow('the audit log is full');
    expect(await left()).toHaveLength(2);
  });

  test('a receipt can be written in the same transaction', async () => {
    await sql`create table receipts (count int)`.execute(database.db);
    await queue.enqueueMany(type, [{ n: 1 }, { n: 2 }]);
    now += 3 * hour;
    const auditSink = async ({ jobs }: DeletionReceipt, transaction: TestDatabase['db']) => {
      await sql`insert into receipts values (${jobs.length})`.execute(transaction);
    };
    await sweeper({ auditSink }).runOnce();
    expect((await sql`select * from receipts`.execute(database.db)).rows).toEqual([{ count: 2 }]);
  });

  test('started, it sweeps now and again; stopped, it ends; a failure does not end it', async () => {
    await queue.enqueue(type, { n: 1 });
    now += 3 * hour;
    const swept: (SweepResult | Error)[] = [];
    let told = () => {};
    let failing = true;
    const one = sweeper({
      intervalMs: 1,
      auditSink: () => {
        if (failing) throw new Error('not yet');
      },
      onSweep: (result: SweepResult | Error) => {
        swept.push(result);
        if (result instanceof Error) failing = false;
        else told();
      },
    });
    const done = new Promise<void>((resolve) => {
      told = resolve;
    });
    one.start();
    expect(() => one.start()).toThrow(TypeError);
    await done;
    await one.stop();
    expect(swept.slice(0, 2)).toEqual([expect.any(Error), expect.objectContaining({ deleted: 1 })]);
  });

  test('stopped, it ends after the chunk at hand, and can be started again', async () => {
    await queue.enqueueMany(type, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    now += 3 * hour;
    let stopping: Promise<void> | undefined;
    let swept = () => {};
    const told = new Promise<void>((resolve) => {
      swept = resolve;
    });
    const one = sweeper({
      chunkSize: 1,
      auditSink: () => {
        stopping ??= one.stop();
      },
      onSweep: swept,
    });
    one.start();
    await told;
    await stopping;
    expect(await left()).toHaveLength(2);
    one.start();
    await one.stop();
    expect((await left()).length).toBeLessThan(2);
  });

  test.each([
    ['rejects', () => Promise.reject(new TypeError('quoted'))],
    [
      'throws',
      () => {
        throw new TypeError('quoted');
      },
    ],
  ])('an onSweep that %s does not end the sweeping, and is told of once', async (_, fails) => {
    const told: string[] = [];
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation((text) => void told.push(String(text)));
    let sweeps = 0;
    await new Promise<void>((resolve) => {
      const onSweep = () => {
        sweeps += 1;
        if (sweeps === 3) void one.stop().then(resolve);
        return fails();
      };
      const one = sweeper({ intervalMs: 1, onSweep });
      one.start();
    });
    expect(sweeps).toBe(3);
    expect(told).toEqual([expect.stringContaining('onSweep failed (TypeError)')]);
    emitWarning.mockRestore();
  });

  test('refuses an option that is none: a misspelt sink is no receipt', () => {
    expect(() => sweeper({ auditsink: () => {} })).toThrow('no option "auditsink"');
  });

  test('refuses chunk sizes and intervals that cannot be', () => {
    for (const chunkSize of [0, 1.5, 10_001]) expect(() => sweeper({ chunkSize })).toThrow(RangeError);
    // What a timer does not take would make sweep follow sweep at once.
    for (const intervalMs of [0, Number.NaN, 30 * 86_400_000])
      expect(() => sweeper({ intervalMs })).toThrow(RangeError);
  });
});

test('postgres: a sweep does not wait for rows that somebody holds, and deletes the others', async () => {
  const database = await openTestDatabase('postgres');
  await migrate(database.db);
  let now = Date.UTC(2026, 0, 1);
  const clock = () => now;
  const store = createPgJobStore(database.db, { clock });
  const queue = createJobQueue({ store, retention: { planDeletion, defaultPolicy: deleteAfter('1h') }, clock });
  const ids = await queue.enqueueMany(type, [{ n: 0 }, { n: 1 }, { n: 2 }]);
  now += hour;
  const sweeper = createSweeper({ db: database.db, clock });
  const swept = await database.db.transaction().execute(async (transaction) => {
    await sql`select from hammerwork_job_states where job_id = ${ids[0]} for update`.execute(transaction);
    const late = new Promise<undefined>((resolve) => void setTimeout(() => resolve(undefined), 20_000).unref());
    return Promise.race([sweeper.runOnce(), late]);
  });
  expect(swept).toMatchObject({ deleted: 2 });
  expect(await sweeper.runOnce()).toMatchObject({ deleted: 1 });
  await database.close();
});

test('postgres: sweepers and workers side by side: each due job goes once, nobody waits for a lock', async () => {
  const database = await openTestDatabase('postgres');
  await migrate(database.db);
  let now = Date.UTC(2026, 0, 1);
  const clock = () => now;
  const store = createPgJobStore(database.db, { clock });
  const queue = createJobQueue({ store, retention: { planDeletion, defaultPolicy: deleteAfter('1h') }, clock });
  await queue.enqueueMany(
    type,
    Array.from({ length: 500 }, (_, n) => ({ n })),
  );
  now += hour;
  const held = await store.claim(claim);
  const deleted: string[] = [];
  const auditSink = ({ jobs }: DeletionReceipt) => void deleted.push(...jobs.map(({ id }) => id));
  const sweepers = Array.from({ length: 4 }, () => createSweeper({ db: database.db, clock, chunkSize: 20, auditSink }));
  await Promise.all(sweepers.map((one) => one.runOnce()));
  await sweepers[0]?.runOnce(); // what the others skipped because it was locked
  expect(new Set(deleted).size).toBe(deleted.length);
  expect(deleted).toHaveLength(400);
  expect((await queue.listJobs({ limit: 1000 })).map(({ id }) => id).sort()).toEqual(held.map(({ id }) => id).sort());
  await database.close();
});

test('a database that is away, or without tables, is a coded error', async () => {
  const database = await openTestDatabase('postgres');
  const refused = createSweeper({ db: database.db }).runOnce();
  await expect(refused).rejects.toMatchObject({
    code: 'database_refused',
    message: expect.stringContaining('migrate'),
  });
  await database.close();
  const away = createSweeper({ db: database.db }).runOnce();
  await expect(away).rejects.toMatchObject({ code: 'database_unavailable', retryable: true });
});

test.each([
  ['25006', 'read-only'],
  ['57014', 'pg_locks'],
  ['40P01', 'The next one tries again'],
])(
  'a sweep that the database does not do, with SQLSTATE %s, is tried again and says what to mend',
  async (state, told) => {
    const database = await openTestDatabase('postgres');
    await migrate(database.db);
    const past = () => Date.UTC(2026, 0, 1);
    const store = createPgJobStore(database.db, { clock: past });
    const queue = createJobQueue({ store, retention: { planDeletion }, clock: past });
    await queue.enqueue(type, { n: 1 }, { retention: deleteAfter('1h') });
    const raise = sql.lit(`begin raise exception 'lacking' using errcode = '${state}'; end`);
    await sql`create function lacking() returns trigger language plpgsql as ${raise}`.execute(database.db);
    await sql`create trigger lacking before delete on hammerwork_jobs execute function lacking()`.execute(database.db);
    await expect(createSweeper({ db: database.db }).runOnce()).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.stringContaining(told),
    });
    await database.close();
  },
);
