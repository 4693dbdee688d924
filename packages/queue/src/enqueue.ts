// Enqueueing: seal first, insert then. Nothing of a job reaches the store in clear that its policy wants sealed, and a
// payload that cannot be sealed is an error.
import { assertKnown } from '@hammerwork/crypto-core/known-options';
import { QueueError } from './errors.ts';
import type { JobCodec } from './job-codec.ts';
import type { JobId } from './job-id.ts';
import { type AnyJobType, type JobType, requireName } from './job-type.ts';
import type { DeletionPlan, Retention, RetentionPolicy } from './retention.ts';
import type { JobStore, NewJob } from './store.ts';

export interface EnqueueOptions {
  /** Default: the job type's. */
  readonly queueName?: string;
  /** Bound to the sealed record. 1 to 255 characters. */
  readonly tenant?: string;
  /** -32,768 to 32,767, the highest first. Default 0. */
  readonly priority?: number;
  /** Milliseconds before the job may run. Not with `runAt`. */
  readonly delayMs?: number;
  /** When the job may run. */
  readonly runAt?: Date;
  /** Default: the job type's, then the queue's default. */
  readonly retention?: RetentionPolicy;
  /** Default: the job type's. */
  readonly maxAttempts?: number;
}

export interface Enqueue {
  /**
   * Adds a job and returns its id.
   * Errors: `policy_missing`, those of the policy (`selector_unmatched`, ...), of keys, of retention, of the store, `value_not_json`,
   * `value_too_deep`, `value_too_large`, `text_malformed`, `deleted_before_run`; then nothing was stored.
   */
  enqueue<P, R>(type: JobType<P, R>, payload: NoInfer<P>, options?: EnqueueOptions): Promise<JobId>;
  /** Adds all or none, in one statement; at most 10,000 (RangeError). `options` may differ by job. */
  enqueueMany<P, R>(
    type: JobType<P, R>,
    payloads: readonly NoInfer<P>[],
    options?: EnqueueOptions | ((payload: NoInfer<P>, index: number) => EnqueueOptions),
  ): Promise<JobId[]>;
}

export interface EnqueueParts {
  readonly store: JobStore;
  readonly codec: JobCodec;
  readonly newId: () => JobId;
  readonly clock: () => number;
  readonly retention: Retention | undefined;
  /** Called once per queue that got jobs. */
  readonly announce: (queueName: string) => void;
}

const maxBatch = 10_000;
const optionNames = ['queueName', 'tenant', 'priority', 'delayMs', 'runAt', 'retention', 'maxAttempts'];

export function createEnqueue(parts: EnqueueParts): Enqueue {
  const { store, announce } = parts;
  return {
    enqueue: async (type, payload, options = {}) => {
      const job = await newJob(parts, { type, payload, options });
      await store.insert([job]);
      announce(job.queueName);
      return job.id;
    },
    enqueueMany: async (type, payloads, options = {}) => {
      if (payloads.length > maxBatch)
        throw new RangeError(`enqueueMany takes at most ${maxBatch} payloads; got ${payloads.length}.`);
      const jobs: NewJob[] = [];
      for (const [index, payload] of payloads.entries()) {
        const own = typeof options === 'function' ? options(payload, index) : options;
        jobs.push(await newJob(parts, { type, payload, options: own }));
      }
      await store.insert(jobs);
      for (const queueName of new Set(jobs.map((job) => job.queueName))) announce(queueName);
      return jobs.map(({ id }) => id);
    },
  };
}

async function newJob(
  { codec, newId, clock, retention }: EnqueueParts,
  { type, payload, options }: { type: AnyJobType; payload: unknown; options: EnqueueOptions },
): Promise<NewJob> {
  assertKnown('Enqueueing', options, optionNames);
  const { queueName = type.queueName, tenant, priority = 0, maxAttempts = type.maxAttempts } = options;
  requireName('queueName', queueName);
  if (tenant !== undefined) requireName('tenant', tenant);
  requireInteger('priority', priority, [-32_768, 32_767]);
  requireInteger('maxAttempts', maxAttempts, [1, 1000]);
  const { runAt, delayMs } = startOf(options);
  const createdAt = clock();
  const policy = options.retention ?? type.retention ?? retention?.defaultPolicy ?? null;
  const plan = planDeletion(policy, createdAt, retention);
  if (plan.deleteAt !== null && plan.deleteAt <= (runAt ?? createdAt + delayMs))
    throw new QueueError('deleted_before_run', 'Retention would delete the job before it may run. Keep it longer.');
  const owner = { id: newId(), kind: type.kind, tenant: tenant ?? null };
  return {
    ...owner,
    ...(await codec.encodePayload(type, owner, payload)),
    queueName,
    priority,
    maxAttempts,
    runAt,
    delayMs,
    createdAt,
    retentionPolicy: policy,
    ...plan,
  };
}

function startOf({ runAt, delayMs = 0 }: EnqueueOptions): { runAt: number | null; delayMs: number } {
  if (!(delayMs >= 0 && delayMs <= Number.MAX_SAFE_INTEGER))
    throw new RangeError(`delayMs must be 0 or more; got ${delayMs}.`);
  if (runAt === undefined) return { runAt: null, delayMs };
  if (delayMs > 0) throw new TypeError('Give either runAt or delayMs.');
  if (Number.isNaN(runAt.getTime())) throw new RangeError('runAt must be a valid date.');
  return { runAt: runAt.getTime(), delayMs };
}

function planDeletion(
  policy: RetentionPolicy | null,
  createdAt: number,
  retention: Retention | undefined,
): DeletionPlan {
  if (policy === null) return { deleteAt: null, deleteAfterFinishMs: null };
  if (!retention)
    throw new TypeError('A retention policy needs createJobQueue({ retention: { planDeletion } }) to be kept.');
  return retention.planDeletion(policy, { createdAt, defaultPolicy: retention.defaultPolicy });
}

function requireInteger(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} must be an integer from ${least} to ${most}; got ${value}.`);
}
