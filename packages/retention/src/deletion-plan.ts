// From a policy to dates: pure, so that every rule is a table of cases in a test.
import { RetentionError } from './errors.ts';
import { latestDate, parseRetentionPolicy, type RetentionPolicy } from './retention-policy.ts';

export interface DeletionPlan {
  /** Epoch milliseconds from which the data may go, whatever the job's state (a running job is waited for). */
  readonly deleteAt: number | null;
  /**
   * Where `deleteAt` counts from the creation: by how much. The store counts it by its own clock, so that a producer whose
   * clock is behind does not have its jobs deleted before they run.
   */
  readonly deleteAfterMs?: number;
  /** The data goes this long after the job is finished. */
  readonly deleteAfterFinishMs: number | null;
}

export interface PlanTimes {
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** What `useDefault()` means. */
  readonly defaultPolicy?: RetentionPolicy | undefined;
}

/**
 * Says when what was created at `createdAt` goes under `policy`.
 * Errors: `default_missing`, `policy_malformed`, `date_out_of_range`.
 */
export function planDeletion(policy: RetentionPolicy, times: PlanTimes): DeletionPlan {
  const checked = parseRetentionPolicy(policy);
  switch (checked.type) {
    case 'keep_indefinitely':
      return { deleteAt: null, deleteAfterFinishMs: null };
    case 'delete_immediately':
      return { deleteAt: null, deleteAfterFinishMs: 0 };
    case 'delete_at':
      return { deleteAt: inRange(Date.parse(checked.at), times), deleteAfterFinishMs: null };
    case 'delete_after': {
      const ms = checked.seconds * 1000;
      const deleteAt = inRange(times.createdAt + ms, times);
      return checked.from === 'finish'
        ? { deleteAt: null, deleteAfterFinishMs: ms }
        : { deleteAt, deleteAfterMs: ms, deleteAfterFinishMs: null };
    }
    case 'use_default':
      return planDefault(times);
  }
}

function planDefault({ createdAt, defaultPolicy }: PlanTimes): DeletionPlan {
  if (!defaultPolicy)
    throw new RetentionError(
      'default_missing',
      'useDefault() needs a default: set the default retention of the queue.',
    );
  return planDeletion(defaultPolicy, { createdAt }); // without a default: useDefault() cannot stand for itself
}

function inRange(date: number, { createdAt }: PlanTimes): number {
  if (date >= createdAt && date <= latestDate) return date;
  throw new RetentionError(
    'date_out_of_range',
    'The date of deletion lies before the creation of the data or after the year 9999. Choose another date or duration.',
  );
}
