// A move from one key management service to another with many jobs in the table: calls to either, job rows written.
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager, migrating } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { migrate } from '@hammerwork/migrations';
import { createPayloadProtection } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore, handle, Worker } from '@hammerwork/queue';
import { openTestDatabase, type PostgresServer, type TestDatabase } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { hotKey, paymentUnder, plantedCard } from '../outage/jobs.ts';
import { createServiceProvider, startKmsService } from '../outage/kms-service.ts';

export interface Move {
  readonly jobs: number;
  readonly versions: number;
  readonly seconds: number;
  /** Of the old service, by the process that moves, once its key store is open. */
  readonly unwraps: number;
  /** By the new service, for key versions. */
  readonly wraps: number;
  /** By the new service, for the store's own key; the old one unwrapped it when the store was opened. */
  readonly storeKeyWraps: number;
  readonly jobRowsWritten: number;
  /** Sealed jobs worked afterwards under the new service alone, with the old one gone. */
  readonly workedAfter: number;
}

/** Real jobs per version, among all the others. */
const sealedPerVersion = 2;

export async function measureMove(jobs: number, versions: number, server?: PostgresServer): Promise<Move> {
  const database = await openTestDatabase('postgres', server);
  const [from, to] = [await startKmsService(), await startKmsService()];
  const crypto = createCrypto();
  const store = createPgKeyStore(database.db);
  const [old, next] = [createServiceProvider(from.url), createServiceProvider(to.url)];
  await migrate(database.db);
  const manager = createKeyManager({ store, kms: old, crypto });
  await manager.generateKey(hotKey);
  const type = paymentUnder(hotKey);
  const queueOver = (keyRing: typeof manager.keyRing) =>
    createJobQueue({ store: createPgJobStore(database.db), protection: createPayloadProtection({ crypto, keyRing }) });
  for (let version = 1; version <= versions; version++) {
    if (version > 1) await manager.rotateKey(hotKey);
    const payloads = Array.from({ length: sealedPerVersion }, (_, amount) => ({ card: plantedCard, amount }));
    await queueOver(manager.keyRing).enqueueMany(type, payloads);
  }
  await fill(database, jobs - versions * sealedPerVersion);
  await manager.close();

  const mover = createKeyManager({ store, kms: migrating({ from: old, to: next }), crypto });
  await mover.open();
  const unwrapsBefore = from.calls.unwraps;
  const rowsBefore = await rowVersions(database);
  const started = performance.now();
  const report = await mover.rewrapKeys();
  const seconds = (performance.now() - started) / 1000;
  const jobRowsWritten = (await rowVersions(database)) === rowsBefore ? 0 : Number.NaN;
  if (report.rewrapped !== versions) throw new Error(`${report.rewrapped} of ${versions} versions were rewrapped`);
  const storeKeyWraps = report.storeKey === 'rewrapped' ? 1 : 0;
  const unwraps = from.calls.unwraps - unwrapsBefore;
  await mover.close();
  await from.stop();

  const moved = createKeyManager({ store, kms: next, crypto });
  let workedAfter = 0;
  const queue = queueOver(moved.keyRing);
  const handlers = [handle(type, ({ payload }) => ({ receipt: payload.card }))];
  const onEvent = (event: { type: string; state?: string }) => {
    if (event.type === 'settled' && event.state === 'completed') workedAfter++;
  };
  const wraps = to.calls.wraps - storeKeyWraps;
  const worker = new Worker({ queue, handlers, onEvent });
  worker.start();
  await worker.whenIdle();
  await worker.stop();
  await moved.close();
  await to.stop();
  await database.close();
  return { jobs, versions, seconds, unwraps, wraps, storeKeyWraps, jobRowsWritten, workedAfter };
}

/** Jobs as sealed ones look, spread over the versions; never to be worked. */
async function fill({ db }: TestDatabase, count: number): Promise<void> {
  const atOnce = 50_000;
  for (let made = 0; made < count; made += atOnce) {
    const rows = Math.min(atOnce, count - made);
    await sql`
      with handles as (
        select array_agg(handle order by version) as all_handles, count(*)::int as n from hammerwork_encryption_keys
      ),
      inserted as (
        insert into hammerwork_jobs (id, queue_name, kind, payload, is_encrypted, encrypted_payload, pii_fields,
          key_handles, created_at)
        select gen_random_uuid(), 'full', 'payment', '{"card": null, "amount": 1}', true, decode(repeat('c1', 120), 'hex'),
          '{/card}', array[all_handles[1 + i % n]], now()
        from handles, generate_series(1, ${rows}::int) as i
        returning id, queue_name
      )
      insert into hammerwork_job_states (job_id, queue_name, state, priority, run_at, max_attempts)
      select id, queue_name, 'scheduled', 0, now() + interval '1 year', 3 from inserted`.execute(db);
  }
}

/** A digest of which row versions there are: any write, also one that changes nothing, changes it. */
async function rowVersions({ db }: TestDatabase): Promise<string> {
  const digests = await Promise.all(
    ['hammerwork_jobs', 'hammerwork_job_states', 'hammerwork_job_outcomes'].map(async (table) => {
      const { rows } = await sql<{ digest: string }>`
        select count(*) || ':' || coalesce(sum(hashtextextended(xmin::text || ctid::text || xmax::text, 0)), 0) as digest
        from ${sql.table(table)}`.execute(db);
      return rows[0]!.digest;
    }),
  );
  return digests.join(' ');
}
