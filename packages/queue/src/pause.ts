/** Resolves after `ms` milliseconds, or as soon as `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** Waits for promises that do not reject, but no longer than `ms`: a database may never answer. */
export async function waitForAll(promises: readonly unknown[], ms: number): Promise<void> {
  const early = new AbortController();
  await Promise.race([Promise.all(promises), pause(ms, early.signal)]);
  early.abort();
}
