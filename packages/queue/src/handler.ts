// What runs jobs: a function per job type.

import type { JobId } from './job-id.ts';
import type { AnyJobType, JobType } from './job-type.ts';

/** A job in its handler's hands: opened, leased, and aborted through `signal`. */
export interface Job<Payload> {
  readonly id: JobId;
  readonly kind: string;
  readonly queueName: string;
  readonly tenant: string | null;
  readonly payload: Payload;
  /** Counts from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly createdAt: Date;
  /**
   * Aborts with a `QueueError`: `attempt_timeout`, `job_cancelled`, `lease_lost`, or `worker_stopping` when the time to
   * finish is over. What the handler does afterwards may be done again by another worker.
   */
  readonly signal: AbortSignal;
  /** Stores progress, sealed like the payload. Errors: `lease_lost`, those of sealing and of the store. */
  saveProgress(value: unknown): Promise<void>;
}

export interface Handler {
  readonly type: AnyJobType;
  readonly run: (job: Job<never>) => unknown;
}

/**
 * Says how jobs of a type are worked. What `run` returns is stored as the result (nothing for undefined); what it
 * throws is a failed attempt. A job may run more than once: after a crash, a lost lease or a lost connection.
 */
export function handle<P, R>(type: JobType<P, R>, run: (job: Job<P>) => R | Promise<R>): Handler {
  return { type, run: run as (job: Job<never>) => unknown };
}
