// Settings of a worker and what it reports.

import { assertKnown } from '@hammerwork/crypto-core/known-options';
import { type Backoff, defaultBackoff } from './backoff.ts';
import type { Handler } from './handler.ts';
import type { JobId } from './job-id.ts';
import type { JobQueue } from './job-queue.ts';
import { requireName } from './job-type.ts';
import type { Settlement } from './store.ts';

export interface WorkerOptions {
  // biome-ignore lint/suspicious/noExplicitAny: a worker opens no transactions of the caller
  readonly queue: JobQueue<any>;
  /** Default `'default'`. */
  readonly queueName?: string;
  readonly handlers: readonly Handler[];
  /** Jobs at once. 1 to 1000. Default 10. */
  readonly concurrency?: number;
  /**
   * How long a job is held without a sign of life; renewed every third of it. After a crash its jobs are taken back
   * when it is over. At least 100. Default 30,000.
   */
  readonly leaseMs?: number;
  /** How often an idle worker looks for jobs of other processes. Default 500. */
  readonly pollMs?: number;
  /** Waiting after the database or a key service was away. Default 500 ms, growing to 30 s, for keys to 1.5 s at most. */
  readonly outageBackoff?: Partial<Backoff>;
  /**
   * How long a job waits whose key is held back: compromised and on hold, expired, or about to be destroyed. Others go
   * on meanwhile. Default 120,000.
   */
  readonly heldKeyDelayMs?: number;
  /** How long a job waits whose kind this worker does not know, for one that does. Default 30,000. */
  readonly unknownKindDelayMs?: number;
  /** Unique among living workers; shown in the row. Default: host name, process id and a random part. */
  readonly name?: string;
  /** Gives [0, 1), for jitter. Default `Math.random`. */
  readonly random?: () => number;
  /** Told what happens; holds no personal data. Where it fails, a warning of the process says so, once. */
  readonly onEvent?: (event: WorkerEvent) => void;
}

export type WorkerEvent =
  /** An attempt ended and the store knows. */
  | {
      readonly type: 'settled';
      readonly jobId: JobId;
      readonly kind: string;
      readonly state: Settlement['state'];
      readonly errorCode: string | null;
      readonly attempt: number;
      /** The job waits without having used the attempt, since something that it needs is away; it may do so many times. */
      readonly released: boolean;
      readonly elapsedMs: number;
    }
  /** An attempt ended, but another worker may hold the job by now. */
  | { readonly type: 'lease_lost'; readonly jobId: JobId; readonly kind: string }
  /** Jobs of dead workers were taken back. */
  | { readonly type: 'reclaimed'; readonly count: number }
  /** A claim was refused for jobs whose rows are too large to be read; the others go on. */
  | { readonly type: 'quarantined'; readonly count: number; readonly errorCode: string }
  /**
   * The event loop stood still for so long that leases could not be renewed, and may be over: a handler that computes,
   * of one of these kinds or of another worker in this process, or a machine that was suspended.
   */
  | { readonly type: 'stalled'; readonly forMs: number; readonly kinds: readonly string[] }
  /** Something is away: no claims for a while. */
  | { readonly type: 'breaker_opened'; readonly waitMs: number; readonly errorCode: string }
  | { readonly type: 'breaker_closed' }
  /** The store failed; the worker goes on. `message` says what to mend. */
  | {
      readonly type: 'store_failed';
      readonly during: 'claim' | 'heartbeat' | 'settle';
      readonly errorCode: string;
      readonly message?: string;
    };

export interface StopOptions {
  /** How long running jobs may go on before their signal aborts. Default 30,000. */
  readonly drainMs?: number;
  /** How long after that until the worker gives up on them and leaves them to their lease. Default 5000. */
  readonly abortMs?: number;
}

export interface StopReport {
  /** Jobs that ended by themselves while stopping. */
  readonly drained: number;
  /** Jobs that ended after their signal aborted. */
  readonly aborted: number;
  /** Jobs whose handler did not react. Another worker takes them when their lease is over. */
  readonly abandoned: number;
}

const optionNames = [
  'queue',
  'queueName',
  'handlers',
  'concurrency',
  'leaseMs',
  'pollMs',
  'outageBackoff',
  'heldKeyDelayMs',
  'unknownKindDelayMs',
  'name',
  'random',
  'onEvent',
] satisfies (keyof WorkerOptions)[];

const stopNames = ['drainMs', 'abortMs'] satisfies (keyof StopOptions)[];

/** TypeError or RangeError for what cannot work. A longer time than a timer holds would be none. */
export function checkStopOptions(options: StopOptions): void {
  assertKnown('Stopping', options, stopNames);
  for (const name of stopNames) requireDelay(name, options[name]);
}

function requireDelay(name: string, ms: number | undefined): void {
  if (ms !== undefined && !(ms >= 0 && ms < 2 ** 31))
    throw new RangeError(`${name} must be 0 or more and below 2^31; got ${ms}.`);
}

/** TypeError or RangeError for what cannot work. Errors: `policy_missing`. */
export function checkWorkerOptions(options: WorkerOptions): void {
  assertKnown('A worker', options, optionNames);
  const { queue, queueName, handlers, concurrency, leaseMs, pollMs, outageBackoff } = options;
  if (queueName !== undefined) requireName('queueName', queueName);
  if (handlers.length === 0) throw new TypeError('A worker needs at least one handler: handle(jobType, run).');
  const kinds = handlers.map(({ type }) => type.kind);
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  if (twice !== undefined) throw new TypeError(`There are two handlers for kind ${twice}.`);
  for (const { type } of handlers) queue.codec.require(type);
  if (concurrency !== undefined && (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1000))
    throw new RangeError(`concurrency must be an integer from 1 to 1000; got ${concurrency}.`);
  if (leaseMs !== undefined && !(leaseMs >= 100 && leaseMs < 2 ** 31))
    throw new RangeError(`leaseMs must be at least 100; got ${leaseMs}.`);
  if (pollMs !== undefined && !(pollMs >= 1 && pollMs < 2 ** 31))
    throw new RangeError(`pollMs must be at least 1 and below 2^31; got ${pollMs}.`);
  for (const name of ['heldKeyDelayMs', 'unknownKindDelayMs'] as const) requireDelay(name, options[name]);
  if (outageBackoff) assertKnown('outageBackoff', outageBackoff, Object.keys(defaultBackoff));
}
