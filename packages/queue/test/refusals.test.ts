// What a worker does with jobs it must not or cannot open. What must be sealed is its own policy's word.
import { CryptoError, createCrypto, type KeyRing } from '@hammerwork/crypto-core';
import { policyFor } from '@hammerwork/payload-protection';
import { testDatabaseKinds } from '@hammerwork/test-kit';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { handle } from '../src/handler.ts';
import type { JobId } from '../src/job-id.ts';
import { defineJobType } from '../src/job-type.ts';
import { Worker } from '../src/worker.ts';
import { aKeyRing, aProtection, type Fixture, openFixture } from './fixture.ts';
import { aPayment, type Payment, payment, personal, plain } from './payment.ts';

describe.each(testDatabaseKinds)('%s: refusals', (kind) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture(kind);
    // the check constraint is the database's own; whoever can write the table may drop it
    await sql`alter table hammerwork_jobs drop constraint hammerwork_jobs_check`.execute(fixture.db);
  });
  afterEach(() => fixture.clear());
  afterAll(() => fixture.close());

  const stored = async (id: string) => fixture.queue.getJob(id);

  /** Works what is there and tells what the handler saw. */
  async function workAll(queue = fixture.queue) {
    const seen: Payment[] = [];
    const handlers = [handle(payment, ({ payload }) => void seen.push(payload) as never)];
    const { worker, events } = fixture.work({ queue, handlers });
    await worker.whenIdle();
    await worker.stop();
    return { seen, events };
  }

  const tamperings: [string, RawBuilder<unknown>, string][] = [
    ['is_encrypted set to false', sql`update hammerwork_jobs set is_encrypted = false`, 'record_missing'],
    [
      'sealing taken off altogether',
      sql`update hammerwork_jobs set is_encrypted = false, encrypted_payload = null, pii_fields = '{}',
        payload = '{"user":"x","credit_card":"4000","contacts":[],"amount":1}'`,
      'record_missing',
    ],
    ['the record deleted', sql`update hammerwork_jobs set encrypted_payload = null`, 'record_missing'],
    [
      'a clear field changed',
      sql`update hammerwork_jobs set payload = jsonb_set(payload, '{amount}', '0.01')`,
      'seal_broken',
    ],
    ['a clear field added', sql`update hammerwork_jobs set payload = payload || '{"admin":true}'`, 'seal_broken'],
    [
      'a value put where one is sealed',
      sql`update hammerwork_jobs set payload = payload || '{"credit_card":"4000"}'`,
      'seal_broken',
    ],
    [
      'a byte of the record changed',
      sql`update hammerwork_jobs set encrypted_payload =
        set_byte(encrypted_payload, 100, get_byte(encrypted_payload, 100) # 1)`,
      'seal_broken',
    ],
    [
      'the record cut',
      sql`update hammerwork_jobs set encrypted_payload = substring(encrypted_payload for 80)`,
      'record_malformed',
    ],
    ['a pointer removed', sql`update hammerwork_jobs set pii_fields = pii_fields[2:]`, 'pointers_differ'],
    ['all pointers removed', sql`update hammerwork_jobs set pii_fields = '{}'`, 'pointers_differ'],
    ['a pointer that is null', sql`update hammerwork_jobs set pii_fields = array[null]::text[]`, 'pointers_differ'],
    ['the tenant changed', sql`update hammerwork_jobs set tenant = 'another'`, 'seal_broken'],
    ['the payload replaced by another kind of value', sql`update hammerwork_jobs set payload = '[]'`, 'seal_broken'],
  ];
  test.each(tamperings)('predecessor 3.0.0, fault 6: %s is quarantined at once', async (_, tamper, code) => {
    const id = await fixture.queue.enqueue(payment, aPayment, { tenant: 'acme' });
    await tamper.execute(fixture.db);
    const { seen, events } = await workAll();
    expect(seen).toEqual([]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'settled', state: 'quarantined' }));
    const job = await stored(id);
    expect(job).toMatchObject({ state: 'quarantined', errorCode: code, attempt: 0, outcomes: [] });
    // never again, unless somebody redrives it; the reading side refuses as well
    fixture.advance(24 * 3_600_000);
    expect((await workAll()).events.filter(({ type }) => type === 'settled')).toEqual([]);
    await expect(fixture.queue.openPayload(payment, id)).rejects.toMatchObject({ code: job?.errorCode });
    expect(await fixture.queue.countJobs()).toEqual([{ queueName: 'default', state: 'quarantined', count: 1 }]);
  });

  test('predecessor E2: a record moved to another job, or to another kind, is quarantined', async () => {
    const [first, second] = await fixture.queue.enqueueMany(payment, [aPayment, { ...aPayment, user: 'user-78' }]);
    await sql`update hammerwork_jobs as jobs set encrypted_payload = others.encrypted_payload, payload = others.payload
      from hammerwork_jobs as others where others.id <> jobs.id`.execute(fixture.db);
    const { seen } = await workAll();
    expect(seen).toEqual([]);
    for (const id of [first, second])
      expect(await stored(id as JobId)).toMatchObject({ state: 'quarantined', errorCode: 'seal_broken' });
  });

  test('a record does not pass as that of a job of another kind, whose policy is the same', async () => {
    const refund = defineJobType<Payment>({ kind: 'refund', policy: payment.policy! });
    const id = await fixture.queue.enqueue(payment, aPayment);
    await sql`update hammerwork_jobs set kind = 'refund'`.execute(fixture.db);
    await expect(fixture.queue.openPayload(refund, id)).rejects.toMatchObject({ code: 'seal_broken' });
  });

  test.each([
    ['says that it is sealed', sql`update hammerwork_jobs set is_encrypted = true`],
    ['names sealed places', sql`update hammerwork_jobs set pii_fields = '{/n}'`],
    ['holds a record', sql`update hammerwork_jobs set encrypted_payload = '\\xc1'`],
  ])('a row of a kind without a policy that %s is not worked as if it were whole', async (_, tamper) => {
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    await tamper.execute(fixture.db);
    const seen: unknown[] = [];
    await fixture.work({ handlers: [handle(plain, (job) => seen.push(job))] }).event('settled');
    expect(seen).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: 'quarantined', errorCode: 'record_unexpected' });
  });

  test('a result that was put in clear where one is sealed, or sealed where none is, is not taken', async () => {
    const [sealed, clear] = [
      await fixture.queue.enqueue(payment, aPayment),
      await fixture.queue.enqueue(plain, { n: 1 }),
    ];
    const handlers = [handle(payment, () => ({ receipt: 'r' })), handle(plain, () => 1)];
    const { worker } = fixture.work({ handlers });
    await worker.whenIdle();
    expect(await fixture.queue.openOutcome(payment, sealed, 'result')).toEqual({ receipt: 'r' });
    expect(await fixture.queue.openOutcome(plain, clear, 'result')).toBe(1);
    await sql`update hammerwork_job_outcomes as own set value = others.value, record = others.record
      from hammerwork_job_outcomes as others where others.job_id <> own.job_id`.execute(fixture.db);
    const missing = fixture.queue.openOutcome(payment, sealed, 'result');
    await expect(missing).rejects.toMatchObject({ code: 'record_missing', kind: 'policy' });
    const unexpected = fixture.queue.openOutcome(plain, clear, 'result');
    await expect(unexpected).rejects.toMatchObject({ code: 'record_unexpected', kind: 'policy' });
  });

  test('a row whose kind was changed to one without a policy is not half opened', async () => {
    const id = await fixture.queue.enqueue(payment, aPayment);
    await sql`update hammerwork_jobs set kind = 'plain'`.execute(fixture.db);
    const seen: unknown[] = [];
    const { event } = fixture.work({ handlers: [handle(plain, (job) => seen.push(job))] });
    await event('settled');
    expect(seen).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: 'quarantined', errorCode: 'record_unexpected' });
  });

  test('where a policy is required, a kind without one is neither stored nor worked', async () => {
    const strict = fixture.queueWith({ requirePolicy: true });
    await expect(strict.enqueue(plain, { n: 1 })).rejects.toMatchObject({ code: 'policy_missing', kind: 'input' });
    await expect(strict.enqueueMany(plain, [{ n: 1 }])).rejects.toMatchObject({ code: 'policy_missing' });
    expect(await fixture.queue.listJobs()).toEqual([]);
    expect(() => new Worker({ queue: strict, handlers: [handle(plain, () => 1)] })).toThrow(
      expect.objectContaining({ code: 'policy_missing' }),
    );
    await strict.enqueue(payment, aPayment);
    expect(() => fixture.queueWith({ requirePolicy: 'yes' } as never)).toThrow(TypeError);
  });

  test('predecessor 3.0.0, fault 6: a worker whose policy names more fields does not take a row that seals fewer', async () => {
    const lax = defineJobType<unknown>({ kind: 'payment', policy: payment.policy as never });
    const strict = defineJobType<Payment>({
      kind: 'payment',
      policy: policyFor<Payment>()({ piiFields: ['credit_card', 'user'] }),
    });
    const id = await fixture.queue.enqueue(lax, aPayment);
    const seen: unknown[] = [];
    const { event } = fixture.work({ handlers: [handle(strict, (job) => seen.push(job))] });
    await event('settled');
    expect(seen).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: 'quarantined', errorCode: 'field_not_sealed' });
  });

  test('one row that nobody can read takes no other along', async () => {
    const [bad, good] = await fixture.queue.enqueueMany(payment, [aPayment, aPayment]);
    await sql`update hammerwork_jobs set key_handles = array[null]::bytea[], encrypted_payload = '', created_at = 'infinity'
      where id = ${bad}`.execute(fixture.db);
    const { seen } = await workAll(
      fixture.queueWith({ keyRing: { prefetch: async ([handle]) => void handle!.length } }),
    );
    expect(seen).toEqual([aPayment]);
    expect(await stored(good as string)).toMatchObject({ state: 'completed' });
    expect(await stored(bad as string)).toMatchObject({ state: 'quarantined' });
  });

  test('a result put in clear where a policy seals is refused', async () => {
    const id = await fixture.queue.enqueue(payment, aPayment);
    await fixture.work({ handlers: [handle(payment, () => ({ receipt: 'true one' }))] }).event('settled');
    await sql`update hammerwork_job_outcomes set record = null, value = '{"receipt":"forged"}'`.execute(fixture.db);
    const read = fixture.queue.openOutcome(payment, id, 'result');
    await expect(read).rejects.toMatchObject({ code: 'record_missing', kind: 'policy' });
  });

  test('a sealed result does not pass as the error, nor as that of another job', async () => {
    const [first, second] = await fixture.queue.enqueueMany(payment, [aPayment, aPayment]);
    const worker = fixture.work({ handlers: [handle(payment, ({ id }) => ({ receipt: id }))] }).worker;
    await worker.whenIdle();
    await sql`update hammerwork_job_outcomes set surface = 'error' where job_id = ${first}`.execute(fixture.db);
    await sql`update hammerwork_job_outcomes set record = (select record from hammerwork_job_outcomes
      where job_id = ${first}) where job_id = ${second}`.execute(fixture.db);
    for (const [id, surface] of [
      [first, 'error'],
      [second, 'result'],
    ] as const)
      await expect(fixture.queue.openOutcome(payment, id as JobId, surface)).rejects.toMatchObject({
        code: 'seal_broken',
      });
  });

  test('predecessor Q4: a worker with another master key parks the job with the reason; the right one works it after a redrive', async () => {
    const id = await fixture.queue.enqueue(payment, aPayment);
    const { seen } = await workAll(fixture.queueWith({ protection: aProtection() }));
    expect(seen).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: 'parked', errorCode: 'key_unknown', attempt: 0 });
    expect(await fixture.queue.redriveJob(id)).toBe(true);
    expect((await workAll()).seen).toEqual([aPayment]);
    expect(await stored(id)).toMatchObject({ state: 'completed', attempt: 1 });
  });

  test('a producer without its key stores nothing', async () => {
    const refusing: KeyRing = { ...aKeyRing(), withSealingKey: () => Promise.reject(keyless()) };
    const queue = fixture.queueWith({ protection: aProtection(refusing) });
    await expect(queue.enqueue(payment, aPayment)).rejects.toMatchObject({ code: 'key_unknown', kind: 'key_gone' });
    expect(await queue.countJobs()).toEqual([]);
  });

  test('while a key service is away jobs are released unharmed and the queue rests; then all are worked', async () => {
    const ring = aKeyRing(createCrypto().randomBytes(32));
    let away = true;
    let asked = 0;
    const unreliable: KeyRing = {
      withSealingKey: (keyId, use) => ring.withSealingKey(keyId, use),
      withOpeningKey: (handle, use) => {
        asked += 1;
        return away
          ? Promise.reject(new CryptoError('random_failed', 'the KMS is away'))
          : ring.withOpeningKey(handle, use);
      },
    };
    const queue = fixture.queueWith({ protection: aProtection(unreliable) });
    const ids = await queue.enqueueMany(payment, [aPayment, aPayment, aPayment]);
    const seen: Payment[] = [];
    const handlers = [handle(payment, ({ payload }) => void seen.push(payload) as never)];
    const { worker, event, events } = fixture.work({ queue, handlers });
    await event('breaker_opened');
    for (const id of ids) await event('settled', ({ jobId }) => jobId === id);
    for (const id of ids)
      expect(await stored(id)).toMatchObject({ state: 'scheduled', attempt: 0, errorCode: 'random_failed' });
    expect(asked).toBe(3);
    away = false;
    fixture.advance(60_000);
    worker.wake();
    await event('breaker_closed');
    await worker.whenIdle();
    expect(seen).toHaveLength(3);
    expect(events.filter((one) => one.type === 'settled' && one.state === 'completed')).toHaveLength(3);
  });

  test('keys that go away before the result is sealed are waited for: the handler does not run again', async () => {
    const ring = aKeyRing();
    let failures = 3;
    const unreliable: KeyRing = {
      withOpeningKey: (handle, use) => ring.withOpeningKey(handle, use),
      withSealingKey: (keyId, use) => {
        if (sealing && failures-- > 0) throw new CryptoError('random_failed', 'the KMS is away');
        return ring.withSealingKey(keyId, use);
      },
    };
    let [sealing, runs] = [false, 0];
    const queue = fixture.queueWith({ protection: aProtection(unreliable) });
    const id = await queue.enqueue(payment, aPayment);
    sealing = true;
    const handlers = [
      handle(payment, () => {
        runs += 1;
        return { receipt: 'r' };
      }),
    ];
    expect(await fixture.work({ queue, handlers }).event('settled')).toMatchObject({ state: 'completed' });
    expect(runs).toBe(1);
    expect(failures).toBeLessThan(0);
    expect(await queue.openOutcome(payment, id, 'result')).toEqual({ receipt: 'r' });
  });

  test('a key that is gone when an error is to be sealed leaves the code alone, and no text in clear', async () => {
    const ring = aKeyRing();
    let gone = false;
    const queue = fixture.queueWith({
      protection: aProtection({
        withOpeningKey: (handle, use) => ring.withOpeningKey(handle, use),
        withSealingKey: (keyId, use) => (gone ? Promise.reject(keyless()) : ring.withSealingKey(keyId, use)),
      }),
    });
    const id = await queue.enqueue(payment, aPayment);
    gone = true;
    const failing = handle(payment, ({ payload }) => {
      throw new Error(`refused ${payload.credit_card}`);
    });
    await fixture.work({ queue, handlers: [failing] }).event('settled');
    expect(await stored(id)).toMatchObject({ state: 'scheduled', errorCode: 'handler_failed', outcomes: [] });
    expect(await fixture.dump()).not.toContain(personal[0]);
  });

  test('what workers report holds no personal data', async () => {
    await fixture.queue.enqueueMany(payment, [aPayment, aPayment]);
    await sql`update hammerwork_jobs set is_encrypted = false where id = (select min(id::text)::uuid from hammerwork_jobs)`.execute(
      fixture.db,
    );
    const failing = handle(payment, ({ payload }) => {
      throw new Error(`refused ${payload.credit_card}`);
    });
    const { worker, events } = fixture.work({ handlers: [failing] });
    await worker.whenIdle();
    expect(events.filter(({ type }) => type === 'settled')).toHaveLength(2);
    for (const value of [...personal, 'refused']) expect(JSON.stringify(events)).not.toContain(value);
  });
});

function keyless(): CryptoError {
  return new CryptoError('key_unknown', 'there is no such key');
}
