// A clock that tests move by hand.
import type { Clock } from '../src/clock.ts';

export interface TestClock extends Clock {
  /** Moves on, calling back what becomes due; before, and after each callback, the event loop settles. */
  advance(ms: number): Promise<void>;
}

export function createTestClock(startMs: number = Date.UTC(2026, 0, 1)): TestClock {
  let nowMs = startMs;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => nowMs,
    after(ms, callback) {
      const timer = { at: nowMs + ms, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      await new Promise((settled) => setImmediate(settled));
      const until = nowMs + ms;
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.at);
        next.callback();
        await new Promise((settled) => setImmediate(settled));
      }
      nowMs = until;
      await new Promise((settled) => setImmediate(settled));
    },
  };
}
