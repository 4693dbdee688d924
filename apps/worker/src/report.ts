// What a worker tells, as lines of the log.
import type { WorkerEvent } from '@hammerwork/queue';
import type { Logger } from 'pino';

const stalled =
  'The event loop stood still: leases could not be renewed, and other workers may have taken the jobs. A handler computes for too long without a pause (of these kinds, or of another queue of this process), or the machine was suspended. Let it compute in a worker thread, or raise --lease.';

/** While a key service is away, a backlog is given back hundreds of times a second. */
const quietMs = 10_000;

/** `clock`: monotonic milliseconds. */
export function createReport(
  log: Logger,
  queue: string,
  clock: () => number = () => performance.now(),
): (event: WorkerEvent) => void {
  const toldAt = new Map<string | null, number>();

  /** Whether a job was told of just now that waits for the same reason. */
  function isRepeated(event: WorkerEvent): boolean {
    if (event.type !== 'settled' || !event.released) return false;
    const now = clock();
    if (now - (toldAt.get(event.errorCode) ?? Number.NEGATIVE_INFINITY) < quietMs) return true;
    toldAt.set(event.errorCode, now);
    return false;
  }

  return (event) => {
    const { type, ...rest } = event;
    const facts = { queue, ...rest };
    if (isRepeated(event)) log.debug(facts, type);
    else if (type === 'store_failed' || type === 'breaker_opened') log.error(facts, type);
    else if (type === 'stalled') log.warn({ ...facts, message: stalled }, type);
    else if (isWarning(event)) log.warn(facts, type);
    else log.info(facts, type);
  };
}

function isWarning(event: WorkerEvent): boolean {
  const { type } = event;
  return type === 'lease_lost' || type === 'quarantined' || (type === 'settled' && event.state !== 'completed');
}
