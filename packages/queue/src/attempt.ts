// One attempt at one job: open, run, seal what came of it. Ends in a settlement, whatever happens.
import { isCodedError } from '@hammerwork/crypto-core/errors';
import { describeError } from './error-text.ts';
import { QueueError } from './errors.ts';
import { completed, handlerVerdict, protectionVerdict, released, type Verdict } from './failure.ts';
import type { Handler, Job } from './handler.ts';
import type { JobCodec } from './job-codec.ts';
import type { OutcomeSurface } from './job-state.ts';
import type { AnyJobType } from './job-type.ts';
import type { Entry } from './key-outage.ts';
import { pause } from './pause.ts';
import type { ClaimedJob, JobStore, Outcome, Settlement } from './store.ts';

export interface AttemptTools {
  readonly codec: JobCodec;
  readonly store: Pick<JobStore, 'saveProgress'>;
  readonly scrub: ((text: string) => string) | undefined;
  readonly random: () => number;
  readonly unknownKindDelayMs: number;
  readonly keys: AttemptKeys;
  /** How long a job waits whose key is held back. */
  readonly heldKeyDelayMs: number;
  /** Ends waiting for keys to come back. */
  readonly giveUp: AbortSignal;
}

/** What an attempt asks and tells about its keys. */
export interface AttemptKeys {
  /** Before they are asked for. */
  enter(job: ClaimedJob): Entry;
  /** One does not come; returns how long the job waits. */
  unavailable(job: ClaimedJob, error: unknown): number;
  /** The job was opened. */
  available(job: ClaimedJob): void;
}

type Ending = { readonly result: unknown } | { readonly thrown: unknown };

/** `controller` aborts the handler; its reason is a `QueueError`. */
export async function runAttempt(
  job: ClaimedJob,
  { handler, controller }: { handler: Handler | undefined; controller: AbortController },
  tools: AttemptTools,
): Promise<Settlement> {
  const settle = (verdict: Verdict, outcome: Outcome | null = null): Settlement => ({
    id: job.id,
    fence: job.fence,
    ...verdict,
    outcome,
  });
  if (!handler) return settle(released('kind_unknown', tools.unknownKindDelayMs));

  const entry = tools.keys.enter(job);
  if ('waitMs' in entry) return settle(released(entry.errorCode, entry.waitMs));
  let payload: unknown;
  try {
    payload = await tools.codec.decodePayload(handler.type, job);
    if (handler.type.policy) tools.keys.available(job);
  } catch (error) {
    return settle(protectionVerdict(error, releaseMs(job, error, tools)));
  } finally {
    entry.leave();
  }

  const ending = await runHandler(handler, { job, payload, controller, tools });
  if ('thrown' in ending) {
    const errorCode = 'handler_failed';
    return settle(...(await failed(handler.type, { job, thrown: ending.thrown, errorCode, controller, tools })));
  }
  if (ending.result === undefined) return settle(completed);
  try {
    return settle(completed, await encodeResult(handler.type, { job, result: ending.result, tools }));
  } catch (error) {
    if (isCodedError(error) && error.kind === 'input')
      return settle(...(await failed(handler.type, { job, thrown: error, errorCode: error.code, controller, tools })));
    return settle(protectionVerdict(error, releaseMs(job, error, tools)));
  }
}

