// A store whose answers come in time or are errors. A connection that fell silent (a failover, a firewall that forgot
// it), a lock that somebody holds on the tables: each would else keep a worker waiting for ever, without a word.
import { QueueError } from './errors.ts';
import type { ClaimedJob, JobStore } from './store.ts';

/** One that takes a moment is no failure. */
const leastAnswerMs = 3000;
/** With leases of hours, too. */
const mostAnswerMs = 60_000;

/** How long to wait for an answer: one that comes later than the lease is worth nothing. */
export function answerMsFor(leaseMs: number): number {
  return Math.min(Math.max(leaseMs, leastAnswerMs), mostAnswerMs);
}

/** What a worker asks of its store. */
export type WorkerStore = Pick<
  JobStore,
  'claim' | 'extend' | 'settle' | 'saveProgress' | 'reclaim' | 'promote' | 'quarantineUnreadable'
>;

export interface DeadlineOptions {
  /**
   * For each call; for those of a heartbeat a quarter of it, less than what lies between two where leases are of 3 seconds
   * and more, so that the next is made before leases end.
   */
  readonly answerMs: number;
  /** Given the jobs of a claim that was answered after its time. Does not reject. */
  readonly onLateClaim: (jobs: readonly ClaimedJob[]) => void;
}

/** The same store; a call without an answer in time rejects with `store_unavailable`. It may still happen. */
export function withDeadlines(store: WorkerStore, { answerMs, onLateClaim }: DeadlineOptions): WorkerStore {
  const beatMs = answerMs / 4;
  return {
    claim: (request) => inTime(answerMs, store.claim(request), onLateClaim),
    settle: (settlements, again) => inTime(answerMs, store.settle(settlements, again)),
    saveProgress: (lease, outcome) => inTime(answerMs, store.saveProgress(lease, outcome)),
    quarantineUnreadable: (queueName) => inTime(answerMs, store.quarantineUnreadable(queueName)),
    extend: (leases, leaseMs) => inTime(beatMs, store.extend(leases, leaseMs)),
    reclaim: (queueName) => inTime(beatMs, store.reclaim(queueName)),
    promote: (queueName) => inTime(beatMs, store.promote(queueName)),
  };
}

/** `onLate` gets an answer that came after its time; an error that did is dropped. */
function inTime<T>(ms: number, answer: Promise<T>, onLate?: (late: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let [answered, late] = [false, false];
    const expire = () => {
      late = !answered;
      reject(silent(ms));
    };
    // After an event loop that stood still, timers come before the answers that lie in the sockets.
    const timer = setTimeout(() => setImmediate(expire), ms);
    const done = () => {
      answered = true;
      clearTimeout(timer);
    };
    answer.finally(done).then((value) => (late ? onLate?.(value) : resolve(value)), reject);
  });
}

function silent(ms: number): QueueError {
  return new QueueError(
    'store_unavailable',
    `The database has not answered for ${Math.round(ms)} ms. Look whether somebody holds a lock on the hammerwork tables (pg_locks), whether it is overloaded, or whether the network lost the connection; then try again.`,
  );
}
