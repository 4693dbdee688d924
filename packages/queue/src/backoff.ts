/** How long to wait before the next try: a random time up to `initialMs * 2^(failures - 1)`, at most `maxMs`. */
export interface Backoff {
  /** Default 1000. */
  readonly initialMs: number;
  /** Default 3,600,000 (one hour). */
  readonly maxMs: number;
}

export const defaultBackoff: Backoff = { initialMs: 1000, maxMs: 3_600_000 };

/** Full jitter: failing together must not mean coming back together. `random` gives [0, 1). At least 1 ms. */
export function backoffMs({ initialMs, maxMs }: Backoff, failures: number, random: () => number): number {
  return Math.max(1, Math.floor(random() * Math.min(maxMs, initialMs * 2 ** (failures - 1))));
}
