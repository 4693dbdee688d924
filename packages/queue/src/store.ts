// The port through which the queue reaches its jobs. A store keeps rows and compares and sets; what a failure means,
// and what is sealed, is decided above it. Every method may fail with `store_unavailable`, `store_refused` or
// `schema_missing`, and then has changed nothing.
import type { JobId } from './job-id.ts';
import type { JobState, OutcomeSurface } from './job-state.ts';
import type { RetentionPolicy } from './retention.ts';

export interface JobStore<Connection = unknown> {
  /** Inserts all or none. */
  insert(jobs: readonly NewJob[]): Promise<void>;
  /**
   * Leases up to `limit` jobs that may run now, the highest priority first, then the longest due; of those that were
   * scheduled the `limit` longest due ones (see `promote`). Counts an attempt. No job is given out twice.
   */
  claim(request: ClaimRequest): Promise<ClaimedJob[]>;
  /** Renews leases. What is missing in the answer is no longer held. */
  extend(leases: readonly Lease[], leaseMs: number): Promise<HeldLease[]>;
  /**
   * Ends attempts and stores what came of them. Returns the jobs whose lease still held; the others are untouched. `again`:
   * an earlier call with the same failed, and may have done it all the same; what it ended is returned as well.
   */
  settle(settlements: readonly Settlement[], again?: boolean): Promise<ReadonlySet<JobId>>;
  /** Stores progress of a running job. False when the lease no longer holds. */
  saveProgress(lease: Lease, outcome: Outcome): Promise<boolean>;
  /**
   * Takes jobs of dead workers back: to `ready`, or to `dead` when their attempts are used up; to `quarantined` where the
   * row is too large to be read. Returns how many.
   */
  reclaim(queueName: string): Promise<number>;
  /**
   * Makes due jobs ready that are more urgent than others that are due: claims take those in the order of their dates, so
   * that an urgent one would wait behind a whole backlog. At most 1000, of the first 100,000. Returns how many.
   */
  promote(queueName: string): Promise<number>;
  /** Quarantines what a refused claim would take, and is too large to be read: `row_too_large`. Returns how many. */
  quarantineUnreadable(queueName: string): Promise<number>;

  find(id: JobId): Promise<StoredJob | undefined>;
  /** Errors: `row_too_large`. */
  findOutcome(id: JobId, surface: OutcomeSurface): Promise<StoredOutcome | undefined>;
  /** Without payloads, the newest first. */
  list(filter: JobFilter): Promise<JobSummary[]>;
  count(queueName?: string): Promise<StateCount[]>;
  /** The same, apart by the code of the last failure. */
  countByCode(queueName?: string): Promise<CodeCount[]>;
  /** Jobs that no worker has taken for longer than `forMs` although they might run, and those of workers that are gone. */
  countOverdue(forMs: number): Promise<OverdueCount[]>;
  /** How many jobs hold a record, of payload or outcome, under this 8-byte key handle. */
  countByKeyHandle(handle: Uint8Array): Promise<number>;

  /** Deletes all of a job that is not running. */
  delete(id: JobId): Promise<'deleted' | 'running' | 'absent'>;
  /** Cancels a waiting job at once; asks the worker of a running one. */
  cancel(id: JobId): Promise<'cancelled' | 'requested' | 'finished' | 'absent'>;
  /** Makes jobs ready again, with all their attempts, under the same id. Returns how many. */
  redrive(selection: RedriveSelection): Promise<number>;

  /** The same store inside the caller's transaction. Absent where the store cannot do it. */
  within?(connection: Connection): JobStore<Connection>;
}

/** JSON as text, the sealed record beside it, and which keys the record needs. */
export interface StoredValue {
  readonly clear: string | null;
  readonly record: Uint8Array | null;
  readonly handles: readonly Uint8Array[];
}

