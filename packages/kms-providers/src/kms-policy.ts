// How every KMS is called: a deadline for each attempt and for the whole call, retries with full jitter where waiting can
// help, a circuit breaker. The clients' own retries are switched off, so that this is all there is.
import { observer } from '@hammerwork/crypto-core/observer';
import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  isBrokenCircuitError,
  isTaskCancelledError,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { KmsError, type KmsErrorCode } from './errors.ts';

export interface KmsPolicyOptions {
  /** How long one attempt may take. Default 2,000. */
  attemptMs?: number;
  /** How long a call may take with all its attempts and waits. Default 8,000. */
  totalMs?: number;
  /** Attempts after the first. Default 5. */
  maxRetries?: number;
  /** The first wait is a random part of this; it doubles. Default 100. */
  baseDelayMs?: number;
  /** No wait is longer. Default 2,000. */
  maxDelayMs?: number;
  /** Attempts in a row that found the KMS unavailable, after which no call is sent. Default 8. */
  breakAfter?: number;
  /** How long none is sent, before one call probes. Default 1,000. */
  halfOpenAfterMs?: number;
  /** Gives [0, 1). Default `Math.random`. */
  random?: () => number;
  /** Told about each attempt that ended, for logs and metrics. */
  onAttempt?: (attempt: KmsAttempt) => void;
}

/** Holds no secret. */
export interface KmsAttempt {
  kms: string;
  operation: string;
  ms: number;
  /** Absent where it succeeded. */
  code?: KmsErrorCode;
}

export interface KmsPolicy {
  /** Errors: whatever `attempt` throws, which has to be a `KmsError`; `kms_unavailable` after a deadline. */
  run<T>(operation: string, attempt: (signal: AbortSignal) => Promise<T>): Promise<T>;
  readonly attemptMs: number;
  /** No call is sent at the moment. */
  readonly open: boolean;
}

const retried: readonly KmsErrorCode[] = ['kms_unavailable', 'kms_throttled', 'kms_answer_wrong'];

/** `kms` is what errors call the service: "AWS KMS". */
export function createKmsPolicy(kms: string, options: KmsPolicyOptions = {}): KmsPolicy {
  const { attemptMs = 2_000, totalMs = 8_000 } = options;
  const onAttempt = observer('onAttempt', options.onAttempt);
  const breaker = createBreaker(options);
  const policy = wrap(timeout(totalMs, TimeoutStrategy.Aggressive), createRetry(options), breaker);
  const perAttempt = timeout(attemptMs, TimeoutStrategy.Aggressive);

  /** A deadline ends the wait and not the work: what comes later is wiped. */
  async function bounded<T>(attempt: (signal: AbortSignal) => Promise<T>, outer: AbortSignal): Promise<T> {
    if (outer.aborted) throw late(kms, totalMs);
    try {
      return await perAttempt.execute(async ({ signal }) => {
        const value = await attempt(signal);
        if (signal.aborted && value instanceof Uint8Array) value.fill(0);
        return value;
      }, outer);
    } catch (error) {
      throw toKmsError(error, kms, attemptMs);
    }
  }

  async function observed<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const tell = (code?: KmsErrorCode) =>
      onAttempt({ kms, operation, ms: performance.now() - started, ...(code ? { code } : {}) });
    try {
      const value = await work();
      tell();
      return value;
    } catch (error) {
      tell((error as KmsError).code);
      throw error;
    }
  }

  return {
    attemptMs,
    get open() {
      return breaker.state === CircuitState.Open;
    },
    async run(operation, attempt) {
      let last: unknown;
      try {
        return await policy.execute(({ signal }) =>
          observed(operation, () => bounded(attempt, signal)).catch((error: unknown) => {
            last = error;
            throw error;
          }),
        );
      } catch (error) {
        // The last attempt says more than that time or patience ran out.
        if (last && (isTaskCancelledError(error) || isBrokenCircuitError(error))) throw last;
        throw toKmsError(error, kms, totalMs);
      }
    },
  };
}

function createRetry({
  maxRetries = 5,
  baseDelayMs = 100,
  maxDelayMs = 2_000,
  random = Math.random,
}: KmsPolicyOptions) {
  return retry(
    handleWhen((error) => error instanceof KmsError && retried.includes(error.code)),
    {
      maxAttempts: maxRetries,
      backoff: new DelegateBackoff(({ attempt }) => random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1))),
    },
  ).dangerouslyUnref();
}

function createBreaker({ breakAfter = 8, halfOpenAfterMs = 1_000 }: KmsPolicyOptions): CircuitBreakerPolicy {
  return circuitBreaker(
    handleWhen((error) => error instanceof KmsError && error.code === 'kms_unavailable'),
    { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(breakAfter) },
  );
}

function toKmsError(error: unknown, kms: string, ms: number): KmsError {
  if (error instanceof KmsError) return error;
  if (isTaskCancelledError(error)) return late(kms, ms);
  if (isBrokenCircuitError(error)) {
    return new KmsError('kms_unavailable', `${kms} did not answer the last calls; the next one is tried in a moment.`);
  }
  return new KmsError('kms_unavailable', `${kms} gave no usable answer.`);
}

function late(kms: string, ms: number): KmsError {
  return new KmsError(
    'kms_unavailable',
    `${kms} did not answer within ${ms} ms: look at its address and the network. What waits is tried again.`,
  );
}
