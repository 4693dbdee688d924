// What a worker knows of keys that do not come. A key service that is away must not stop jobs whose keys are in memory,
// neither by keeping slots busy with waiting nor by claiming the others in circles: a key that failed is left alone for a
// while, then tried by one job; the queue rests only when nothing opens.
import { type Backoff, backoffMs } from './backoff.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { possibleHandles } from './key-handles.ts';

/** As long as a job was opened this recently, the queue goes on. More than a key service's deadline. */
const graceMs = 10_000;
/** Bounds what is remembered. */
const maxKeys = 10_000;
/** Jobs given back per second, so that a large backlog does not keep the database from the jobs that can be worked. */
const givenBackPerSecond = 500;

/** A job may go on, and says when its key is there or not; or it waits. */
export type Entry = { readonly leave: () => void } | { readonly waitMs: number; readonly errorCode: string };

export interface KeyOutage {
  /** Milliseconds for which nothing should be claimed; 0 while jobs open. */
  waitMs(): number;
  /** True from the first failure with nothing opened lately until something opens: then try one job only. */
  readonly open: boolean;
  /** `handle` has 8 bytes. */
  isFailing(handle: Uint8Array): boolean;
  /** Before a job's keys are asked for. */
  enter(handles: readonly Uint8Array[]): Entry;
  /** A key did not come. How long the job waits, and for how long the queue now rests, if it does. */
  recordFailure(handles: readonly Uint8Array[], errorCode: string): { jobMs: number; restMs: number | undefined };
  /** A job was opened. True when the queue had rested. */
  recordSuccess(handles: readonly Uint8Array[]): boolean;
}

export interface KeyOutageOptions {
  readonly backoff: Backoff;
  /** Jobs that may wait for failing keys at once. */
  readonly maxProbes: number;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly random: () => number;
}

/** `backoff.maxMs` bounds how late jobs notice that the keys are back: twice that at most, if they are not too many. */
export function createKeyOutage({ backoff, maxProbes, clock, random }: KeyOutageOptions): KeyOutage {
  const queue = createBreaker({ backoff, clock, random });
  const failing = new Map<string, { breaker: Breaker; errorCode: string }>();
  const probed = new Set<string>();
  let openedAt = Number.NEGATIVE_INFINITY;
  let nextTurn = 0;

  /** Jobs of one key fail together; they need not come back together, nor all within a moment. */
  function spread(leastMs: number): number {
    nextTurn = Math.max(nextTurn, clock()) + 1000 / givenBackPerSecond;
    const jitterMs = backoffMs({ initialMs: leastMs, maxMs: leastMs }, 1, random);
    return Math.max(leastMs + jitterMs, nextTurn - clock());
  }

  function fail(name: string, errorCode: string): number {
    if (failing.size >= maxKeys) failing.clear();
    const known = failing.get(name) ?? { breaker: createBreaker({ backoff, clock, random }), errorCode };
    failing.set(name, { ...known, errorCode });
    return known.breaker.recordFailure();
  }

  return {
    waitMs: () => queue.waitMs(),
    get open() {
      return queue.open;
    },
    isFailing: (handle) => failing.has(nameOf(handle)),
    enter(handles) {
      if (failing.size === 0) return { leave() {} };
      const names = namesOf(handles).filter((name) => failing.has(name));
      for (const name of names) {
        const { breaker, errorCode } = failing.get(name)!;
        const ms = breaker.waitMs();
        const busy = probed.has(name) || probed.size >= maxProbes;
        if (ms > 0 || busy) return { waitMs: spread(Math.max(ms, backoff.initialMs)), errorCode };
      }
      for (const name of names) probed.add(name);
      return {
        leave() {
          for (const name of names) probed.delete(name);
        },
      };
    },
    recordFailure(handles, errorCode) {
      const keyMs = Math.max(0, ...namesOf(handles).map((name) => fail(name, errorCode)));
      const restMs = clock() - openedAt < graceMs ? undefined : queue.recordFailure();
      return { jobMs: spread(Math.max(keyMs, restMs ?? 0)), restMs };
    },
    recordSuccess(handles) {
      openedAt = clock();
      // One that failed and comes again: so may all others.
      if (failing.size > 0 && namesOf(handles).some((name) => failing.has(name))) failing.clear();
      const rested = queue.open;
      if (rested) queue.recordSuccess();
      return rested;
    },
  };
}

function namesOf(handles: readonly Uint8Array[]): string[] {
  return possibleHandles(handles).map(nameOf);
}

/** Of 8 bytes. */
function nameOf(handle: Uint8Array): string {
  return String.fromCharCode(...handle);
}
