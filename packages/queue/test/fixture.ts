// A queue on a fresh database with real keys and real sealing, and workers that are stopped with it.
import { createCrypto, createDirectKeyRing, type KeyRing } from '@hammerwork/crypto-core';
import { migrate } from '@hammerwork/migrations';
import { createPayloadProtection, type Detector, type PayloadProtection } from '@hammerwork/payload-protection';
import { openTestDatabase, type TestDatabase, type TestDatabaseKind } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { createJobQueue, type JobQueue, type JobQueueOptions } from '../src/job-queue.ts';
import type { Database } from '../src/pg/database.ts';
import { createPgJobStore } from '../src/pg/store.ts';
import { Worker } from '../src/worker.ts';
import type { WorkerEvent, WorkerOptions } from '../src/worker-options.ts';

const crypto = createCrypto();

/** A ring over a random key, or over the given one. */
export function aKeyRing(key: Uint8Array = crypto.randomBytes(32)): KeyRing {
  return createDirectKeyRing({ crypto, key: key.slice(), algorithm: 'aes-256-gcm' });
}

export function aProtection(keyRing: KeyRing = aKeyRing(), detector?: Detector): PayloadProtection {
  return createPayloadProtection({ crypto, keyRing, ...(detector && { detector }) });
}

export interface Fixture {
  readonly database: TestDatabase;
  readonly db: Database;
  readonly queue: JobQueue<Database>;
  /** A queue on the same database with other options. */
  queueWith(options: Partial<JobQueueOptions<Database>>): JobQueue<Database>;
  /** The store's clock, which stands still. */
  now(): number;
  advance(ms: number): void;
  /** A started worker that looks for jobs when it is woken. */
  work(options: Partial<WorkerOptions> & Pick<WorkerOptions, 'handlers'>): WatchedWorker;
  /** Every row of every table as text, bytes both as hex and as the text they hold. */
  dump(): Promise<string>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface WatchedWorker {
  readonly worker: Worker;
  readonly events: WorkerEvent[];
  /** Resolves with the first event, past or to come, that `matches`. */
  event<T extends WorkerEvent['type']>(
    type: T,
    matches?: (event: Extract<WorkerEvent, { type: T }>) => boolean,
  ): Promise<Extract<WorkerEvent, { type: T }>>;
}

export async function openFixture(kind: TestDatabaseKind): Promise<Fixture> {
  const database = await openTestDatabase(kind);
  const db = database.db;
  await migrate(db);
  const start = Date.now();
  let now = start;
  const clock = () => now;
  const store = createPgJobStore(db, { clock });
  const protection = aProtection();
  const workers = new Set<Worker>();
  const queue = createJobQueue({ store, protection, clock });
  const stopWorkers = async () => {
    await Promise.all([...workers].map((worker) => worker.stop({ drainMs: 0, abortMs: 1000 })));
    workers.clear();
  };
  return {
    database,
    db,
    queue,
    queueWith: (options) => createJobQueue({ store, protection, clock, ...options }),
    now: clock,
    advance: (ms) => {
      now += ms;
    },
    work: (options) => {
      const watched = watch({ queue, ...options });
      workers.add(watched.worker);
      watched.worker.start();
      return watched;
    },
    dump: () => dump(db),
    clear: async () => {
      await stopWorkers();
      await sql`delete from hammerwork_jobs`.execute(db);
      now = start;
    },
    close: async () => {
      await stopWorkers();
      await database.close();
    },
  };
}

/** A worker whose events can be waited for. */
export function watch(options: WorkerOptions): WatchedWorker {
  const events: WorkerEvent[] = [];
  const listeners = new Set<() => void>();
  const worker = new Worker({
    pollMs: 60_000,
    outageBackoff: { initialMs: 1, maxMs: 20 },
    random: () => 0.5,
    ...options,
    onEvent: (event) => {
      events.push(event);
      for (const listener of listeners) listener();
      return options.onEvent?.(event);
    },
  });
  return {
    worker,
    events,
    event: (type, matches = () => true) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.find((event) => event.type === type && matches(event as never));
          if (!found) return;
          listeners.delete(look);
          resolve(found as never);
        };
        listeners.add(look);
        look();
      }),
  };
}

async function dump(db: Database): Promise<string> {
  const tables = ['hammerwork_jobs', 'hammerwork_job_states', 'hammerwork_job_outcomes'];
  const texts = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await sql<{ row: string }>`select to_jsonb(t)::text as row from ${sql.table(table)} t`.execute(
        db,
      );
      return rows.map(({ row }) => row).join('\n');
    }),
  );
  const text = texts.join('\n');
  const hex = [...text.matchAll(/\\\\x([0-9a-f]+)/g)].map(([, digits]) => Buffer.from(digits as string, 'hex'));
  return `${text}\n${hex.map((bytes) => bytes.toString('latin1')).join('\n')}`;
}
