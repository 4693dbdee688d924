// Which jobs an operator should know of: those that stopped, those that wait for somebody, those that nobody takes.
import type { CodeCount, OverdueCount } from '@hammerwork/queue';

/** A job that is due for longer is told: a worker looks twice a second. */
export const overdueMs = 60_000;

const stoppedStates = ['parked', 'quarantined', 'dead'];

/** Codes of retries that go by themselves: the handler's, and of databases that were away. */
const passing = ['handler_failed', 'attempt_timeout', 'store_unavailable', 'worker_stopping', 'lease_lost'];

/** One text for each queue, state and code. */
export function stoppedJobs(counts: readonly CodeCount[]): string[] {
  return counts.flatMap(({ queueName, state, errorCode, count }) => {
    const waits = state === 'scheduled' && errorCode !== null && !passing.includes(errorCode);
    if (!waits && !stoppedStates.includes(state)) return [];
    return [`${count} ${waits ? 'waiting' : state} in ${queueName} (${errorCode ?? 'no code'})`];
  });
}

export function describeOverdue({ queueName, state, count, longestMs }: OverdueCount): string {
  const since = `${Math.round(longestMs / 60_000)} min`;
  return state === 'due'
    ? `${count} due in ${queueName}, the first for ${since}: see that a worker runs for this queue, and keeps up`
    : `${count} running in ${queueName} without a lease, the first for ${since}: no worker of this queue runs that takes them back`;
}
