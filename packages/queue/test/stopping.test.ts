// The end of workers and pools: what they refuse, and that nothing runs on that nobody stops.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { handle } from '../src/handler.ts';
import { WorkerPool } from '../src/worker-pool.ts';
import { type Fixture, openFixture, watch } from './fixture.ts';
import { plain } from './payment.ts';

describe('stopping', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture('pglite');
  });
  afterEach(() => fixture.clear());
  afterAll(() => fixture.close());

  const aWorker = () => watch({ queue: fixture.queue, handlers: [handle(plain, ({ payload }) => payload.n)] }).worker;
  const refused = expect.objectContaining({ code: 'already_stopped', kind: 'input' });
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

  test('an option that is none, or a time that no timer holds, is refused, and the worker works on', async () => {
    const worker = aWorker();
    const pool = new WorkerPool().addWorker(worker);
    pool.start();
    for (const target of [worker, pool]) {
      await expect(target.stop({ drainms: 5 } as never)).rejects.toThrow(
        'no option "drainms"; it has drainMs, abortMs',
      );
      for (const options of [{ drainMs: Number.POSITIVE_INFINITY }, { abortMs: -1 }, { drainMs: Number.NaN }])
        await expect(target.stop(options)).rejects.toThrow(RangeError);
    }
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    await worker.whenIdle();
    expect(await fixture.queue.getJob(id)).toMatchObject({ state: 'completed' });
    await pool.stop({ drainMs: 0, abortMs: 0 });
  });

  test('a pool that stops or has stopped takes no worker and does not start again', async () => {
    const pool = new WorkerPool().addWorker(aWorker());
    pool.start();
    const [late, later] = [aWorker(), aWorker()];
    const stopped = pool.stop();
    expect(() => pool.addWorker(late)).toThrow(refused);
    await stopped;
    expect(() => pool.addWorker(later)).toThrow(refused);
    expect(() => pool.start()).toThrow(refused);
    expect(pool.workers).toHaveLength(1);
    const id = await fixture.queue.enqueue(plain, { n: 1 });
    expect(await fixture.queue.getJob(id)).toMatchObject({ state: 'ready', attempt: 0 });
  });

  test('a worker that was stopped does not start: its heartbeat would keep the process for ever', async () => {
    const before = timers();
    const worker = aWorker();
    await worker.stop();
    expect(() => worker.start()).toThrow(refused);
    expect(timers()).toBe(before);
  });
});
