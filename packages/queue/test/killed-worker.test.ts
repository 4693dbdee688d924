// A worker process is killed in the middle of a job: another takes the job back when the lease is over.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { migrate } from '@hammerwork/migrations';
import { openTestDatabase } from '@hammerwork/test-kit';
import { expect, test } from 'vitest';
import { handle } from '../src/handler.ts';
import { createJobQueue } from '../src/job-queue.ts';
import { createPgJobStore } from '../src/pg/store.ts';
import { aKeyRing, aProtection, watch } from './fixture.ts';
import { aPayment, type Payment, payment } from './payment.ts';

test('predecessor 2.8: the job of a killed worker is worked by another', async () => {
  const database = await openTestDatabase('postgres');
  await migrate(database.db);
  const key = crypto.getRandomValues(new Uint8Array(32));
  const queue = createJobQueue({ store: createPgJobStore(database.db), protection: aProtection(aKeyRing(key)) });
  const id = await queue.enqueue(payment, aPayment);

  const script = join(import.meta.dirname, 'doomed-worker.ts');
  const secret = Buffer.from(key).toString('base64');
  const doomed = spawn(process.execPath, ['--conditions=@hammerwork/source', script, database.url as string, secret], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(doomed.stdout, 'data');
  expect(String(said)).toBe('user-77\n');
  const exited = once(doomed, 'exit');
  doomed.kill('SIGKILL');
  await exited;
  expect(await queue.getJob(id)).toMatchObject({ state: 'running', attempt: 1 });

  const seen: Payment[] = [];
  const { worker, event } = watch({
    queue,
    leaseMs: 1500,
    handlers: [handle(payment, ({ payload }) => void seen.push(payload) as never)],
  });
  worker.start();
  expect(await event('reclaimed')).toMatchObject({ count: 1 });
  expect(await event('settled')).toMatchObject({ jobId: id, state: 'completed', attempt: 2 });
  expect(seen).toEqual([aPayment]);
  await worker.stop();
  await database.close();
});
