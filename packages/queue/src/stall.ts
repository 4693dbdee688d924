// Whether the event loop stood still. What keeps it keeps all leases of the process from being renewed, and nothing else
// would say why they were lost.

/** A heartbeat may be late by this much on a busy machine. */
const leastMs = 1000;

/**
 * To be called at each heartbeat, `everyMs` apart. Answers by how many milliseconds it is late, where that is more than
 * one heartbeat. `clock` is monotonic.
 */
export function createStallWatch(everyMs: number, clock: () => number): () => number | undefined {
  let dueAt = Number.POSITIVE_INFINITY;
  return () => {
    const now = clock();
    const lateMs = Math.round(now - dueAt);
    dueAt = now + everyMs;
    return lateMs > Math.max(everyMs, leastMs) ? lateMs : undefined;
  };
}
