// The key management service goes away under load and comes back: what becomes of the jobs, and of keys in memory.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createCrypto, isCodedError } from '@hammerwork/crypto-core';
import { createKeyManager, type KeyManager } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { migrate } from '@hammerwork/migrations';
import { createPayloadProtection } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore, type JobQueue } from '@hammerwork/queue';
import { openTestDatabase, type PostgresServer, type TestDatabase } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { coldKeys, hotKey, paymentUnder, plantedCard, strangeKey } from './jobs.ts';
import { type Absence, createServiceProvider, type KmsService, startKmsService } from './kms-service.ts';

export interface Size {
  readonly absence: Absence;
  readonly outageMs: number;
  /** Before and after the outage, to compare with. */
  readonly calmMs: number;
  readonly workers: number;
  readonly hotJobsPerSecond: number;
  /** Waiting from the start of the outage on, for keys that no worker has. */
  readonly coldJobs: number;
}

export interface Outage extends Size {
  readonly jobs: number;
  readonly completed: number;
  /** Dead, parked, quarantined or cancelled. */
  readonly failed: number;
  /** Completed in another attempt than the first. */
  readonly lostAttempts: number;
  /** Jobs worked while the service was away. */
  readonly workedMeanwhile: number;
  /** Enqueueing under a key that this process does not have, while the service was away. */
  readonly refusedEnqueue: string;
  /** Rows in which the planted value was found. */
  readonly inClear: number;
  /** From the service's return until the first, and until the last waiting job was worked. */
  readonly firstRecoveryMs: number;
  readonly lastRecoveryMs: number;
  /** 99th percentile of lending a key that is in memory, microseconds. */
  readonly cachedOpenP99Us: Readonly<Record<'before' | 'during' | 'after', number>>;
  readonly cachedOpens: number;
}

interface WorkerMessage {
  type: string;
  kind?: string;
  state?: string;
  at?: number;
  opens?: number[];
}

export async function measureOutage(size: Size, server?: PostgresServer): Promise<Outage> {
  const database = await openTestDatabase('postgres', server);
  const service = await startKmsService();
  const parts = await produce(database, service);
  const workers = await Promise.all(
    Array.from({ length: size.workers }, () => startWorker(database.url!, service.url)),
  );
  try {
    return await run(size, { ...parts, database, service, workers });
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await parts.manager.close();
    await service.stop();
    await database.close();
  }
}

interface Parts {
  database: TestDatabase;
  service: KmsService;
  manager: KeyManager;
  queue: JobQueue<never>;
  workers: readonly WorkerProcess[];
}

async function produce(database: TestDatabase, service: KmsService): Promise<Pick<Parts, 'manager' | 'queue'>> {
  await migrate(database.db);
  const crypto = createCrypto();
  const store = createPgKeyStore(database.db);
  const kms = createServiceProvider(service.url);
  const manager = createKeyManager({ store, kms, crypto });
  manager.start();
  for (const keyId of [hotKey, ...coldKeys, strangeKey]) await manager.generateKey(keyId);
  for (const keyId of [hotKey, ...coldKeys]) await manager.keyRing.withSealingKey(keyId, () => undefined);
  const protection = createPayloadProtection({ crypto, keyRing: manager.keyRing });
  const queue = createJobQueue({ store: createPgJobStore(database.db), protection }) as unknown as JobQueue<never>;
  return { manager, queue };
}

