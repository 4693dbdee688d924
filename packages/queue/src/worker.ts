// A worker: claims jobs of one queue and runs their handlers, a bounded number at once.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isCodedError } from '@hammerwork/crypto-core/errors';
import { observer } from '@hammerwork/crypto-core/observer';
import { type AttemptKeys, type AttemptTools, runAttempt } from './attempt.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { QueueError } from './errors.ts';
import { codeOf, protectionVerdict, released } from './failure.ts';
import type { Handler } from './handler.ts';
import type { JobId } from './job-id.ts';
import { possibleHandles } from './key-handles.ts';
import { createKeyOutage, type KeyOutage } from './key-outage.ts';
import { abort, type HeldJob, renewLeases } from './leases.ts';
import { pause, waitForAll } from './pause.ts';
import { createSettler, type Settle } from './settler.ts';
import { createStallWatch } from './stall.ts';
import type { ClaimedJob, Settlement } from './store.ts';
import { answerMsFor, type WorkerStore, withDeadlines } from './store-deadline.ts';
import {
  checkStopOptions,
  checkWorkerOptions,
  type StopOptions,
  type StopReport,
  type WorkerEvent,
  type WorkerOptions,
} from './worker-options.ts';

const clock = () => performance.now();

/** A key service is asked again at least this often: jobs go on within 5 seconds of its return. */
const maxKeyPauseMs = 1500;

/** Runs jobs from `start` to `stop`, once. Goes on through outages of the database and of key services. */
export class Worker {
  readonly name: string;
  readonly #options: Required<Omit<WorkerOptions, 'onEvent' | 'outageBackoff' | 'name'>>;
  readonly #emit: (event: WorkerEvent) => void;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #held = new Map<JobId, HeldJob & { done: Promise<void> }>();
  readonly #stalledMs: () => number | undefined;
  readonly #store: WorkerStore;
  readonly #storeBreaker: Breaker;
  readonly #keyOutage: KeyOutage;
  readonly #giveUp = new AbortController();
  readonly #settle: Settle;
  readonly #idleWaiters = new Set<() => void>();
  #rest = new AbortController();
  #waitsForSlot = false;
  #stopping = false;
  #loop: Promise<void> | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #beats = 0;
  /** The last claim took all that it asked for. */
  #backlog = false;
  #unsubscribe = (): void => {};