async function runHandler(
  { type, run }: Handler,
  {
    job,
    payload,
    controller,
    tools,
  }: {
    job: ClaimedJob;
    payload: unknown;
    controller: AbortController;
    tools: AttemptTools;
  },
): Promise<Ending> {
  const inHand: Job<unknown> = {
    id: job.id,
    kind: job.kind,
    queueName: job.queueName,
    tenant: job.tenant,
    payload,
    attempt: job.attempt,
    maxAttempts: job.maxAttempts,
    createdAt: job.createdAt,
    signal: controller.signal,
    saveProgress: (value) => {
      const saved = saveProgress(type, { job, surface: 'progress', value, tools });
      saved.catch(() => {}); // a handler that does not wait for it must not end the process with all its other jobs
      return saved;
    },
  };
  let timer: NodeJS.Timeout | undefined;
  // A handler that ignores its signal must not hold its attempt for ever.
  const timeout = new Promise<never>((_, reject) => {
    if (type.timeoutMs === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(() => {
      const reason = new QueueError('attempt_timeout', `The attempt took longer than ${type.timeoutMs} ms.`);
      controller.abort(reason);
      reject(reason);
    }, type.timeoutMs);
  });
  try {
    const result = await Promise.race([(async () => run(inHand as Job<never>))(), timeout]);
    return { result };
  } catch (thrown) {
    return { thrown };
  } finally {
    clearTimeout(timer);
  }
}

async function saveProgress(type: AnyJobType, progress: ToEncode): Promise<void> {
  const { job, tools } = progress;
  if (!(await tools.store.saveProgress(job, await encode(type, progress))))
    throw new QueueError('lease_lost', `Job ${job.id} is no longer held by this worker.`);
}

interface Failed {
  readonly job: ClaimedJob;
  readonly thrown: unknown;
  /** Where the attempt was not aborted. */
  readonly errorCode: string;
  readonly controller: AbortController;
  readonly tools: AttemptTools;
}

async function failed(
  type: AnyJobType,
  { job, thrown, errorCode, controller, tools }: Failed,
): Promise<[Verdict, Outcome | null]> {
  const reason: unknown = controller.signal.reason;
  const abortCode = reason instanceof QueueError ? reason.code : undefined;
  if (abortCode === 'worker_stopping') return [released(abortCode, 0), null];
  if (abortCode === 'job_cancelled')
    return [{ state: 'cancelled', delayMs: 0, keepAttempt: false, errorCode: abortCode }, null];
  const verdict = handlerVerdict(abortCode ?? errorCode, job, { backoff: type.backoff, random: tools.random });
  const clean = type.policy ? (text: string) => text : tools.scrub;
  try {
    const value = describeError(thrown, clean);
    return [verdict, await encode(type, { job, surface: 'error', value, tools })];
  } catch {
    return [verdict, null]; // no key to seal the text with, or a scrubber that fails: the code alone is kept
  }
}

interface ToEncode {
  readonly job: ClaimedJob;
  readonly surface: OutcomeSurface;
  readonly value: unknown;
  readonly tools: AttemptTools;
}

async function encode(type: AnyJobType, { job, surface, value, tools }: ToEncode): Promise<Outcome> {
  return { surface, attempt: job.attempt, ...(await tools.codec.encodeOutcome(type, job, surface, value)) };
}

/** Retries of a result whose key is held back, over `heldKeyDelayMs`. */
const heldTries = 30;

/**
 * Waits for keys that are away rather than letting finished work be done again. For a key that is held back (expired,
 * and nobody rotated it) only for a while: what waits here keeps other jobs from running.
 */
async function encodeResult(
  type: AnyJobType,
  { job, result, tools }: { job: ClaimedJob; result: unknown; tools: AttemptTools },
): Promise<Outcome> {
  for (let held = 0; ; ) {
    try {
      return await encode(type, { job, surface: 'result', value: result, tools });
    } catch (error) {
      if (!isCodedError(error) || !error.retryable || tools.giveUp.aborted) throw error;
      if (error.kind === 'held' && ++held > heldTries) throw error;
      const waitMs = error.kind === 'held' ? tools.heldKeyDelayMs / heldTries : tools.keys.unavailable(job, error);
      await pause(waitMs, tools.giveUp);
    }
  }
}

function releaseMs(job: ClaimedJob, error: unknown, { keys, heldKeyDelayMs, random }: AttemptTools): number {
  if (!isCodedError(error)) return 0;
  if (error.kind === 'unavailable') return keys.unavailable(job, error);
  return error.kind === 'held' ? heldKeyDelayMs * (0.5 + random() / 2) : 0;
}
