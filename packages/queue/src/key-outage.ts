// What a worker knows of keys that do not come. A key service that is away must not stop jobs whose keys are in memory,
// and must not make the others run in circles: each key is left alone for a while, and the queue only when nothing opens.
import { type Backoff, backoffMs } from './backoff.ts';
import { type Breaker, createBreaker } from './breaker.ts';

/** As long as a job was opened this recently, the queue goes on. */
const graceMs = 2000;
/** Bounds what is remembered. */
const maxKeys = 10_000;

export interface KeyOutage {
  /** Milliseconds for which nothing should be claimed; 0 while jobs open. */
  waitMs(): number;
  /** True from the first failure with nothing opened lately until something opens: then try one job only. */
  readonly open: boolean;
  /** A job could not be opened or its result not sealed. How long it waits, and whether the queue now rests as well. */
  recordFailure(handles: readonly Uint8Array[]): { jobMs: number; opened: number | undefined };
  /** A job was opened. True when the queue had rested. */
  recordSuccess(handles: readonly Uint8Array[]): boolean;
}

export interface KeyOutageOptions {
  readonly backoff: Backoff;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly random: () => number;
}

/** `backoff.maxMs` bounds how late jobs notice that the keys are back: twice that at most. */
export function createKeyOutage({ backoff, clock, random }: KeyOutageOptions): KeyOutage {
  const queue = createBreaker({ backoff, clock, random });
  const keys = new Map<string, Breaker>();
  let openedAt = Number.NEGATIVE_INFINITY;

  function breakerOf(name: string): Breaker {
    const known = keys.get(name);
    if (known) return known;
    if (keys.size >= maxKeys) keys.clear();
    const made = createBreaker({ backoff, clock, random });
    keys.set(name, made);
    return made;
  }

  return {
    waitMs: () => queue.waitMs(),
    get open() {
      return queue.open;
    },
    recordFailure(handles) {
      const keyMs = Math.max(0, ...handles.map((handle) => breakerOf(nameOf(handle)).recordFailure()));
      const opened = clock() - openedAt < graceMs ? undefined : queue.recordFailure();
      const waitMs = Math.max(keyMs, opened ?? 0);
      // Jobs of one key fail together; they need not come back together.
      return { jobMs: waitMs + backoffMs({ initialMs: waitMs, maxMs: waitMs }, 1, random), opened };
    },
    recordSuccess(handles) {
      openedAt = clock();
      if (keys.size > 0) for (const handle of handles) keys.delete(nameOf(handle));
      const rested = queue.open;
      if (rested) queue.recordSuccess();
      return rested;
    },
  };
}

function nameOf(handle: Uint8Array): string {
  return String.fromCharCode(...handle);
}