  constructor(options: WorkerOptions) {
    checkWorkerOptions(options);
    const { queueName = 'default', concurrency = 10, leaseMs = 30_000, pollMs = 500 } = options;
    const { unknownKindDelayMs = 30_000, heldKeyDelayMs = 120_000, random = Math.random, queue, handlers } = options;
    this.name = options.name ?? `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
    const waiting = { unknownKindDelayMs, heldKeyDelayMs };
    this.#options = { queue, handlers, queueName, concurrency, leaseMs, pollMs, ...waiting, random };
    this.#emit = observer('onEvent', options.onEvent);
    this.#handlers = new Map(handlers.map((handler) => [handler.type.kind, handler]));
    const backoff = { initialMs: 500, maxMs: 30_000, ...options.outageBackoff };
    this.#storeBreaker = createBreaker({ backoff, clock, random });
    const keyBackoff = { ...backoff, maxMs: Math.min(backoff.maxMs, maxKeyPauseMs) };
    const maxProbes = Math.ceil(concurrency / 4);
    this.#keyOutage = createKeyOutage({ backoff: keyBackoff, maxProbes, clock, random });
    this.#stalledMs = createStallWatch(leaseMs / 3, clock);
    this.#store = withDeadlines(queue.store, {
      answerMs: answerMsFor(leaseMs),
      onLateClaim: (jobs) => void this.#release(jobs, 'store_unavailable'),
    });
    this.#settle = createSettler({
      store: this.#store,
      backoff,
      random,
      signal: this.#giveUp.signal,
      onError: (error) => this.#storeFailed('settle', error),
    });
  }

  /** Jobs in their handlers' hands. */
  get running(): number {
    return this.#held.size;
  }

  /**
   * Returns at once. A database that is away is waited for. TypeError when called twice. Errors: `already_stopped`.
   */
  start(): void {
    if (this.#stopping) throw new QueueError('already_stopped', 'This worker was stopped. Make a new one.');
    if (this.#loop) throw new TypeError('A worker is started once. Make a new one.');
    const { queue, queueName, leaseMs } = this.#options;
    this.#unsubscribe = queue.onEnqueued(queueName, () => this.wake());
    this.#heartbeat = setInterval(() => this.#beat(), leaseMs / 3);
    this.#beat();
    this.#loop = this.#work();
  }

  /** Looks for jobs now. */
  wake(): void {
    this.#rest.abort();
  }

  /** Resolves when a look found no job that may run now, and none is running. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.add(resolve);
      this.wake();
    });
  }

  /**
   * Claims no more, lets running jobs finish, aborts their signals after `drainMs`, and gives up on those that do not
   * react within `abortMs`. Jobs that ended by the abort are released without using an attempt.
   */
  async stop(options: StopOptions = {}): Promise<StopReport> {
    checkStopOptions(options);
    const { drainMs = 30_000, abortMs = 5000 } = options;
    this.#stopping = true;
    this.#unsubscribe();
    this.wake();
    const before = this.#held.size;
    await this.#ended(drainMs);
    const undrained = this.#held.size;
    for (const held of this.#held.values()) abort(held, 'worker_stopping');
    await this.#ended(abortMs);
    this.#giveUp.abort();
    const abandoned = this.#held.size;
    clearInterval(this.#heartbeat);
    for (const resolve of this.#idleWaiters) resolve();
    return { drained: before - undrained, aborted: undrained - abandoned, abandoned };
  }

  #ended(withinMs: number): Promise<void> {
    return waitForAll([this.#loop, this.#beating, ...[...this.#held.values()].map(({ done }) => done)], withinMs);
  }

  async #work(): Promise<void> {
    const { concurrency, pollMs } = this.#options;
    while (!this.#stopping) {
      this.#rest = new AbortController();
      const free = concurrency - this.#held.size;
      const waitMs = Math.max(this.#storeBreaker.waitMs(), this.#keyOutage.waitMs());
      this.#waitsForSlot = free === 0;
      if (free === 0 || waitMs > 0) {
        await pause(free === 0 ? 2 ** 31 - 1 : waitMs, this.#rest.signal);
        continue;
      }
      const limit = this.#storeBreaker.open || this.#keyOutage.open ? 1 : free;
      const heldUntil = clock() + this.#options.leaseMs;
      const claimed = await this.#claim(limit);
      if (this.#stopping) return this.#release(claimed ?? [], 'worker_stopping');
      for (const job of claimed ?? []) this.#begin(job, heldUntil);
      this.#backlog = claimed?.length === limit;
      if (claimed?.length === 0 && this.#held.size === 0) this.#idle();
      if (claimed && claimed.length < limit) await pause(pollMs, this.#rest.signal);
    }
  }

  /** Undefined when the store failed. */
  async #claim(limit: number): Promise<ClaimedJob[] | undefined> {
    const { queueName, leaseMs } = this.#options;
    try {
      const claimed = await this.#store.claim({ queueName, worker: this.name, limit, leaseMs });
      if (this.#storeBreaker.open) this.#emit({ type: 'breaker_closed' });
      this.#storeBreaker.recordSuccess();
      this.#prefetchKeys(claimed);
      return claimed;
    } catch (error) {
      this.#storeFailed('claim', error);
      if (await this.#quarantined(error)) return undefined;
      const waitMs = this.#storeBreaker.recordFailure();
      this.#emit({ type: 'breaker_opened', waitMs, errorCode: codeOf(error) });
      return undefined;
    }
  }

  /** Whether jobs were set aside for which the database refuses the claim, so that the next one may succeed. */
  async #quarantined(error: unknown): Promise<boolean> {
    if (codeOf(error) !== 'store_refused') return false;
    const count = await this.#store.quarantineUnreadable(this.#options.queueName).catch(() => 0);
    if (count > 0) this.#emit({ type: 'quarantined', count, errorCode: 'row_too_large' });
    return count > 0;
  }

  /** Nobody waits for it: a key service that hangs must not keep jobs whose keys are in memory. */
  #prefetchKeys(claimed: readonly ClaimedJob[]): void {
    const handles = claimed
      .flatMap((job) => possibleHandles(job.handles))
      .filter((handle) => !this.#keyOutage.isFailing(handle));
    // a failure shows when the key is used
    if (handles.length > 0) (async () => this.#options.queue.prefetchKeys?.(handles))().catch(() => {});
  }

  /** Gives back what was claimed too late, or when the stop came. If that fails, the lease brings it back. */
  async #release(claimed: readonly ClaimedJob[], errorCode: string): Promise<void> {
    const verdict = released(errorCode, 0);
    const back = claimed.map(({ id, fence }) => this.#settle({ id, fence, ...verdict, outcome: null }));
    await Promise.allSettled(back);
  }

  #begin(job: ClaimedJob, heldUntil: number): void {
    const controller = new AbortController();
    const held = { job, controller, heldUntil, done: Promise.resolve() };
    this.#held.set(job.id, held);
    held.done = this.#attempt(held).then((event) => {
      // the same job again, where this attempt's lease was lost and it was claimed anew
      if (this.#held.get(job.id) === held) this.#held.delete(job.id);
      if (event) this.#emit(event);
      if (this.#waitsForSlot || this.#idleWaiters.size > 0) this.wake();
    });
  }

  async #attempt({ job, controller }: HeldJob): Promise<WorkerEvent | undefined> {
    const startedAt = clock();
    const handler = this.#handlers.get(job.kind);
    const settlement = await runAttempt(job, { handler, controller }, this.#attemptTools()).catch(
      (): Settlement => ({ id: job.id, fence: job.fence, ...protectionVerdict(undefined, 0), outcome: null }),
    );
    const { kind, attempt } = job;
    try {
      if (!(await this.#settle(settlement))) return { type: 'lease_lost', jobId: job.id, kind };
    } catch {
      return undefined; // reported by the settler; the lease brings the job back
    }
    const { state, errorCode } = settlement;
    const released = state === 'scheduled' && settlement.keepAttempt;
    return {
      type: 'settled',
      jobId: job.id,
      kind,
      state,
      errorCode,
      attempt,
      released,
      elapsedMs: clock() - startedAt,
    };
  }

  #attemptTools(): AttemptTools {
    const { queue, random, unknownKindDelayMs, heldKeyDelayMs } = this.#options;
    return {
      codec: queue.codec,
      store: this.#store,
      scrub: queue.scrub,
      random,
      unknownKindDelayMs,
      heldKeyDelayMs,
      keys: this.#attemptKeys(),
      giveUp: this.#giveUp.signal,
    };
  }

  #attemptKeys(): AttemptKeys {
    return {
      enter: ({ handles }) => this.#keyOutage.enter(handles),
      unavailable: ({ handles }, error) => {
        const errorCode = codeOf(error);
        const { jobMs, restMs } = this.#keyOutage.recordFailure(handles, errorCode);
        if (restMs !== undefined) this.#emit({ type: 'breaker_opened', waitMs: restMs, errorCode });
        return jobMs;
      },
      available: ({ handles }) => {
        if (!this.#keyOutage.recordSuccess(handles)) return;
        this.#emit({ type: 'breaker_closed' });
        this.wake();
      },
    };
  }

  #beat(): void {
    const forMs = this.#stalledMs();
    if (forMs !== undefined) this.#emit({ type: 'stalled', forMs, kinds: this.#kindsHeld() });
    this.#beating ??= this.#renewAndReclaim()
      .catch((error: unknown) => this.#storeFailed('heartbeat', error))
      .finally(() => {
        this.#beating = undefined;
      });
  }

  async #renewAndReclaim(): Promise<void> {
    const { queueName, leaseMs } = this.#options;
    await renewLeases(this.#store, this.#held, { leaseMs, clock });
    if (this.#stopping) return;
    const count = await this.#store.reclaim(queueName);
    if (count > 0) this.#emit({ type: 'reclaimed', count });
    // once in a lease, and only where more waits than is taken: it reads the whole backlog
    this.#beats += 1;
    if (this.#backlog && this.#beats % 3 === 0 && !this.#stopping) await this.#store.promote(queueName);
    if (count > 0) this.wake();
  }

  #kindsHeld(): string[] {
    return [...new Set([...this.#held.values()].map(({ job }) => job.kind))];
  }

  #idle(): void {
    for (const resolve of this.#idleWaiters) resolve();
    this.#idleWaiters.clear();
  }

  #storeFailed(during: 'claim' | 'heartbeat' | 'settle', error: unknown): void {
    // only a coded error's message is known to hold no values
    const message = isCodedError(error) ? { message: error.message } : {};
    this.#emit({ type: 'store_failed', during, errorCode: codeOf(error), ...message });
  }
}
