// Jobs sealed with keys that have versions: the queue beside a key manager.
import { randomBytes } from 'node:crypto';
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager, createMemoryKeyStore, type KeyManager } from '@hammerwork/key-manager';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handle } from '../src/handler.ts';
import type { JobId } from '../src/job-id.ts';
import type { JobQueue } from '../src/job-queue.ts';
import type { Database } from '../src/pg/database.ts';
import { aProtection, type Fixture, openFixture } from './fixture.ts';
import { aPayment, type Payment, payment } from './payment.ts';

let fixture: Fixture;
let keys: KeyManager;
let queue: JobQueue<Database>;
beforeAll(async () => {
  fixture = await openFixture('pglite');
  const kms = await kmsFromUri('env:MASTER_KEY', { env: { MASTER_KEY: randomBytes(32).toString('base64') } });
  keys = createKeyManager({ store: createMemoryKeyStore(), kms, crypto: createCrypto() });
  await keys.generateKey('default');
  queue = fixture.queueWith({ protection: aProtection(keys.keyRing) });
});
afterAll(async () => {
  await fixture.close();
  await keys.close();
});

async function versionOf(jobId: JobId): Promise<number> {
  const row = await fixture.db
    .selectFrom('hammerwork_jobs')
    .select('key_handles')
    .where('id', '=', jobId)
    .executeTakeFirstOrThrow();
  return (await keys.getKey({ handle: row.key_handles[0] })).version;
}

test('predecessor 3.0.0, fault 1, E8: what a rotation makes seals the jobs that follow; older jobs still open', async () => {
  const before = await queue.enqueue(payment, aPayment);
  const second = await keys.rotateKey('default');
  const after = await queue.enqueue(payment, aPayment);
  expect(second.version).toBe(2);
  expect(await versionOf(before)).toBe(1);
  expect(await versionOf(after)).toBe(2);

  const seen: Payment[] = [];
  const handlers = [handle(payment, ({ payload }) => void seen.push(payload) as never)];
  const { worker } = fixture.work({ queue, handlers });
  await worker.whenIdle();
  expect(seen).toEqual([aPayment, aPayment]);
});
