// Deletes jobs whose date has come, in small chunks, oldest first. Each chunk is one transaction that skips rows others
// hold, so sweepers run side by side and never block a claim.
import type { Kysely } from 'kysely';
import { observer } from './observer.ts';
import { databaseError } from './pg/database-error.ts';
import { type DeletedJob, deleteDueJobs } from './pg/delete-due-jobs.ts';

// biome-ignore lint/suspicious/noExplicitAny: the caller's database may have tables of its own
export type Database = Kysely<any>;

/** What went in one chunk, when and why. Holds no personal data. */
export interface DeletionReceipt {
  readonly deletedAt: Date;
  readonly jobs: readonly DeletedJob[];
}

export interface SweepResult {
  readonly deleted: number;
  readonly chunks: number;
  /** Deleted jobs by the type of their policy. */
  readonly byPolicy: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
}

export interface SweeperOptions {
  readonly db: Database;
  /** Epoch milliseconds. Default: the database's clock. */
  readonly clock?: () => number;
  /** Jobs per transaction, 1 to 10,000. Default 1000. */
  readonly chunkSize?: number;
  /** Time between the end of a sweep and the next one after `start`, at most 24.8 days. Default 60,000. */
  readonly intervalMs?: number;
  /** Called inside the transaction of each chunk; when it fails, the chunk is not deleted. */
  readonly auditSink?: (receipt: DeletionReceipt, transaction: Database) => Promise<void> | void;
  /**
   * Told of sweeps that `start` ran: the result, or the error after which the next sweep tries again. Where it fails, a
   * warning of the process says so, once.
   */
  readonly onSweep?: (result: SweepResult | Error) => void;
}

export interface Sweeper {
  /** Deletes all that is due now. Errors: `database_unavailable`, `database_refused`, those of `auditSink`. */
  runOnce(): Promise<SweepResult>;
  /** Sweeps now and then again and again. */
  start(): void;
  /** Ends after the chunk at hand. */
  stop(): Promise<void>;
}

interface Chunk {
  readonly jobs: readonly DeletedJob[];
  /** More may be due. */
  readonly full: boolean;
}

const optionNames = ['db', 'clock', 'chunkSize', 'intervalMs', 'auditSink', 'onSweep'];

/** A misspelt `auditSink` must not mean that deletions leave no receipt. */
function requireKnown(options: object): void {
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`A sweeper has no option ${JSON.stringify(unknown)}; it has ${optionNames.join(', ')}.`);
}

/** A timer of the machine with a longer time goes off at once. */
const maxIntervalMs = 2 ** 31 - 1;

export function createSweeper(options: SweeperOptions): Sweeper {
  const { db, clock, chunkSize = 1000, intervalMs = 60_000, auditSink } = options;
  requireKnown(options);
  if (!Number.isInteger(chunkSize) || chunkSize < 1 || chunkSize > 10_000)
    throw new RangeError(`chunkSize must be an integer from 1 to 10,000; got ${chunkSize}.`);
  if (!(intervalMs >= 1 && intervalMs <= maxIntervalMs))
    throw new RangeError(`intervalMs must be from 1 to ${maxIntervalMs} (24.8 days); got ${intervalMs}.`);
  const tell = observer('onSweep', options.onSweep);
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> | undefined;

  async function deleteChunk(): Promise<Chunk> {
    let auditFailed = false;
    try {
      return await db.transaction().execute(async (transaction) => {
        const { due, ...receipt } = await deleteDueJobs(transaction, { now: clock?.(), limit: chunkSize });
        auditFailed = true;
        if (receipt.jobs.length > 0) await auditSink?.(receipt, transaction);
        auditFailed = false;
        return { jobs: receipt.jobs, full: due === chunkSize };
      });
    } catch (error) {
      throw auditFailed ? error : databaseError(error);
    }
  }

  async function runOnce(): Promise<SweepResult> {
    const startedAt = performance.now();
    const byPolicy: Record<string, number> = {};
    let [deleted, chunks] = [0, 0];
    for (let more = true; more && !stopping; ) {
      const { jobs, full } = await deleteChunk();
      if (jobs.length > 0) chunks += 1;
      deleted += jobs.length;
      for (const { policy } of jobs) byPolicy[policy] = (byPolicy[policy] ?? 0) + 1;
      more = full;
    }
    return { deleted, chunks, byPolicy, elapsedMs: performance.now() - startedAt };
  }

  async function sweep(): Promise<void> {
    const result = await runOnce().catch((error: unknown) =>
      error instanceof Error ? error : new Error('The audit sink failed.', { cause: error }),
    );
    tell(result);
    if (!stopping) timer = setTimeout(begin, intervalMs).unref();
  }

  function begin(): void {
    current = sweep();
  }

  return {
    runOnce,
    start: () => {
      if (current) throw new TypeError('This sweeper runs already.');
      begin();
    },
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      await current;
      stopping = false;
      current = undefined;
    },
  };
}
