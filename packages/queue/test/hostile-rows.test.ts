// What somebody who can write the tables puts into one row must not keep the other jobs from being worked.
import { testDatabaseKinds } from '@hammerwork/test-kit';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { handle } from '../src/handler.ts';
import type { JobId } from '../src/job-id.ts';
import { type Fixture, openFixture } from './fixture.ts';
import { plain } from './payment.ts';
import { signal } from './signal.ts';

describe.each(testDatabaseKinds)('%s: hostile rows', (kind) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture(kind);
  });
  afterEach(() => fixture.clear());
  afterAll(() => fixture.close());

  async function workOthers(hostile: JobId, change: RawBuilder<unknown>) {
    const others = await fixture.queue.enqueueMany(plain, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    await change.execute(fixture.db);
    const { worker, events } = fixture.work({ handlers: [handle(plain, ({ payload }) => payload.n)] });
    await worker.whenIdle();
    await worker.stop();
    expect(events.filter(({ type }) => type !== 'settled')).toEqual([]);
    for (const id of others)
      expect(await fixture.queue.getJob(id)).toMatchObject({ state: 'completed', attempt: 1, errorCode: null });
    return fixture.queue.getJob(hostile);
  }

  const handles: [string, RawBuilder<unknown>][] = [
    ['300,000 bytes', sql`array[decode(repeat('00', 300000), 'hex')]`],
    ['a null and no bytes at all', sql`array[null, '']::bytea[]`],
    ['an array of arrays', sql`array[array['\x01'::bytea], array['\x02'::bytea]]`],
    ['200,000 handles', sql`array_fill(decode('0001020304050607', 'hex'), array[200000])`],
  ];
  test.each(handles)('a key handle of %s', async (_, value) => {
    const id = await fixture.queue.enqueue(plain, { n: 0 });
    const change = sql`update hammerwork_jobs set key_handles = ${value} where id = ${id}`;
    expect(await workOthers(id, change)).toMatchObject({ state: 'completed' });
  });

  test.each(['fence', 'attempt'])('the greatest number as %s', async (column) => {
    const id = await fixture.queue.enqueue(plain, { n: 0 }, { priority: 9 });
    const change = sql`update hammerwork_job_states set ${sql.ref(column)} = 2147483647 where job_id = ${id}`;
    expect(await workOthers(id, change)).toMatchObject({ state: 'ready' });
    const due = sql`update hammerwork_job_states set state = 'scheduled' where job_id = ${id}`;
    expect(await workOthers(id, due)).toMatchObject({ state: 'scheduled' });
  });

  test('a row too large to be read kills one worker at the most: it is quarantined as it is taken back', async () => {
    const [hostile, other, gone] = await fixture.queue.enqueueMany(plain, [{ n: 0 }, { n: 1 }, { n: 2 }]);
    await fixture.queue.store.claim({ queueName: 'default', worker: 'dead', limit: 3, leaseMs: 1000 });
    await sql`update hammerwork_jobs set payload = to_jsonb(repeat('x', 135000000)) where id = ${hostile}`.execute(
      fixture.db,
    );
    await fixture.queue.cancelJob(gone as string);
    fixture.advance(2000);
    expect(await fixture.queue.store.reclaim('default')).toBe(3);
    const shown = await fixture.queue.getJob(hostile as string);
    expect(shown).toMatchObject({ state: 'quarantined', errorCode: 'row_too_large', tooLarge: true, payload: null });
    await expect(fixture.queue.openPayload(plain, hostile as string)).rejects.toMatchObject({ code: 'row_too_large' });
    const states = [other, gone].map((id) => fixture.queue.getJob(id as string));
    expect(await Promise.all(states)).toMatchObject([
      { state: 'ready', errorCode: 'lease_expired', tooLarge: false, payload: { n: 1 } },
      { state: 'cancelled' },
    ]);
  });

  test.each(['value', 'record'])('an outcome whose %s is too large is not read', async (column) => {
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    await fixture.work({ handlers: [handle(plain, ({ payload }) => payload.n)] }).event('settled');
    const large =
      column === 'value' ? sql`to_jsonb(repeat('x', 135000000))` : sql`convert_to(repeat('x', 135000000), 'utf8')`;
    const other = sql.ref(column === 'value' ? 'record' : 'value');
    await sql`update hammerwork_job_outcomes set ${sql.ref(column)} = ${large}, ${other} = null
      where job_id = ${id}`.execute(fixture.db);
    await expect(fixture.queue.openOutcome(plain, id, 'result')).rejects.toMatchObject({
      code: 'row_too_large',
      kind: 'policy',
      message: expect.stringContaining(id),
    });
  });

  // In hexadecimal it is longer than the database makes a text; PGlite has no memory to hold it.
  if (kind === 'postgres')
    test('rows for which the database refuses the claim are quarantined, and the others go on', async () => {
      const hostile = await fixture.queue.enqueueMany(plain, [{ n: 0 }, { n: 0 }], { priority: 9 });
      const others = await fixture.queue.enqueueMany(plain, [{ n: 1 }, { n: 2 }]);
      await sql`update hammerwork_jobs set key_handles = array[convert_to(repeat('x', 540000000), 'utf8')]
        where id = any (${hostile}::uuid[])`.execute(fixture.db);
      await sql`update hammerwork_job_states set state = 'scheduled' where job_id = ${hostile[0]}`.execute(fixture.db);
      const { worker, events } = fixture.work({ handlers: [handle(plain, ({ payload }) => payload.n)] });
      await worker.whenIdle();
      await worker.stop();
      expect(events).toMatchObject([
        { type: 'store_failed', during: 'claim', errorCode: 'store_refused' },
        { type: 'quarantined', count: 2, errorCode: 'row_too_large' },
        { type: 'settled' },
        { type: 'settled' },
      ]);
      for (const id of others) expect(await fixture.queue.getJob(id)).toMatchObject({ state: 'completed' });
      for (const id of hostile)
        expect(await fixture.queue.getJob(id)).toMatchObject({
          state: 'quarantined',
          errorCode: 'row_too_large',
          attempt: 0,
          tooLarge: true,
        });
    });

  test('a retention of 292 million years does not keep jobs of dead workers from being taken back', async () => {
    const [hostile, other] = await fixture.queue.enqueueMany(plain, [{ n: 0 }, { n: 1 }]);
    await fixture.queue.store.claim({ queueName: 'default', worker: 'dead', limit: 2, leaseMs: 1000 });
    await sql`update hammerwork_job_states set delete_after_finish_ms = 9223372036854775807, attempt = max_attempts
      where job_id = ${hostile}`.execute(fixture.db);
    fixture.advance(2000);
    expect(await fixture.queue.store.reclaim('default')).toBe(2);
    expect(await fixture.queue.getJob(hostile as string)).toMatchObject({ state: 'dead' });
    expect(await fixture.queue.getJob(other as string)).toMatchObject({ state: 'ready' });
  });

  test('numbers that the column gives back sixty times as long are too large before they are stored', async () => {
    for (const number of [1e308, -1e21, 5e-324])
      await expect(fixture.queue.enqueue(plain, { n: Array(60_000).fill(number) } as never)).rejects.toMatchObject({
        code: 'value_too_large',
      });
    const id = await fixture.queue.enqueue(plain, { n: Array(1000).fill(1e308) } as never);
    expect((await fixture.queue.getJob(id))?.payload).toEqual({ n: Array(1000).fill(1e308) });
  });

  test('a job that its worker claims anew is held as long as the newer attempt runs', async () => {
    const [begun, mayEnd] = [
      [signal(), signal()],
      [signal(), signal()],
    ] as const;
    let attempts = 0;
    const id = await fixture.queue.enqueue(plain, { n: 0 });
    const { worker, event } = fixture.work({
      handlers: [
        handle(plain, async () => {
          const attempt = attempts++;
          begun[attempt]?.resolve();
          await mayEnd[attempt]?.promise;
          return attempt;
        }),
      ],
    });
    await begun[0].promise;
    // as another worker does with an expired lease
    await sql`update hammerwork_job_states set state = 'ready', lease_until = null where job_id = ${id}`.execute(
      fixture.db,
    );
    worker.wake();
    await begun[1].promise;
    mayEnd[0].resolve();
    await event('lease_lost');
    expect(worker.running).toBe(1);
    mayEnd[1].resolve();
    await event('settled');
    expect(worker.running).toBe(0);
    expect(await fixture.queue.openOutcome(plain, id, 'result')).toBe(1);
  });

  test('progress that cannot be stored, and that nobody waits for, does not end the process', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      await fixture.queue.enqueue(plain, { n: 0 });
      const handlers = [
        handle(plain, async ({ saveProgress }) => {
          void saveProgress(undefined);
          await new Promise((resolve) => setImmediate(resolve));
          await expect(saveProgress(undefined)).rejects.toMatchObject({ code: 'value_not_json' });
          return 1;
        }),
      ];
      await fixture.work({ handlers }).event('settled', ({ state }) => state === 'completed');
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });
});
