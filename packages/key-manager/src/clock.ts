// Time as a passed-in effect, so that tests move it by hand.

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once after `ms` milliseconds. The returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** The longest wait that a timer of the machine takes (24.8 days); a longer one would go off at once. */
const maxTimerMs = 2 ** 31 - 1;

/** The machine's own time. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, callback) {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (leftMs: number): void => {
      const then = leftMs > maxTimerMs ? () => wait(leftMs - maxTimerMs) : callback;
      timer = setTimeout(then, Math.min(leftMs, maxTimerMs));
      timer.unref();
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};
