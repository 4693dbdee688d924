import { definePolicy } from '@hammerwork/payload-protection';
import { testDatabaseKinds } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EnqueueOptions } from '../src/enqueue.ts';
import { createJobQueue } from '../src/job-queue.ts';
import { defineJobType } from '../src/job-type.ts';
import { createPgJobStore } from '../src/pg/store.ts';
import type { Retention } from '../src/retention.ts';
import { aKeyRing, aProtection, type Fixture, openFixture } from './fixture.ts';
import { aPayment, payment, personal, plain } from './payment.ts';

describe.each(testDatabaseKinds)('%s: job queue', (kind) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture(kind);
  });
  afterEach(() => fixture.clear());
  afterAll(() => fixture.close());

  const rows = async () => (await fixture.queue.countJobs()).reduce((sum, { count }) => sum + count, 0);

  test('what the policy names is not in the database, in arrays neither; the rest can be read', async () => {
    const id = await fixture.queue.enqueue(payment, aPayment);
    const dump = await fixture.dump();
    for (const value of personal) expect(dump).not.toContain(value);
    expect(dump).toContain('user-77');
    expect(await fixture.queue.getJob(id)).toMatchObject({
      payload: {
        user: 'user-77',
        credit_card: null,
        contacts: [
          { name: 'first', phone: null },
          { name: 'second', phone: null },
        ],
        amount: 99.5,
      },
      isEncrypted: true,
      pointers: ['/credit_card', '/contacts/0/phone', '/contacts/1/phone'],
    });
    expect(Object.keys((await fixture.queue.getJob(id)) ?? {})).not.toContain('record');
  });

  test('opens a payload only when asked, and only as its own kind', async () => {
    const id = await fixture.queue.enqueue(payment, aPayment);
    expect(await fixture.queue.openPayload(payment, id)).toEqual(aPayment);
    await expect(fixture.queue.openPayload(plain, id)).rejects.toMatchObject({ code: 'kind_differs' });
    await fixture.queue.deleteJob(id);
    await expect(fixture.queue.openPayload(payment, id)).rejects.toMatchObject({ code: 'job_absent' });
    await expect(fixture.queue.getJob("x' or 1=1")).rejects.toMatchObject({ code: 'id_malformed' });
  });

  test('predecessor 3.0.0, fault 2: a misspelt field name stores nothing', async () => {
    const misspelt = defineJobType({ kind: 'payment', policy: definePolicy({ piiFields: ['credit_kard'] }) });
    const refused = fixture.queue.enqueue(misspelt, { ...aPayment });
    await expect(refused).rejects.toMatchObject({ code: 'selector_unmatched', kind: 'input' });
    expect(await rows()).toBe(0);
  });

  test('predecessor Q1: a policy without anything to seal with stores nothing', async () => {
    const queue = createJobQueue({ store: createPgJobStore(fixture.db) });
    await expect(queue.enqueue(payment, aPayment)).rejects.toThrow(TypeError);
    expect(await rows()).toBe(0);
  });

  test('predecessor 3.0.0, fault 5: equal values leave no equal traces', async () => {
    const [first, second] = await fixture.queue.enqueueMany(payment, [aPayment, aPayment]);
    const records = await Promise.all([first, second].map((id) => fixture.queue.store.find(id as never)));
    expect(Buffer.compare(records[0]?.record as Uint8Array, records[1]?.record as Uint8Array)).not.toBe(0);
    const { rows: columns } = await sql<{ column_name: string }>`
      select column_name from information_schema.columns where table_name = 'hammerwork_jobs'`.execute(fixture.db);
    expect(columns.map(({ column_name }) => column_name).filter((name) => /hash|digest/.test(name))).toEqual([]);
  });

  test('predecessor 3.0.0, fault 13: no key stands in a row', async () => {
    await fixture.queue.enqueue(payment, aPayment);
    expect(await fixture.dump()).not.toMatch(/key_source|Static|"key"/);
  });

  test("the caller's transaction decides", async () => {
    const { db, queue } = fixture;
    const rolledBack = db.transaction().execute(async (transaction) => {
      await queue.within(transaction).enqueue(payment, aPayment);
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await rows()).toBe(0);
    const id = await db.transaction().execute((transaction) => queue.within(transaction).enqueue(payment, aPayment));
    expect(await queue.openPayload(payment, id)).toEqual(aPayment);
  });

  test('many jobs take one statement, and come out in their order', async () => {
    let statements = 0;
    const counted = fixture.db.withPlugin({
      transformQuery: ({ node }) => {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const queue = fixture.queueWith({ store: createPgJobStore(counted) });
    const payloads = Array.from({ length: 300 }, (_, n) => ({ ...aPayment, amount: n }));
    const ids = await queue.enqueueMany(payment, payloads, (_, index) => ({ tenant: `tenant-${index % 2}` }));
    expect(statements).toBe(1);
    expect([...ids].sort()).toEqual(ids);
    const claimed = await queue.store.claim({ queueName: 'default', worker: 'w', limit: 300, leaseMs: 1000 });
    expect(statements).toBe(2);
    expect(claimed.map(({ id }) => id)).toEqual(ids);
    expect(await queue.openPayload(payment, ids[299] as string)).toEqual(payloads[299]);
    await expect(queue.enqueueMany(plain, new Array(10_001).fill({ n: 1 }))).rejects.toThrow(RangeError);
  });

  test('predecessor 2.8: a batch keeps what each job says of itself', async () => {
    const queue = fixture.queueWith({
      retention: { planDeletion: (_, { createdAt }) => ({ deleteAt: createdAt + 60_000, deleteAfterFinishMs: null }) },
    });
    const [id] = await queue.enqueueMany(payment, [aPayment], () => ({
      queueName: 'slow',
      tenant: 'acme',
      priority: 7,
      delayMs: 5000,
      maxAttempts: 9,
      retention: { type: 'delete_after' },
    }));
    expect(await queue.getJob(id as string)).toMatchObject({
      queueName: 'slow',
      tenant: 'acme',
      priority: 7,
      runAt: new Date(fixture.now() + 5000),
      maxAttempts: 9,
      retentionPolicy: { type: 'delete_after' },
      deleteAt: new Date(fixture.now() + 60_000),
      state: 'scheduled',
    });
    expect(await queue.openPayload(payment, id as string)).toEqual(aPayment);
  });

  test('a kind without a policy needs no protection and keeps any JSON', async () => {
    const anything = defineJobType<unknown>({ kind: 'anything', policy: 'none' });
    const queue = createJobQueue({ store: createPgJobStore(fixture.db) });
    const payloads = [
      null,
      '',
      [],
      'ünï\\u0000 is no NUL',
      { a: [1, -0.5, 1e21, true, null, { '': {} }] },
      JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}'),
    ];
    const ids = await queue.enqueueMany(anything, payloads);
    for (const [index, id] of ids.entries())
      expect(JSON.stringify(await queue.openPayload(anything, id))).toBe(JSON.stringify(payloads[index]));
  });

  test('a running job is not deleted, and the caller is told why', async () => {
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    await fixture.queue.store.claim({ queueName: 'default', worker: 'w', limit: 1, leaseMs: 60_000 });
    await expect(fixture.queue.deleteJob(id)).rejects.toMatchObject({ code: 'job_running', kind: 'input' });
    expect(await fixture.queue.getJob(id)).toMatchObject({ state: 'running' });
  });

  test('what is enqueued in a transaction of the caller is not announced: it is not there yet', async () => {
    let announced = 0;
    const end = fixture.queue.onEnqueued('default', () => void announced++);
    await fixture.db.transaction().execute(async (transaction) => {
      await fixture.queue.within(transaction).enqueue(plain, { n: 1 });
    });
    expect(announced).toBe(0);
    await fixture.queue.enqueue(plain, { n: 2 });
    end();
    await fixture.queue.enqueue(plain, { n: 3 });
    expect(announced).toBe(1);
  });

  test('a kind that says nothing of retention is kept as long as the default of the queue says', async () => {
    const planDeletion: Retention['planDeletion'] = ({ type }, { createdAt }) => ({
      deleteAt: type === 'default' ? createdAt + 60_000 : null,
      deleteAfterFinishMs: null,
    });
    const queue = fixture.queueWith({ retention: { planDeletion, defaultPolicy: { type: 'default' } } });
    const ids = [
      await queue.enqueue(plain, { n: 1 }),
      await queue.enqueue(plain, { n: 2 }, { retention: { type: 'own' } }),
      ...(await queue.enqueueMany(plain, [{ n: 3 }])),
    ];
    const kept = await Promise.all(ids.map((id) => queue.getJob(id)));
    expect(kept.map((job) => [job?.retentionPolicy?.type, job?.deleteAt?.getTime()])).toEqual([
      ['default', fixture.now() + 60_000],
      ['own', undefined],
      ['default', fixture.now() + 60_000],
    ]);
  });

  test('a job that retention would delete before it may run is refused, and nothing is stored', async () => {
    const planDeletion: Retention['planDeletion'] = (_, { createdAt }) => ({
      deleteAt: createdAt + 60_000,
      deleteAfterFinishMs: null,
    });
    const queue = fixture.queueWith({ retention: { planDeletion } });
    const retention = { type: 'delete_after' };
    for (const late of [{ delayMs: 60_000 }, { runAt: new Date(fixture.now() + 60_000) }])
      await expect(queue.enqueue(plain, { n: 1 }, { retention, ...late })).rejects.toMatchObject({
        code: 'deleted_before_run',
        kind: 'input',
      });
    expect(await rows()).toBe(0);
    await queue.enqueue(plain, { n: 1 }, { retention, delayMs: 59_999 });
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const bad: [string, unknown, string][] = [
    ['undefined', undefined, 'not_json'],
    ['a function', { run: () => 1 }, 'not_json'],
    ['NaN', { n: Number.NaN }, 'not_json'],
    ['a BigInt', [1n], 'not_json'],
    ['a Date', { at: new Date(0) }, 'not_json'],
    ['a Map', new Map(), 'not_json'],
    ['a toJSON that no loop shows', Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'else' }), 'not_json'],
    ['numbers that a database gives back as 16 MiB', new Array(51_000).fill(1e308), 'too_large'],
    ['a cycle', cyclic, 'too_deep'],
    ['a deep nesting', JSON.parse(`${'['.repeat(101)}${']'.repeat(101)}`), 'too_deep'],
    ['too much text', { text: 'x'.repeat(16 * 1024 * 1024 + 1) }, 'too_large'],
    ['NUL', { text: 'a\0b' }, 'malformed'],
    ['a lone surrogate', { text: 'a\ud800' }, 'malformed'],
    ['a lone surrogate in a name', { 'a\udfff': 1 }, 'malformed'],
  ];
  test.each(bad)('refuses %s, sealed or not, and stores nothing', async (_, payload, code) => {
    const clear = defineJobType<unknown>({ kind: 'clear', policy: 'none' });
    const sealed = defineJobType<unknown>({ kind: 'sealed', policy: definePolicy({ piiFields: ['card?'] }) });
    for (const type of [clear, sealed])
      await expect(fixture.queue.enqueue(type, payload)).rejects.toMatchObject({
        code: expect.stringContaining(code),
        kind: 'input',
      });
    expect(await rows()).toBe(0);
  });

  test("what 'report' finds and leaves in clear is told, without values", async () => {
    const reports: unknown[] = [];
    const detector = {
      detect: () => ({ findings: [{ pointer: '/note', kind: 'phone' }], unscannable: [] }),
      detectText: () => ({ findings: [], unscannable: [] }),
    };
    const queue = fixture.queueWith({
      protection: aProtection(aKeyRing(), detector),
      onReport: (report) => reports.push(report),
    });
    const reporting = defineJobType<unknown>({ kind: 'memo', policy: definePolicy({ autoDetect: 'report' }) });
    const jobId = await queue.enqueue(reporting, { note: 'call me' });
    expect(reports).toEqual([{ jobId, kind: 'memo', found: { phone: 1 } }]);
  });

  test('refuses options that cannot be kept', async () => {
    const { queue } = fixture;
    for (const [options, error] of [
      [{ priority: 1.5 }, RangeError],
      [{ priority: 40_000 }, RangeError],
      [{ maxAttempts: 0 }, RangeError],
      [{ delayMs: -1 }, RangeError],
      [{ delayMs: 5, runAt: new Date() }, TypeError],
      [{ runAt: new Date(Number.NaN) }, RangeError],
      [{ queueName: '' }, TypeError],
      [{ tenant: 'a\0' }, TypeError],
      [{ retention: { type: 'keep_indefinitely' } }, TypeError],
      [{ retentionPolicy: { type: 'delete_after' } }, TypeError],
    ] as const)
      await expect(queue.enqueue(plain, { n: 1 }, options as EnqueueOptions)).rejects.toThrow(error);
    expect(await rows()).toBe(0);
    expect(() => fixture.queueWith({ requirepolicy: true } as never)).toThrow('no option "requirepolicy"');
    for (const limit of [0, 1.5, 1001]) await expect(queue.listJobs({ limit })).rejects.toThrow(RangeError);
  });

  test('a database that refuses says which SQLSTATE, and quotes no row', async () => {
    const id = await fixture.queue.enqueue(payment, aPayment);
    const job = await fixture.queue.store.find(id);
    const twice = { ...job, clear: '{"secret":"of the row"}', delayMs: 0, runAt: null, deleteAfterFinishMs: null };
    const error = await fixture.queue.store
      .insert([{ ...twice, createdAt: 0, deleteAt: null } as never])
      .catch((caught: unknown) => caught as Error & { code: string });
    expect(error).toMatchObject({ code: 'store_refused', message: expect.stringContaining('23505') });
    expect(JSON.stringify(error) + (error as Error).stack).not.toContain(id);
    expect((error as Error).cause).toBeUndefined();
  });

  test('without its tables it names the remedy', async () => {
    await sql`alter table hammerwork_job_states rename to elsewhere`.execute(fixture.db);
    await expect(fixture.queue.enqueue(plain, { n: 1 })).rejects.toMatchObject({
      code: 'schema_missing',
      message: expect.stringContaining('migrate'),
    });
    await sql`alter table elsewhere rename to hammerwork_job_states`.execute(fixture.db);
  });
});
