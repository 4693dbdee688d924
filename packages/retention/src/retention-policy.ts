// When a job's data goes. Plain objects; their JSON is what stands in `retention_policy`.
import { type Duration, durationSeconds } from './duration.ts';
import { RetentionError } from './errors.ts';

export type RetentionPolicy =
  /** Counted from creation, or from the job's finish. */
  | { readonly type: 'delete_after'; readonly seconds: number; readonly from?: 'finish' }
  /** `at` is an RFC 3339 time in UTC. */
  | { readonly type: 'delete_at'; readonly at: string }
  | { readonly type: 'keep_indefinitely' }
  | { readonly type: 'delete_immediately' }
  | { readonly type: 'use_default' };

/** The last moment that RFC 3339 can write, in epoch milliseconds. */
export const latestDate: number = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Deletes a time after the job's creation: also a job that is still waiting. With `from: 'finish'` it counts from the
 * moment the job is finished (completed, dead or cancelled). TypeError or RangeError for what is no duration.
 */
export function deleteAfter(duration: Duration, options: { from?: 'creation' | 'finish' } = {}): RetentionPolicy {
  const seconds = durationSeconds(duration);
  if (seconds * 1000 > latestDate) throw new RangeError(`A retention of ${seconds} s ends after the year 9999.`);
  return options.from === 'finish'
    ? { type: 'delete_after', seconds, from: 'finish' }
    : { type: 'delete_after', seconds };
}

/** Deletes at a fixed time, before the year 10000 (RangeError). */
export function deleteAt(date: Date): RetentionPolicy {
  const time = date.getTime();
  if (!(Math.abs(time) <= latestDate)) throw new RangeError('deleteAt needs a valid date before the year 10000.');
  return { type: 'delete_at', at: date.toISOString() };
}

export function keepIndefinitely(): RetentionPolicy {
  return { type: 'keep_indefinitely' };
}

/** Deletes as soon as the job is finished (completed, dead or cancelled); never before. */
export function deleteImmediately(): RetentionPolicy {
  return { type: 'delete_immediately' };
}

/** The default of the queue; without one, enqueueing fails (`default_missing`). */
export function useDefault(): RetentionPolicy {
  return { type: 'use_default' };
}

/** Reads a policy's JSON. Errors: `policy_malformed`. */
export function parseRetentionPolicy(json: unknown): RetentionPolicy {
  const { type, seconds, at, from } = (typeof json === 'object' && json !== null ? json : {}) as Record<
    string,
    unknown
  >;
  if (type === 'keep_indefinitely' || type === 'delete_immediately' || type === 'use_default') return { type };
  if (type === 'delete_at' && typeof at === 'string' && isUtcTime(at)) return { type, at };
  if (type === 'delete_after' && Number.isSafeInteger(seconds) && (seconds as number) > 0) {
    if (from === 'finish') return { type, seconds: seconds as number, from };
    if (from === undefined) return { type, seconds: seconds as number };
  }
  throw new RetentionError(
    'policy_malformed',
    'This is no retention policy. Make one with deleteAfter, deleteAt, keepIndefinitely, deleteImmediately or useDefault.',
  );
}

function isUtcTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
