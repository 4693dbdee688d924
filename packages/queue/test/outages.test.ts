// The database goes away and comes back, at the start and in the middle.
import { migrate } from '@hammerwork/migrations';
import { freePort, openTestDatabase, type TestDatabase } from '@hammerwork/test-kit';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handle } from '../src/handler.ts';
import { createJobQueue, type JobQueue } from '../src/job-queue.ts';
import { createPgJobStore } from '../src/pg/store.ts';
import { aProtection, watch } from './fixture.ts';
import { aPayment, payment } from './payment.ts';
import { signal } from './signal.ts';
import { createTcpSwitch, type TcpSwitch } from './tcp-switch.ts';

let database: TestDatabase;
let road: TcpSwitch;
let db: Kysely<unknown>;
/** By the road, and straight. */
let [queue, straight]: JobQueue[] = [];

beforeEach(async () => {
  database = await openTestDatabase('postgres');
  await migrate(database.db);
  road = createTcpSwitch(database.url as string, await freePort());
  const pool = new pg.Pool({ connectionString: road.url, max: 5 });
  // Connections that are cut, idle or in use: without listeners either would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  const protection = aProtection();
  queue = createJobQueue({ store: createPgJobStore(db), protection });
  straight = createJobQueue({ store: createPgJobStore(database.db), protection });
});

afterEach(async () => {
  await db.destroy();
  await road.close();
  await database.close();
});

const onlyOne = [{ queueName: 'default', state: 'completed', count: 1 }];

test('away at the start: producers get a coded error, a worker waits and then works', async () => {
  const refused = queue?.enqueue(payment, aPayment);
  await expect(refused).rejects.toMatchObject({ code: 'store_unavailable', kind: 'unavailable', retryable: true });
  const { worker, event } = watch({ queue: queue as JobQueue, handlers: [handle(payment, () => ({ receipt: 'r' }))] });
  worker.start();
  await event('store_failed', ({ during }) => during === 'claim');
  await event('breaker_opened', ({ errorCode }) => errorCode === 'store_unavailable');
  await straight?.enqueue(payment, aPayment);
  await road.open();
  await event('breaker_closed');
  await event('settled', ({ state }) => state === 'completed');
  expect(await straight?.countJobs()).toEqual(onlyOne);
  await worker.stop();
});

test('away while a job runs: its result is stored when the database is back, and it runs once', async () => {
  await road.open();
  const id = (await straight?.enqueue(payment, aPayment)) as string;
  const [running, go] = [signal(), signal()];
  let runs = 0;
  const slow = handle(payment, async () => {
    runs += 1;
    running.resolve();
    await go.promise;
    return { receipt: 'after the outage' };
  });
  const { worker, event } = watch({ queue: queue as JobQueue, handlers: [slow] });
  worker.start();
  await running.promise;
  await road.close();
  go.resolve();
  await event('store_failed', ({ during }) => during === 'settle');
  await road.open();
  await event('settled', ({ state }) => state === 'completed');
  expect(await straight?.openOutcome(payment, id, 'result')).toEqual({ receipt: 'after the outage' });
  expect(runs).toBe(1);
  expect(await straight?.countJobs()).toEqual(onlyOne);
  await worker.stop();
});

test('away until after the lease: the handler is told, another worker does the job, nothing is lost', async () => {
  await road.open();
  const id = (await straight?.enqueue(payment, aPayment)) as string;
  const [running, told] = [signal(), signal<unknown>()];
  const cutOff = watch({
    queue: queue as JobQueue,
    leaseMs: 400,
    handlers: [
      handle(payment, async (job) => {
        job.signal.addEventListener('abort', () => told.resolve(job.signal.reason));
        running.resolve();
        await told.promise;
        return { receipt: 'of the one that was cut off' };
      }),
    ],
  });
  cutOff.worker.start();
  await running.promise;
  await road.close();
  expect(await told.promise).toMatchObject({ code: 'lease_lost' });
  const other = watch({
    queue: straight as JobQueue,
    leaseMs: 400,
    handlers: [handle(payment, () => ({ receipt: 'of the other' }))],
  });
  other.worker.start();
  await other.event('settled', ({ state }) => state === 'completed');
  await road.open();
  await cutOff.event('lease_lost');
  expect(await straight?.openOutcome(payment, id, 'result')).toEqual({ receipt: 'of the other' });
  expect(await straight?.countJobs()).toEqual(onlyOne);
  await Promise.all([cutOff.worker.stop(), other.worker.stop()]);
});

test('a worker can be stopped while the database is away', async () => {
  const { worker, event } = watch({ queue: queue as JobQueue, handlers: [handle(payment, () => ({ receipt: 'r' }))] });
  worker.start();
  await event('breaker_opened');
  expect(await worker.stop()).toEqual({ drained: 0, aborted: 0, abandoned: 0 });
});

test.each([
  ['53100', 'The disk of the database is full. Make room (SQLSTATE 53100); then try again.'],
  ['53200', 'out of memory'],
  ['53300', 'no connection left'],
  ['25006', 'read-only'],
])('with SQLSTATE %s the database says what it lacks, and work goes on when it has it', async (state, told) => {
  await sql`create function lacking() returns trigger language plpgsql as ${sql.lit(
    `begin raise exception 'lacking for %', new using errcode = '${state}'; end`,
  )}`.execute(database.db);
  const lack = (table: string, action: string) =>
    sql
      .raw(`create trigger lacking before ${action} on ${table} for each row execute function lacking()`)
      .execute(database.db);
  await lack('hammerwork_jobs', 'insert');
  const refused = await straight?.enqueue(payment, aPayment).catch((error: unknown) => error as Error);
  expect(refused).toMatchObject({ code: 'store_unavailable', retryable: true, message: expect.stringContaining(told) });
  await sql`drop trigger lacking on hammerwork_jobs`.execute(database.db);
  await straight?.enqueue(payment, aPayment);
  await lack('hammerwork_job_states', 'update');
  const { worker, event } = watch({
    queue: straight as JobQueue,
    handlers: [handle(payment, () => ({ receipt: 'r' }))],
  });
  worker.start();
  await event('store_failed', ({ during, message }) => during === 'claim' && (message?.includes(told) ?? false));
  await sql`drop trigger lacking on hammerwork_job_states`.execute(database.db);
  await event('settled', ({ state: ended }) => ended === 'completed');
  await worker.stop();
});

test('an error of the driver is not passed on: it may quote rows', async () => {
  const error = await queue?.enqueue(payment, aPayment).catch((caught: unknown) => caught as Error);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).cause).toBeUndefined();
  expect(String((error as Error).stack)).not.toContain(aPayment.credit_card);
});
