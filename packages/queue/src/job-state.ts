/**
 * Where a job stands. `scheduled` waits for its time, `ready` for a worker. `completed`, `dead` (attempts used up) and
 * `cancelled` are finished. `parked` waits for a person because its key is gone; `quarantined` was tampered with or
 * does not fit the worker's policy, and is never run again unless it is redriven.
 */
export type JobState = (typeof jobStates)[number];

export const jobStates = [
  'scheduled',
  'ready',
  'running',
  'completed',
  'dead',
  'cancelled',
  'parked',
  'quarantined',
] as const;

/** States from which `redrive` takes a job back. */
export const redrivableStates: readonly JobState[] = ['dead', 'cancelled', 'parked', 'quarantined'];

/** What belongs to a job beside its payload. */
export type OutcomeSurface = 'result' | 'error' | 'progress';
