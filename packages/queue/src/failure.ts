// What becomes of a job that failed, by class of failure (design: Errors and what the queue does with them). Pure.
import { isCodedError } from '@hammerwork/crypto-core/errors';
import { backoffMs } from './backoff.ts';
import type { AnyJobType } from './job-type.ts';
import type { ClaimedJob, Settlement } from './store.ts';

/** A settlement before it is known whose it is and what outcome it carries. */
export type Verdict = Pick<Settlement, 'state' | 'delayMs' | 'keepAttempt' | 'errorCode'>;

export const completed: Verdict = { state: 'completed', delayMs: 0, keepAttempt: false, errorCode: null };

/** Puts a job back as if it had not been claimed. */
export function released(errorCode: string, delayMs: number): Verdict {
  return { state: 'scheduled', delayMs, keepAttempt: true, errorCode };
}

/**
 * For failures to open or to seal. `releaseMs` is how long a job waits that could not be opened for now. An error
 * without a class parks the job: it is neither the handler's fault nor a proof of tampering.
 */
export function protectionVerdict(error: unknown, releaseMs: number): Verdict {
  if (!isCodedError(error)) return { state: 'parked', delayMs: 0, keepAttempt: true, errorCode: 'protection_failed' };
  const { kind, code } = error;
  if (kind === 'unavailable' || kind === 'held') return released(code, releaseMs);
  const state = kind === 'broken_seal' || kind === 'policy' ? 'quarantined' : 'parked';
  return { state, delayMs: 0, keepAttempt: true, errorCode: code };
}

/** For failures of the handler: retry with backoff, then the dead letter. */
export function handlerVerdict(
  errorCode: string,
  job: Pick<ClaimedJob, 'attempt' | 'maxAttempts'>,
  { backoff, random }: { backoff: AnyJobType['backoff']; random: () => number },
): Verdict {
  if (job.attempt >= job.maxAttempts) return { state: 'dead', delayMs: 0, keepAttempt: false, errorCode };
  return { state: 'scheduled', delayMs: backoffMs(backoff, job.attempt, random), keepAttempt: false, errorCode };
}

export function codeOf(error: unknown): string {
  return isCodedError(error) ? error.code : 'unexpected';
}
