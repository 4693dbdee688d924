import type { Worker } from './worker.ts';
import type { StopOptions, StopReport } from './worker-options.ts';

/** Workers, often of several queues, that start and stop together. */
export class WorkerPool {
  readonly #workers: Worker[] = [];
  #started = false;

  /** Adds a worker; it starts at once if the pool has. */
  addWorker(worker: Worker): this {
    this.#workers.push(worker);
    if (this.#started) worker.start();
    return this;
  }

  get workers(): readonly Worker[] {
    return this.#workers;
  }

  /** Returns at once. */
  start(): void {
    this.#started = true;
    for (const worker of this.#workers) worker.start();
  }

  /** Stops all at the same time (see `Worker.stop`) and adds up their reports. */
  async stop(options: StopOptions = {}): Promise<StopReport> {
    const reports = await Promise.all(this.#workers.map((worker) => worker.stop(options)));
    const sum = (of: keyof StopReport) => reports.reduce((total, report) => total + report[of], 0);
    return { drained: sum('drained'), aborted: sum('aborted'), abandoned: sum('abandoned') };
  }
}