export interface NewJob extends StoredValue {
  readonly id: JobId;
  readonly queueName: string;
  readonly kind: string;
  readonly tenant: string | null;
  readonly clear: string;
  /** JSON Pointers of what was sealed. */
  readonly pointers: readonly string[];
  readonly priority: number;
  readonly maxAttempts: number;
  /** Epoch milliseconds; null is `delayMs` after the store's now. */
  readonly runAt: number | null;
  readonly delayMs: number;
  readonly createdAt: number;
  readonly retentionPolicy: RetentionPolicy | null;
  readonly deleteAt: number | null;
  /**
   * In place of `deleteAt`: this long after the store's now, since the producer's clock may be wrong; with a `runAt`,
   * which is of the producer's clock, not before `deleteAt` either.
   */
  readonly deleteAfterMs?: number | undefined;
  readonly deleteAfterFinishMs: number | null;
}

export interface ClaimRequest {
  readonly queueName: string;
  readonly worker: string;
  readonly limit: number;
  readonly leaseMs: number;
}

/** `fence` grows with every claim of a job: an older one no longer holds it. */
export interface Lease {
  readonly id: JobId;
  readonly fence: number;
}

export interface HeldLease {
  readonly id: JobId;
  readonly cancelRequested: boolean;
}

/** What a sealed record of a job is bound to, and the record. */
export interface StoredPayload {
  readonly id: JobId;
  readonly kind: string;
  readonly tenant: string | null;
  readonly payload: unknown;
  readonly isEncrypted: boolean;
  readonly record: Uint8Array | null;
  readonly pointers: readonly string[];
  readonly handles: readonly Uint8Array[];
}

export interface ClaimedJob extends StoredPayload, Lease {
  readonly queueName: string;
  readonly priority: number;
  /** Counts from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly createdAt: Date;
}

export interface Outcome extends StoredValue {
  readonly surface: OutcomeSurface;
  readonly attempt: number;
}

export interface Settlement extends Lease {
  readonly state: 'completed' | 'scheduled' | 'dead' | 'cancelled' | 'parked' | 'quarantined';
  /** For `scheduled`: when to try again, from now. */
  readonly delayMs: number;
  /** Gives the attempt back: the job was not really tried. */
  readonly keepAttempt: boolean;
  readonly errorCode: string | null;
  readonly outcome: Outcome | null;
}

export interface JobSummary {
  readonly id: JobId;
  readonly queueName: string;
  readonly kind: string;
  readonly tenant: string | null;
  readonly state: JobState;
  readonly priority: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Code of the last failure; the text, if any, is the outcome `error`. */
  readonly errorCode: string | null;
  readonly worker: string | null;
  readonly leaseUntil: Date | null;
  readonly createdAt: Date;
  readonly runAt: Date;
  readonly finishedAt: Date | null;
  readonly deleteAt: Date | null;
  readonly isEncrypted: boolean;
  /** JSON Pointers of sealed values. */
  readonly pointers: readonly string[];
  readonly retentionPolicy: RetentionPolicy | null;
}

export interface StoredJob extends JobSummary, StoredPayload {
  /** The row is larger than any that was enqueued: payload and record were left in the database. */
  readonly tooLarge: boolean;
  readonly outcomes: readonly OutcomeSurface[];
}

export interface StoredOutcome {
  readonly value: unknown;
  readonly record: Uint8Array | null;
  readonly attempt: number;
  readonly createdAt: Date;
}

export interface JobFilter {
  readonly queueName?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: JobState | undefined;
  readonly errorCode?: string | undefined;
  /** 1 to 1000. Default 100. */
  readonly limit?: number | undefined;
  /** Only jobs with a smaller id, that is, older ones: the last id of the page before. */
  readonly before?: JobId | undefined;
}

export interface StateCount {
  readonly queueName: string;
  readonly state: JobState;
  readonly count: number;
}

export interface CodeCount extends StateCount {
  readonly errorCode: string | null;
}

/** Jobs that wait for a worker: due ones, or `running` ones whose lease is over. */
export interface OverdueCount {
  readonly queueName: string;
  readonly state: 'due' | 'running';
  readonly count: number;
  /** Milliseconds since the first of them was due, or its lease was over. */
  readonly longestMs: number;
}

/** Jobs to redrive: one, or up to `limit` of a queue in the given states. */
export type RedriveSelection =
  | { readonly id: JobId }
  | { readonly queueName: string; readonly states: readonly JobState[]; readonly limit: number };