async function run(size: Size, parts: Parts): Promise<Outage> {
  const { database, service, queue, workers } = parts;
  const { absence, outageMs, calmMs, coldJobs } = size;
  const load = startLoad(queue, size.hotJobsPerSecond);
  await pause(calmMs);
  const before = await openTimes(workers);
  await service.leave(absence);
  const awayAt = Date.now();
  for (let i = 0; i < coldJobs; i++) {
    await queue.enqueue(paymentUnder(coldKeys[i % coldKeys.length]!), { card: plantedCard, amount: i });
  }
  const refusedEnqueue = await codeOf(queue.enqueue(paymentUnder(strangeKey), { card: plantedCard, amount: 0 }));
  await pause(outageMs - (Date.now() - awayAt));
  const during = await openTimes(workers);
  await service.comeBack();
  const backAt = Date.now();
  const cold = () => workers.flatMap(({ completed }) => completed).filter(({ kind }) => kind !== hotKey);
  if (cold().some(({ at }) => at < backAt)) throw new Error('A job was opened without its key');
  while (cold().length < coldJobs) await pause(10);
  const coldAt = cold().map(({ at }) => at);
  await pause(calmMs);
  const after = await openTimes(workers);
  const jobs = (await load.stop()) + coldJobs;
  while (workers.flatMap(({ completed }) => completed).length < jobs) await pause(10);
  const hotAt = workers.flatMap(({ completed }) => completed).filter(({ kind }) => kind === hotKey);
  return {
    ...size,
    jobs,
    ...(await statesIn(database)),
    workedMeanwhile: hotAt.filter(({ at }) => at > awayAt && at < backAt).length,
    refusedEnqueue,
    inClear: await rowsWith(database, plantedCard),
    firstRecoveryMs: Math.min(...coldAt) - backAt,
    lastRecoveryMs: Math.max(...coldAt) - backAt,
    cachedOpenP99Us: { before: p99(before), during: p99(during), after: p99(after) },
    cachedOpens: before.length + during.length + after.length,
  };
}

/** Enqueues jobs whose key is in memory, evenly. */
function startLoad(queue: JobQueue<never>, perSecond: number): { stop(): Promise<number> } {
  const type = paymentUnder(hotKey);
  let stopped = false;
  const running = (async () => {
    const started = performance.now();
    let enqueued = 0;
    while (!stopped) {
      const due = Math.floor(((performance.now() - started) / 1000) * perSecond);
      for (; enqueued < due; enqueued++) await queue.enqueue(type, { card: plantedCard, amount: enqueued });
      await pause(10);
    }
    return enqueued;
  })();
  return {
    stop() {
      stopped = true;
      return running;
    },
  };
}

interface WorkerProcess {
  readonly completed: readonly { kind: string; at: number }[];
  /** How long lending took since the last call. */
  openTimes(): Promise<number[]>;
  stop(): Promise<void>;
}

async function startWorker(url: string, kmsUrl: string): Promise<WorkerProcess> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'worker-process.ts'), [url, kmsUrl], {
    execArgv: ['--conditions=@hammerwork/source'],
  });
  const completed: { kind: string; at: number }[] = [];
  const awaited = new Map<string, (message: WorkerMessage) => void>();
  child.on('message', (message: WorkerMessage) => {
    const { type, kind, state, at } = message;
    if (type === 'settled' && state === 'completed') completed.push({ kind: kind!, at: at! });
    awaited.get(type)?.(message);
  });
  const next = (type: string) => new Promise<WorkerMessage>((resolve) => awaited.set(type, resolve));
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('A worker process ended')));
  ended.catch(() => {});
  await Promise.race([next('ready'), ended]);
  return {
    completed,
    async openTimes() {
      child.send('report');
      return (await Promise.race([next('opens'), ended])).opens!;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.send('stop');
      await exited;
    },
  };
}

async function openTimes(workers: readonly WorkerProcess[]): Promise<number[]> {
  return (await Promise.all(workers.map((worker) => worker.openTimes()))).flat();
}

async function statesIn({ db }: TestDatabase): Promise<Pick<Outage, 'completed' | 'failed' | 'lostAttempts'>> {
  const { rows } = await sql<{ completed: number; failed: number; lost: number }>`
    select count(*) filter (where state = 'completed')::int as completed,
      count(*) filter (where state not in ('completed', 'scheduled', 'ready', 'running'))::int as failed,
      count(*) filter (where state = 'completed' and attempt <> 1)::int as lost
    from hammerwork_job_states`.execute(db);
  const { completed, failed, lost } = rows[0]!;
  return { completed, failed, lostAttempts: lost };
}

async function rowsWith({ db }: TestDatabase, planted: string): Promise<number> {
  let found = 0;
  const hex = Buffer.from(planted).toString('hex');
  for (const table of ['hammerwork_jobs', 'hammerwork_job_states', 'hammerwork_job_outcomes']) {
    const { rows } = await sql<{ found: number }>`
      select count(*)::int as found from ${sql.table(table)} t
      where t::text like ${`%${planted}%`} or t::text like ${`%${hex}%`}`.execute(db);
    found += rows[0]!.found;
  }
  return found;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'no error';
  } catch (error) {
    return isCodedError(error) ? error.code : String(error);
  }
}

function p99(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
