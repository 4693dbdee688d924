// What producers and operators call.
import { getRandomValues } from 'node:crypto';
import type { KeyRing } from '@hammerwork/crypto-core';
import { assertKnown } from '@hammerwork/crypto-core/known-options';
import { observer } from '@hammerwork/crypto-core/observer';
import type { JsonValue, PayloadProtection } from '@hammerwork/payload-protection';
import { createEnqueue, type Enqueue } from './enqueue.ts';
import { QueueError } from './errors.ts';
import { createJobCodec, type DetectionReport, type JobCodec } from './job-codec.ts';
import { createJobIds, parseJobId } from './job-id.ts';
import type { JobState, OutcomeSurface } from './job-state.ts';
import type { JobType } from './job-type.ts';
import type { Retention } from './retention.ts';
import type { CodeCount, JobFilter, JobStore, JobSummary, StateCount, StoredJob } from './store.ts';

export interface JobQueueOptions<Connection> {
  readonly store: JobStore<Connection>;
  /** Seals and opens. Needed by job types with a policy; the others never touch it. */
  readonly protection?: PayloadProtection;
  /** Refuses job types whose policy is `'none'`, here and in workers of this queue: `policy_missing`. Default false. */
  readonly requirePolicy?: boolean;
  /** The key ring of `protection`: the keys of a claimed batch are then loaded in one go. */
  readonly keyRing?: Pick<KeyRing, 'prefetch'>;
  /** Needed by job types with a retention policy. */
  readonly retention?: Retention;
  /** Cleans error texts of job types without a policy. Without it only the error's name is stored for them. */
  readonly scrub?: (text: string) => string;
  /**
   * Told at each enqueueing under `autoDetect: 'report'` what was found and left in clear. Holds no values. Where it
   * fails, a warning of the process says so, once; the job is stored.
   */
  readonly onReport?: (report: DetectionReport) => void;
  /** Epoch milliseconds, for ids and dates of creation. Default `Date.now`. */
  readonly clock?: () => number;
}

/** A job as the row shows it: sealed values are null or masked in `payload`. */
export type JobView = Omit<StoredJob, 'record' | 'handles'>;

export interface JobQueue<Connection = unknown> extends Enqueue {
  /** Enqueues in the caller's transaction: the jobs exist if it commits. TypeError where the store cannot do it. */
  within(connection: Connection): Enqueue;

  /** Undefined where there is no such job. Opens nothing. */
  getJob(id: string): Promise<JobView | undefined>;
  /** Opens a job's payload. Errors: `job_absent`, `kind_differs`, `row_too_large`, `record_unexpected`, and those of opening. */
  openPayload<P, R>(type: JobType<P, R>, id: string): Promise<P>;
  /**
   * Opens what a handler returned, threw or reported. Undefined where there is none.
   * Errors: as `openPayload` (`row_too_large` of the outcome), and `record_missing`.
   */
  openOutcome<P, R>(type: JobType<P, R>, id: string, surface: 'result'): Promise<R | undefined>;
  openOutcome<P, R>(type: JobType<P, R>, id: string, surface: OutcomeSurface): Promise<JsonValue | undefined>;
  /** The newest first, without payloads. */
  listJobs(filter?: JobFilter): Promise<JobSummary[]>;
  countJobs(queueName?: string): Promise<StateCount[]>;
  /** The same, apart by the code of the last failure. */
  countJobsByCode(queueName?: string): Promise<CodeCount[]>;
  /** How many jobs still need the key version with this 8-byte handle. */
  countByKeyHandle(handle: Uint8Array): Promise<number>;

  /** Deletes all of a job. False where there is none. Errors: `job_running`. */
  deleteJob(id: string): Promise<boolean>;
  /** Cancels a waiting job at once (`cancelled`); asks the worker of a running one (`requested`). */
  cancelJob(id: string): Promise<'cancelled' | 'requested' | 'finished' | 'absent'>;
  /** Makes a dead, cancelled, parked or quarantined job ready again under its id. False where it is none of these. */
  redriveJob(id: string): Promise<boolean>;
  /** The same for up to `limit` (default 1000) jobs of a queue. Returns how many. */
  redriveJobs(queueName: string, states: readonly JobState[], limit?: number): Promise<number>;

