// Callbacks that only tell the caller what happened. Where one fails, the work that it is told of goes on all the same.
// Here beside the errors, which all packages above share as well.

interface Process {
  /** Not in every runtime that has a `process`. */
  emitWarning?(text: string, options: { code: string }): void;
}

/**
 * `callback` as one that never throws. What it throws, or what its promise rejects with, is told once, as a warning of
 * the process that names `name`; not the text, which may quote anything. Without a callback it does nothing.
 */
export function observer<Told>(name: string, callback: ((told: Told) => unknown) | undefined): (told: Told) => void {
  let failedBefore = false;
  const failed = (error: unknown) => {
    if (failedBefore) return;
    failedBefore = true;
    const what = error instanceof Error ? error.constructor.name : typeof error;
    const { process } = globalThis as { process?: Process };
    const code = 'HAMMERWORK_OBSERVER_FAILED';
    process?.emitWarning?.(`${name} failed (${what}). Mend it: what it was told of went on without it.`, { code });
  };
  return (told) => {
    try {
      const answer = callback?.(told);
      if (answer instanceof Promise) answer.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}
