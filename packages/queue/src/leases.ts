// The leases a worker holds: renews them together and tells handlers when theirs is gone.
import { QueueError } from './errors.ts';
import type { JobId } from './job-id.ts';
import type { ClaimedJob, JobStore } from './store.ts';

export interface HeldJob {
  readonly job: ClaimedJob;
  readonly controller: AbortController;
  /** Monotonic time until which the store knows that the job is held. */
  heldUntil: number;
}

/** Renews what is in `held`. A job that is gone, or that could not be renewed in time, is aborted with `lease_lost`. */
export async function renewLeases(
  store: Pick<JobStore, 'extend'>,
  held: ReadonlyMap<JobId, HeldJob>,
  { leaseMs, clock }: { leaseMs: number; clock: () => number },
): Promise<void> {
  const renewed = [...held.values()];
  if (renewed.length === 0) return;
  const heldUntil = clock() + leaseMs;
  try {
    const answers = await store.extend(
      renewed.map(({ job }) => ({ id: job.id, fence: job.fence })),
      leaseMs,
    );
    const answerOf = new Map(answers.map((answer) => [answer.id, answer]));
    for (const one of renewed) {
      const answer = answerOf.get(one.job.id);
      if (!answer) abort(one, 'lease_lost');
      else one.heldUntil = heldUntil;
      if (answer?.cancelRequested) abort(one, 'job_cancelled');
    }
  } catch (error) {
    for (const one of renewed) if (one.heldUntil < clock()) abort(one, 'lease_lost');
    throw error;
  }
}

const messages = {
  lease_lost: 'The lease of this job is over; another worker may hold it.',
  job_cancelled: 'This job was cancelled.',
  worker_stopping: 'The worker stops and the time to finish is over.',
};

export function abort({ controller }: HeldJob, code: keyof typeof messages): void {
  if (!controller.signal.aborted) controller.abort(new QueueError(code, messages[code]));
}