  readonly store: JobStore<Connection>;
  readonly codec: JobCodec;
  readonly scrub: ((text: string) => string) | undefined;
  readonly prefetchKeys: ((handles: readonly Uint8Array[]) => Promise<void>) | undefined;
  /** Calls `listener` after this process enqueued into `queueName`. Returns how to stop that. */
  onEnqueued(queueName: string, listener: () => void): () => void;
}

const optionNames = ['store', 'protection', 'requirePolicy', 'keyRing', 'retention', 'scrub', 'onReport', 'clock'];

export function createJobQueue<Connection>(options: JobQueueOptions<Connection>): JobQueue<Connection> {
  assertKnown('A job queue', options, optionNames);
  const { store, protection, requirePolicy = false, keyRing, retention, scrub, onReport, clock = Date.now } = options;
  if (typeof requirePolicy !== 'boolean') throw new TypeError('requirePolicy must be true or false.');
  const codec = createJobCodec({ protection, requirePolicy, onReport });
  const newId = createJobIds({ clock, randomBytes: (length) => getRandomValues(new Uint8Array(length)) });
  const listeners = new Map<string, Set<(queueName: string) => void>>();
  const announce = (queueName: string) => {
    for (const listener of listeners.get(queueName) ?? []) listener(queueName);
  };
  const parts = { codec, newId, clock, retention };

  async function findAs(type: JobType, id: string): Promise<StoredJob> {
    const job = await store.find(parseJobId(id));
    if (!job) throw new QueueError('job_absent', `There is no job ${id} (any more).`);
    if (job.kind !== type.kind)
      throw new QueueError('kind_differs', `Job ${id} is of kind ${job.kind}, not ${type.kind}.`);
    return job;
  }

  return {
    ...createEnqueue({ ...parts, store, announce }),
    within: (connection) => {
      if (!store.within) throw new TypeError('This job store cannot enqueue in a transaction of the caller.');
      return createEnqueue({ ...parts, store: store.within(connection), announce: () => {} });
    },

    getJob: async (id) => {
      const job = await store.find(parseJobId(id));
      if (!job) return undefined;
      const { record: _, handles: __, ...view } = job;
      return view;
    },
    openPayload: async <P, R>(type: JobType<P, R>, id: string) =>
      (await codec.decodePayload(type, requireRead(await findAs(type as JobType, id)))) as P,
    openOutcome: async <P, R>(type: JobType<P, R>, id: string, surface: OutcomeSurface) => {
      const job = await findAs(type as JobType, id);
      const stored = await store.findOutcome(job.id, surface);
      return stored && ((await codec.decodeOutcome(type, job, surface, stored)) as R & JsonValue);
    },
    listJobs: async (filter = {}) => {
      const { limit = 100 } = filter;
      if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
        throw new RangeError(`limit must be an integer from 1 to 1000; got ${limit}.`);
      return store.list(filter);
    },
    countJobs: (queueName) => store.count(queueName),
    countJobsByCode: (queueName) => store.countByCode(queueName),
    countByKeyHandle: (handle) => store.countByKeyHandle(handle),

    deleteJob: async (id) => {
      const outcome = await store.delete(parseJobId(id));
      if (outcome === 'running')
        throw new QueueError('job_running', `Job ${id} is running. Cancel it first, or wait until it has finished.`);
      return outcome === 'deleted';
    },
    cancelJob: (id) => store.cancel(parseJobId(id)),
    redriveJob: async (id) => (await store.redrive({ id: parseJobId(id) })) === 1,
    redriveJobs: (queueName, states, limit = 1000) => store.redrive({ queueName, states, limit }),

    store,
    codec,
    scrub,
    prefetchKeys: keyRing?.prefetch?.bind(keyRing),
    onEnqueued: (queueName, listener) => {
      const ofQueue = listeners.get(queueName) ?? new Set();
      const told = observer('A listener of onEnqueued', listener);
      listeners.set(queueName, ofQueue.add(told));
      return () => ofQueue.delete(told);
    },
  };
}

function requireRead(job: StoredJob): StoredJob {
  if (job.tooLarge)
    throw new QueueError(
      'row_too_large',
      `The row of job ${job.id} is larger than any that was enqueued. Delete the job.`,
    );
  return job;
}
