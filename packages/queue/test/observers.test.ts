// Callbacks that are only told something: where one fails, nothing else does.
import { definePolicy } from '@hammerwork/payload-protection';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { handle } from '../src/handler.ts';
import { defineJobType } from '../src/job-type.ts';
import { aKeyRing, aProtection, type Fixture, openFixture } from './fixture.ts';
import { aPayment, payment, plain } from './payment.ts';

const detector = {
  detect: () => ({ findings: [{ pointer: '/note', kind: 'phone' }], unscannable: [] }),
  detectText: () => ({ findings: [], unscannable: [] }),
};
const secret = 'text of the error, which may quote anything';

describe('observers', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture('pglite');
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await fixture.clear();
  });
  afterAll(() => fixture.close());

  /** What the process warns of, instead of printing it. */
  function warnings(): string[] {
    const told: string[] = [];
    vi.spyOn(process, 'emitWarning').mockImplementation((text) => void told.push(String(text)));
    return told;
  }

  const failures = {
    'that throws': () => {
      throw new TypeError(secret);
    },
    'whose promise rejects': async () => {
      throw new TypeError(secret);
    },
  };

  test.each(Object.entries(failures))('an onReport %s fails no enqueueing, and is told of once', async (_, fails) => {
    const told = warnings();
    const reporting = defineJobType<unknown>({ kind: 'memo', policy: definePolicy({ autoDetect: 'report' }) });
    const protection = aProtection(aKeyRing(), detector);
    const queue = fixture.queueWith({ protection, onReport: fails });
    const memo = { note: 'call me' };
    const ids = [await queue.enqueue(reporting, memo), ...(await queue.enqueueMany(reporting, [memo, memo]))];
    for (const id of ids) expect(await queue.getJob(id)).toMatchObject({ state: 'ready' });
    expect(told).toEqual([expect.stringContaining('onReport failed (TypeError)')]);
    expect(told[0]).not.toContain(secret);
  });

  test('of an error that no package of ours made only its lack of a code is told: its text may quote anything', async () => {
    const claim = () => Promise.reject(Object.assign(new Error(secret), { code: 'XX000' }));
    const queue = fixture.queueWith({ store: { ...fixture.queue.store, claim } });
    const failed = await fixture.work({ queue, handlers: [handle(plain, () => 1)] }).event('store_failed');
    expect(failed).toEqual({ type: 'store_failed', during: 'claim', errorCode: 'unexpected' });
  });

  test.each(Object.entries(failures))('an onEvent %s fails no job, and is told of once', async (_, fails) => {
    const told = warnings();
    const ids = await fixture.queue.enqueueMany(plain, [{ n: 1 }, { n: 2 }]);
    const { worker } = fixture.work({ handlers: [handle(plain, ({ payload }) => payload.n)], onEvent: fails });
    await worker.whenIdle();
    await worker.stop();
    for (const id of ids) expect(await fixture.queue.getJob(id)).toMatchObject({ state: 'completed' });
    expect(told).toEqual([expect.stringContaining('onEvent failed (TypeError)')]);
  });

  test('a listener of onEnqueued that throws does not make a stored job look as if it was not', async () => {
    const told = warnings();
    const stop = fixture.queue.onEnqueued('default', failures['that throws']);
    const heard: string[] = [];
    const stopOther = fixture.queue.onEnqueued('default', () => void heard.push('heard'));
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    stop();
    await fixture.queue.enqueue(plain, { n: 2 });
    stopOther();
    await fixture.queue.enqueue(plain, { n: 3 });
    expect(await fixture.queue.getJob(id)).toMatchObject({ state: 'ready' });
    expect(heard).toEqual(['heard', 'heard']);
    expect(told).toHaveLength(1);
  });

  test('a key ring whose prefetch throws takes no claimed job along', async () => {
    const queue = fixture.queueWith({ keyRing: { prefetch: failures['that throws'] } });
    const id = await queue.enqueue(payment, aPayment);
    const { worker, events } = fixture.work({ queue, handlers: [handle(payment, () => ({ receipt: 'r' }))] });
    await worker.whenIdle();
    await worker.stop();
    expect(events.map(({ type }) => type)).toEqual(['settled']);
    expect(await queue.getJob(id)).toMatchObject({ state: 'completed', attempt: 1 });
  });
});
