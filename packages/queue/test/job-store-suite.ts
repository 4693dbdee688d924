// What every JobStore does, whatever it stands on: a function over (name, make).
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createJobIds, type JobId } from '../src/job-id.ts';
import type { ClaimedJob, JobStore, NewJob, Outcome, Settlement } from '../src/store.ts';

export interface SuiteStore {
  store: JobStore;
  /** Moves the store's clock. */
  advance(ms: number): void;
  close(): Promise<void>;
}

const start = Date.UTC(2026, 0, 1);
const newId = createJobIds({
  clock: () => start,
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
});

export function aJob(changes: Partial<NewJob> = {}): NewJob {
  return {
    id: newId(),
    queueName: 'mail',
    kind: 'welcome',
    tenant: null,
    clear: '{"n":1}',
    record: null,
    pointers: [],
    handles: [],
    priority: 0,
    maxAttempts: 2,
    runAt: null,
    delayMs: 0,
    createdAt: start,
    retentionPolicy: null,
    deleteAt: null,
    deleteAfterFinishMs: null,
    ...changes,
  };
}

const done: Omit<Settlement, 'id' | 'fence'> = {
  state: 'completed',
  delayMs: 0,
  keepAttempt: false,
  errorCode: null,
  outcome: null,
};

export function testJobStore(name: string, make: () => Promise<SuiteStore>): void {
  describe(`${name}: job store`, () => {
    let made: SuiteStore;
    let store: JobStore;
    beforeEach(async () => {
      made = await make();
      store = made.store;
    });
    afterEach(() => made.close());

    const claim = (limit = 10, leaseMs = 1000): Promise<ClaimedJob[]> =>
      store.claim({ queueName: 'mail', worker: 'w', limit, leaseMs });
    const claimOne = async (): Promise<ClaimedJob> => {
      const [job] = await claim(1);
      if (!job) throw new Error('nothing to claim');
      return job;
    };
    const settle = ({ id, fence }: ClaimedJob, changes: Partial<Settlement> = {}) =>
      store.settle([{ id, fence, ...done, ...changes }]);
    const stateOf = async (id: JobId) => (await store.find(id))?.state;

    test('gives back what was inserted, bytes and odd texts included', async () => {
      const record = Uint8Array.from({ length: 256 }, (_, index) => index);
      const handles = [Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 255), Uint8Array.of(92, 34, 39, 125, 123, 44, 0, 9)];
      const pointers = ['/a', '/b"c\\d', '/{e},f', "/g'h", '/ü~1€', '/'];
      const clear = JSON.stringify({ text: 'ünï "quoted" \\ {a,b} \u2028', list: [null, -0.5, 1e21], none: null });
      const job = aJob({ tenant: 'acme "x"', clear, record, handles, pointers, priority: -7 });
      await store.insert([job]);
      const expected = { payload: JSON.parse(clear), isEncrypted: true, pointers, tenant: 'acme "x"', priority: -7 };
      const found = await store.find(job.id);
      expect(found).toMatchObject({ ...expected, id: job.id, state: 'ready', attempt: 0, outcomes: [] });
      const claimed = await claimOne();
      expect(claimed).toMatchObject({ ...expected, id: job.id, attempt: 1, fence: 1, createdAt: new Date(start) });
      for (const one of [found, claimed]) {
        expect(Uint8Array.from(one?.record ?? [])).toEqual(record);
        expect(one?.handles.map((handle) => Uint8Array.from(handle))).toEqual(handles);
      }
    });

    test('inserts all or none', async () => {
      const job = aJob();
      await expect(store.insert([aJob(), job, job])).rejects.toMatchObject({ code: 'store_refused' });
      expect(await store.count()).toEqual([]);
      await store.insert([]);
    });

    test('claims by priority, then by age, and only from its queue', async () => {
      const [first, second] = [aJob(), aJob()];
      const urgent = aJob({ priority: 5 });
      await store.insert([first, second, urgent, aJob({ queueName: 'other' })]);
      expect((await claim()).map(({ id }) => id)).toEqual([urgent.id, first.id, second.id]);
      expect(await claim()).toEqual([]);
    });

    test('a delayed or dated job waits for its time', async () => {
      const [delayed, dated] = [aJob({ delayMs: 5000 }), aJob({ runAt: start + 6000 })];
      await store.insert([delayed, dated]);
      expect(await stateOf(delayed.id)).toBe('scheduled');
      made.advance(4999);
      expect(await claim()).toEqual([]);
      made.advance(1);
      expect((await claim()).map(({ id }) => id)).toEqual([delayed.id]);
      made.advance(1000);
      expect((await claim()).map(({ id }) => id)).toEqual([dated.id]);
    });

    test('an urgent job whose time has come goes before ready ones', async () => {
      const [ready, due] = [aJob(), aJob({ priority: 1, delayMs: 10 })];
      await store.insert([ready, due]);
      made.advance(10);
      expect((await claimOne()).id).toBe(due.id);
    });

    test('settles once: completes, keeps the result, frees the lease', async () => {
      await store.insert([aJob()]);
      const job = await claimOne();
      const outcome: Outcome = { surface: 'result', attempt: 1, clear: '{"ok":true}', record: null, handles: [] };
      expect([...(await settle(job, { outcome }))]).toEqual([job.id]);
      expect(await settle(job, { state: 'dead' })).toEqual(new Set());
      expect(await store.find(job.id)).toMatchObject({ state: 'completed', worker: null, outcomes: ['result'] });
      expect(await store.findOutcome(job.id, 'result')).toMatchObject({ value: { ok: true }, attempt: 1 });
      expect(await store.findOutcome(job.id, 'error')).toBeUndefined();
    });

    test('what a lost answer told is told again, where it is asked for, and of nobody else', async () => {
      const again = ({ id, fence }: ClaimedJob, changes: Partial<Settlement> = {}) =>
        store.settle([{ id, fence, ...done, ...changes }], true);
      const failed = { state: 'scheduled', delayMs: 50, errorCode: 'handler_failed' } as const;
      await store.insert([aJob()]);
      const first = await claimOne();
      expect(await again(first, failed)).toEqual(new Set([first.id])); // it had not come
      expect(await again(first, failed)).toEqual(new Set([first.id]));
      expect(await again(first)).toEqual(new Set());
      expect(await again(first, { ...failed, errorCode: 'attempt_timeout' })).toEqual(new Set());
      expect(await settle(first, failed)).toEqual(new Set());
      expect((await store.find(first.id))?.attempt).toBe(1);
      made.advance(50);
      const second = await claimOne();
      expect(await again(first, failed)).toEqual(new Set());
      expect(await settle(second)).toEqual(new Set([second.id]));
      expect(await again(second)).toEqual(new Set([second.id]));
      expect(await again(first)).toEqual(new Set());
      await store.insert([aJob()]);
      const asked = await claimOne();
      await store.cancel(asked.id);
      await settle(asked, failed);
      expect(await again(asked, failed)).toEqual(new Set([asked.id]));
    });

    test('a job that was taken back is not told as settled', async () => {
      await store.insert([aJob({ maxAttempts: 1 })]);
      const { id, fence } = await claimOne();
      made.advance(1001);
      await store.reclaim('mail');
      expect(await stateOf(id)).toBe('dead');
      const ended = { ...done, id, fence, state: 'dead', errorCode: 'handler_failed' } as const;
      expect(await store.settle([ended], true)).toEqual(new Set());
    });

    test('a retry waits, a given-back attempt does not count', async () => {
      await store.insert([aJob()]);
      await settle(await claimOne(), { state: 'scheduled', delayMs: 100, errorCode: 'kms_away', keepAttempt: true });
      expect(await claim()).toEqual([]);
      made.advance(100);
      const again = await claimOne();
      expect(again).toMatchObject({ attempt: 1, fence: 2 });
      await settle(again, { state: 'scheduled', delayMs: 0, errorCode: 'handler_failed' });
      expect(await claimOne()).toMatchObject({ attempt: 2, fence: 3 });
    });

    test('the newest error replaces the one before', async () => {
      await store.insert([aJob()]);
      for (const attempt of [1, 2]) {
        const outcome: Outcome = { surface: 'error', attempt, clear: `{"n":${attempt}}`, record: null, handles: [] };
        await settle(await claimOne(), { state: 'scheduled', errorCode: 'handler_failed', outcome });
      }
      const [job] = await store.list({});
      expect(await store.findOutcome(job?.id as JobId, 'error')).toMatchObject({ value: { n: 2 }, attempt: 2 });
    });

    test('settles many in one call, each on its own', async () => {
      await store.insert([aJob(), aJob(), aJob()]);
      const [one, two, three] = (await claim()) as [ClaimedJob, ClaimedJob, ClaimedJob];
      const record = Uint8Array.of(193, 1, 2);
      const outcome: Outcome = { surface: 'error', attempt: 1, clear: null, record, handles: [Uint8Array.of(7)] };
      const held = await store.settle([
        { ...done, id: one.id, fence: one.fence },
        { ...done, id: two.id, fence: two.fence, state: 'dead', errorCode: 'handler_failed', outcome },
        { ...done, id: three.id, fence: three.fence + 1 },
      ]);
      expect(held).toEqual(new Set([one.id, two.id]));
      expect(await store.find(two.id)).toMatchObject({ state: 'dead', errorCode: 'handler_failed' });
      expect(Uint8Array.from((await store.findOutcome(two.id, 'error'))?.record ?? [])).toEqual(record);
      expect(await stateOf(three.id)).toBe('running');
    });

    test('a lease lives by its renewals', async () => {
      await store.insert([aJob()]);
      const job = await claimOne();
      made.advance(900);
      expect(await store.extend([job], 1000)).toEqual([{ id: job.id, cancelRequested: false }]);
      made.advance(900);
      expect(await store.reclaim('mail')).toBe(0);
      made.advance(101);
      expect(await store.reclaim('mail')).toBe(1);
      expect(await store.find(job.id)).toMatchObject({ state: 'ready', errorCode: 'lease_expired', worker: null });
    });

    test('who lost a lease can neither renew, nor report, nor settle', async () => {
      await store.insert([aJob()]);
      const old = await claimOne();
      made.advance(1001);
      await store.reclaim('mail');
      const current = await claimOne();
      const progress: Outcome = { surface: 'progress', attempt: 1, clear: '1', record: null, handles: [] };
      expect(await store.extend([old], 1000)).toEqual([]);
      expect(await store.saveProgress(old, progress)).toBe(false);
      expect(await settle(old)).toEqual(new Set());
      expect(await store.saveProgress(current, progress)).toBe(true);
      expect(await settle(current)).toEqual(new Set([current.id]));
    });

    test('an old lease does not hold a job that was redriven since', async () => {
      await store.insert([aJob({ maxAttempts: 1 })]);
      const old = await claimOne();
      made.advance(1001);
      expect(await store.reclaim('mail')).toBe(1);
      expect(await store.find(old.id)).toMatchObject({ state: 'dead', errorCode: 'lease_expired' });
      expect(await store.redrive({ id: old.id })).toBe(1);
      const current = await claimOne();
      expect(current.attempt).toBe(old.attempt);
      expect(await settle(old)).toEqual(new Set());
      expect(await stateOf(old.id)).toBe('running');
    });

    test('a waiting job is cancelled at once, a running one is asked', async () => {
      const [waiting, running] = [aJob(), aJob({ priority: 1 })];
      await store.insert([waiting, running]);
      const job = await claimOne();
      expect(await store.cancel(waiting.id)).toBe('cancelled');
      expect(await store.cancel(waiting.id)).toBe('finished');
      expect(await store.cancel(running.id)).toBe('requested');
      expect(await store.cancel(newId())).toBe('absent');
      expect(await store.extend([job], 1000)).toEqual([{ id: job.id, cancelRequested: true }]);
      await settle(job, { state: 'scheduled', errorCode: 'handler_failed' });
      expect(await stateOf(running.id)).toBe('cancelled');
      expect(await claim()).toEqual([]);
    });

    test('a cancelled job of a dead worker is not run again', async () => {
      await store.insert([aJob()]);
      const job = await claimOne();
      await store.cancel(job.id);
      made.advance(1001);
      await store.reclaim('mail');
      expect(await stateOf(job.id)).toBe('cancelled');
    });

    test('a job that was asked to stop and completed all the same is completed', async () => {
      await store.insert([aJob()]);
      const job = await claimOne();
      expect(await store.cancel(job.id)).toBe('requested');
      await settle(job);
      expect(await stateOf(job.id)).toBe('completed');
    });

    test('nobody reports progress of a job that was settled', async () => {
      await store.insert([aJob()]);
      const job = await claimOne();
      await settle(job);
      const outcome: Outcome = { surface: 'progress', attempt: 1, clear: '1', record: null, handles: [] };
      expect(await store.saveProgress(job, outcome)).toBe(false);
      expect(await store.findOutcome(job.id, 'progress')).toBeUndefined();
    });

    test('jobs of other queues are neither claimed when they are due, nor taken back', async () => {
      const [late, lost] = [aJob({ queueName: 'other', delayMs: 5 }), aJob({ queueName: 'other' })];
      await store.insert([late, lost]);
      await store.claim({ queueName: 'other', worker: 'w', limit: 1, leaseMs: 1000 });
      made.advance(1001);
      expect(await claim()).toEqual([]);
      expect(await store.reclaim('mail')).toBe(0);
      expect([await stateOf(late.id), await stateOf(lost.id)]).toEqual(['scheduled', 'running']);
      expect(await store.reclaim('other')).toBe(1);
    });

    test('redrives by id and by queue, with all attempts', async () => {
      const jobs = [aJob(), aJob(), aJob(), aJob()];
      await store.insert(jobs);
      const states = ['dead', 'quarantined', 'parked', 'completed'] as const;
      for (const [index, job] of (await claim()).entries())
        await settle(job, { state: states[index] as Settlement['state'], errorCode: 'x' });
      expect(await store.redrive({ id: jobs[3]?.id as JobId })).toBe(0);
      expect(await store.redrive({ id: jobs[0]?.id as JobId })).toBe(1);
      const many = { queueName: 'mail', limit: 10 };
      expect(await store.redrive({ ...many, states: ['completed', 'running'] })).toBe(0);
      expect(await store.redrive({ ...many, states: ['parked', 'quarantined'] })).toBe(2);
      const again = await claim();
      expect(again.map(({ id, attempt }) => ({ id, attempt }))).toEqual(
        jobs.slice(0, 3).map(({ id }) => ({ id, attempt: 1 })),
      );
    });

    test('a redriven job is not asked to stop any more, and no more are redriven than were asked for', async () => {
      const jobs = [aJob(), aJob(), aJob()];
      await store.insert(jobs);
      for (const { id } of jobs) expect(await store.cancel(id)).toBe('cancelled');
      expect(await store.redrive({ queueName: 'mail', states: ['cancelled'], limit: 2 })).toBe(2);
      const again = await claim();
      expect(again).toHaveLength(2);
      expect((await store.extend(again, 1000)).map(({ cancelRequested }) => cancelRequested)).toEqual([false, false]);
      expect(await store.redrive({ queueName: 'mail', states: ['cancelled'], limit: 2 })).toBe(1);
    });

    test('deletes everything of a job, but not under its handler', async () => {
      await store.insert([aJob()]);
      const job = await claimOne();
      expect(await store.delete(job.id)).toBe('running');
      const outcome: Outcome = { surface: 'result', attempt: 1, clear: '1', record: null, handles: [] };
      await settle(job, { outcome });
      expect(await store.delete(job.id)).toBe('deleted');
      expect(await store.delete(job.id)).toBe('absent');
      expect(await store.find(job.id)).toBeUndefined();
      expect(await store.findOutcome(job.id, 'result')).toBeUndefined();
      expect(await store.count()).toEqual([]);
    });

    test('dates of deletion: from creation they stand, from the finish they come with it', async () => {
      const fixed = aJob({ deleteAt: start + 5000 });
      const after = aJob({ deleteAfterFinishMs: 700 });
      await store.insert([fixed, after]);
      expect(await store.find(fixed.id)).toMatchObject({ deleteAt: new Date(start + 5000) });
      expect(await store.find(after.id)).toMatchObject({ deleteAt: null });
      made.advance(100);
      for (const job of await claim()) await settle(job, { state: 'dead', errorCode: 'handler_failed' });
      expect(await store.find(fixed.id)).toMatchObject({ deleteAt: new Date(start + 5000) });
      expect(await store.find(after.id)).toMatchObject({
        deleteAt: new Date(start + 800),
        finishedAt: new Date(start + 100),
      });
      await store.redrive({ queueName: 'mail', states: ['dead'], limit: 10 });
      expect(await store.find(fixed.id)).toMatchObject({ deleteAt: new Date(start + 5000), finishedAt: null });
      expect(await store.find(after.id)).toMatchObject({ deleteAt: null, finishedAt: null });
    });

    test('what is due and more urgent than the rest becomes ready, and is claimed before a backlog', async () => {
      const backlog = Array.from({ length: 12 }, () => aJob({ delayMs: 100 }));
      const urgent = [
        aJob({ delayMs: 300, priority: 2 }),
        aJob({ delayMs: 200, priority: 2 }),
        aJob({ delayMs: 400, priority: 1 }),
      ];
      const others = [aJob({ delayMs: 9000, priority: 9 }), aJob({ delayMs: 300, priority: 9, queueName: 'other' })];
      await store.insert([...backlog, ...urgent, ...others]);
      expect(await store.promote('mail')).toBe(0);
      made.advance(500);
      expect(await store.promote('mail')).toBe(3);
      expect(await store.promote('mail')).toBe(0); // the backlog is all alike
      const [second, first, third] = urgent.map(({ id }) => id);
      const claimed = await claim(4);
      expect(claimed.slice(0, 3).map(({ id }) => id)).toEqual([first, second, third]);
      expect(claimed[3]).toMatchObject({ priority: 0, attempt: 1 });
      expect(await stateOf(others[0]!.id)).toBe('scheduled');
    });

    test('counts what no worker takes: due for too long, or running without a lease', async () => {
      await store.insert([
        aJob(),
        aJob(),
        aJob({ delayMs: 200 }),
        aJob({ delayMs: 90_000 }),
        aJob({ queueName: 'other' }),
      ]);
      await claim(1);
      made.advance(1100);
      expect(await store.countOverdue(5000)).toEqual([]);
      made.advance(5000);
      expect(await store.countOverdue(5000)).toEqual([
        { queueName: 'mail', state: 'due', count: 2, longestMs: 6100 },
        { queueName: 'mail', state: 'running', count: 1, longestMs: 5100 },
        { queueName: 'other', state: 'due', count: 1, longestMs: 6100 },
      ]);
    });

    test("a date of deletion that counts from creation counts by the store's clock, not the producer's", async () => {
      const behind = { createdAt: start - 600_000, deleteAt: start - 300_000, deleteAfterMs: 300_000 };
      const ahead = { createdAt: start + 600_000, deleteAt: start + 900_000, deleteAfterMs: 300_000 };
      const [slow, fast, dated] = [aJob(behind), aJob(ahead), aJob({ ...ahead, runAt: start + 890_000 })];
      await store.insert([slow, fast, dated]);
      expect(await store.find(slow.id)).toMatchObject({ deleteAt: new Date(start + 300_000) });
      expect(await store.find(fast.id)).toMatchObject({ deleteAt: new Date(start + 300_000) });
      expect(await store.find(dated.id)).toMatchObject({ deleteAt: new Date(start + 900_000) }); // not before it may run
    });

    test('lists newest first, in pages, without payloads', async () => {
      const jobs = [aJob(), aJob({ kind: 'bill' }), aJob({ queueName: 'other' }), aJob({ delayMs: 1 })];
      await store.insert(jobs);
      const ids = jobs.map(({ id }) => id).reverse();
      const all = await store.list({});
      expect(all.map(({ id }) => id)).toEqual(ids);
      expect(all.some((job) => 'payload' in job || 'record' in job)).toBe(false);
      expect((await store.list({ limit: 2 })).map(({ id }) => id)).toEqual(ids.slice(0, 2));
      expect((await store.list({ limit: 2, before: ids[1] as JobId })).map(({ id }) => id)).toEqual(ids.slice(2));
      expect((await store.list({ kind: 'bill', queueName: 'mail' })).map(({ kind }) => kind)).toEqual(['bill']);
      expect((await store.list({ state: 'scheduled' })).map(({ id }) => id)).toEqual(ids.slice(0, 1));
      expect(await store.count()).toEqual([
        { queueName: 'mail', state: 'ready', count: 2 },
        { queueName: 'mail', state: 'scheduled', count: 1 },
        { queueName: 'other', state: 'ready', count: 1 },
      ]);
      expect(await store.count('other')).toHaveLength(1);
      expect(await store.countByCode('other')).toEqual([
        { queueName: 'other', state: 'ready', errorCode: null, count: 1 },
      ]);
      expect(await store.list({ errorCode: 'handler_failed' })).toEqual([]);
    });

    test('knows which jobs need a key version, by payload or by outcome', async () => {
      const [first, second] = [Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1), Uint8Array.of(2, 2, 2, 2, 2, 2, 2, 2)];
      const record = Uint8Array.of(193);
      await store.insert([aJob({ record, handles: [first] }), aJob({ record, handles: [first, second] }), aJob()]);
      expect(await store.countByKeyHandle(first)).toBe(2);
      expect(await store.countByKeyHandle(second)).toBe(1);
      const outcome: Outcome = { surface: 'result', attempt: 1, clear: null, record, handles: [second] };
      for (const job of await claim()) await settle(job, { outcome });
      expect(await store.countByKeyHandle(second)).toBe(3);
      for (const { id } of await store.list({})) await store.delete(id);
      expect(await store.countByKeyHandle(first)).toBe(0);
      expect(await store.countByKeyHandle(second)).toBe(0);
    });
  });
}
