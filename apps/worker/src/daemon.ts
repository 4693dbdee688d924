// The daemon: a pool with one worker per queue, the key manager's upkeep and the retention sweeper, from start to stop.
import { createCrypto } from '@hammerwork/crypto-core';
import type { Database, Listen } from '@hammerwork/database';
import { createKeyManager, type KeyManager, type KeyManagerOptions, type KmsProvider } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { type KmsAttempt, kmsFromUri } from '@hammerwork/kms-providers';
import { migrationStatus } from '@hammerwork/migrations';
import { createPayloadProtection } from '@hammerwork/payload-protection';
import {
  createJobQueue,
  createPgJobStore,
  type Handler,
  type JobQueue,
  type StopReport,
  Worker,
  WorkerPool,
} from '@hammerwork/queue';
import { createSweeper, planDeletion } from '@hammerwork/retention';
import type { Logger } from 'pino';
import { WorkerError } from './errors.ts';
import { createReport } from './report.ts';

export interface DaemonOptions {
  readonly db: Database;
  readonly handlers: readonly Handler[];
  /** URI of the master key, e.g. `env:HAMMERWORK_MASTER_KEY`. */
  readonly masterKey: string;
  /** Refuses handlers of job types without a policy. Default false. */
  readonly requirePolicy?: boolean;
  /** Jobs at once, for each queue. */
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly drainMs: number;
  readonly log: Logger;
  /** Notices of changed keys; without them changes are learnt of by polling, within 5 seconds. */
  readonly listen?: Listen | undefined;
  readonly keys?: KeyUpkeep;
}

/** What the daemon does to keys besides using them. */
export type KeyUpkeep = Pick<
  KeyManagerOptions,
  'rotationIntervalDays' | 'maxVersions' | 'openAudit' | 'checkpoints'
> & {
  /** How often due keys are rotated and due destructions done; several processes may do it at once. Default 60 s. */
  readonly automaticRotationMs?: number | undefined;
  /** False where another process does it. Default true. */
  readonly rotate?: boolean;
};

export interface Daemon {
  /** Ends gracefully: no new claims, running jobs get `drainMs`, keys are wiped. */
  stop(): Promise<StopReport>;
}

/**
 * Starts everything. Errors: `schema_missing`, `handlers_malformed`, `policy_missing`, those of the schema, of the master
 * key and of the key store; then nothing runs.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { db, log } = options;
  const status = await migrationStatus(db);
  const missing = status.filter(({ appliedAt }) => appliedAt === null);
  if (missing.length === status.length)
    throw new WorkerError('schema_missing', 'The database has none of the tables. Run `hammerwork migrate`.');
  if (missing.length > 0)
    log.warn({ missing: missing.map(({ name }) => name) }, 'migrations are missing: run hammerwork migrate');

  const crypto = createCrypto();
  const store = createPgJobStore(db);
  const kms = await openKms(options);
  const keys = await openKeys(options, { crypto, kms, countReferences: store.countByKeyHandle }).catch(
    async (error) => {
      await kms.close?.();
      throw error;
    },
  );

  const protection = createPayloadProtection({ crypto, keyRing: keys.keyRing });
  const { requirePolicy = false } = options;
  const parts = { store, protection, requirePolicy, keyRing: keys.keyRing, retention: { planDeletion } };
  const closeKeys = async () => {
    await keys.close();
    await kms.close?.();
  };
  const pool = await createPool(createJobQueue(parts), options).catch(async (error) => {
    await closeKeys();
    throw error;
  });
  const sweeper = createSweeper({
    db,
    onSweep: (result) =>
      result instanceof Error ? log.error({ code: codeOf(result) }, 'sweep') : log.info(result, 'sweep'),
  });
  pool.start();
  sweeper.start();
  log.info({ queues: pool.workers.length, engine: crypto.engine }, 'ready');

  return {
    stop: async () => {
      const [stopped] = await Promise.all([pool.stop({ drainMs: options.drainMs }), sweeper.stop()]);
      await closeKeys();
      return stopped;
    },
  };
}

/** Errors: `handlers_malformed`, `policy_missing`. */
async function createPool(queue: JobQueue<Database>, options: DaemonOptions): Promise<WorkerPool> {
  const { handlers, concurrency, leaseMs, log } = options;
  const pool = new WorkerPool();
  try {
    for (const [queueName, own] of Map.groupBy(handlers, ({ type }) => type.queueName)) {
      const onEvent = createReport(log, queueName);
      pool.addWorker(new Worker({ queue, queueName, handlers: own, concurrency, leaseMs, onEvent }));
    }
  } catch (cause) {
    // what the queue says of handlers it cannot take, which would else be an error that nobody handles, without its text
    if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw new WorkerError('handlers_malformed', cause.message, { cause });
  }
  return pool;
}

/** Each call that a key service did not answer well is in the log. */
function openKms({ masterKey, log }: DaemonOptions): Promise<KmsProvider> {
  const onAttempt = (attempt: KmsAttempt) => (attempt.code ? log.warn(attempt, 'kms') : log.debug(attempt, 'kms'));
  return kmsFromUri(masterKey, { policy: { onAttempt }, warn: (message) => log.warn(message) });
}

/** Started: it follows changes, rotates what is due and ends what nobody undid. */
async function openKeys(
  { db, log, listen, keys: upkeep = {} }: DaemonOptions,
  parts: Pick<KeyManagerOptions, 'crypto' | 'kms' | 'countReferences'>,
): Promise<KeyManager> {
  const { rotate = true, automaticRotationMs = 60_000, ...options } = upkeep;
  const manager = createKeyManager({
    ...parts,
    ...options,
    store: createPgKeyStore(db, listen ? { listen } : {}),
    actor: 'worker',
    onWarning: (warning) => log.warn(warning, 'keys'),
    ...(rotate ? { automaticRotationMs } : {}),
  });
  await manager.open();
  manager.start();
  return manager;
}

/** An error's code and nothing else: its text may come from a driver. */
function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
