// Work that repeats while a key manager runs: the next turn is set when the last has ended, so turns never overlap.
import type { Clock } from './clock.ts';

export interface Schedule {
  /** Cancels the next turn and waits for the one that runs. */
  stop(): Promise<void>;
}

/** Runs `work` every `everyMs` until stopped. `work` handles its own failures. */
export function repeat(clock: Clock, everyMs: number, work: () => Promise<void>): Schedule {
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let cancel = clock.after(everyMs, turn);
  function turn(): void {
    running = work().finally(() => {
      if (!stopped) cancel = clock.after(everyMs, turn);
    });
  }
  return {
    stop() {
      stopped = true;
      cancel();
      return running;
    },
  };
}
