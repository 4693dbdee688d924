// Keeps a worker from hammering what is away: after a failure nothing is tried for a while, longer after each in a row.
import { type Backoff, backoffMs } from './backoff.ts';

export interface Breaker {
  /** Milliseconds until the next try; 0 when closed. */
  waitMs(): number;
  /** True from a failure until the next success: then try one thing only. */
  readonly open: boolean;
  /** Returns the new waiting time. */
  recordFailure(): number;
  recordSuccess(): void;
}

export interface BreakerOptions {
  readonly backoff: Backoff;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly random: () => number;
}

export function createBreaker({ backoff, clock, random }: BreakerOptions): Breaker {
  let failures = 0;
  let until = 0;
  return {
    waitMs: () => Math.max(0, until - clock()),
    get open() {
      return failures > 0;
    },
    recordFailure: () => {
      if (until > clock()) return until - clock(); // of the same outage
      failures += 1;
      const waitMs = backoffMs(backoff, failures, random);
      until = clock() + waitMs;
      return waitMs;
    },
    recordSuccess: () => {
      failures = 0;
      until = 0;
    },
  };
}
