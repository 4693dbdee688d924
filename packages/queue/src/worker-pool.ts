import { QueueError } from './errors.ts';
import type { Worker } from './worker.ts';
import { checkStopOptions, type StopOptions, type StopReport } from './worker-options.ts';

/** Workers, often of several queues, that start and stop together, once. */
export class WorkerPool {
  readonly #workers: Worker[] = [];
  #started = false;
  #stopped = false;

  /** Adds a worker; it starts at once if the pool has. Errors: `already_stopped`, for nothing would stop it. */
  addWorker(worker: Worker): this {
    this.#requireNotStopped();
    this.#workers.push(worker);
    if (this.#started) worker.start();
    return this;
  }

  get workers(): readonly Worker[] {
    return this.#workers;
  }

  /** Returns at once. Errors: `already_stopped`. */
  start(): void {
    this.#requireNotStopped();
    this.#started = true;
    for (const worker of this.#workers) worker.start();
  }

  /** Stops all at the same time (see `Worker.stop`) and adds up their reports. */
  async stop(options: StopOptions = {}): Promise<StopReport> {
    checkStopOptions(options);
    this.#stopped = true;
    const reports = await Promise.all(this.#workers.map((worker) => worker.stop(options)));
    const sum = (of: keyof StopReport) => reports.reduce((total, report) => total + report[of], 0);
    return { drained: sum('drained'), aborted: sum('aborted'), abandoned: sum('abandoned') };
  }

  #requireNotStopped(): void {
    if (this.#stopped)
      throw new QueueError('already_stopped', 'This pool was stopped. Make a new one, with new workers.');
  }
}
