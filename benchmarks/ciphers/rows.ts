// What is measured, one row for each contestant and size, and how rows are compared.
import type { Timing } from '../harness/interleave.ts';

export type Runtime = 'Node' | 'Deno' | 'Bun' | 'workerd';

export interface Row extends Timing {
  readonly runtime: Runtime;
  /** Such as `aes-256-gcm`, `record aes-256-gcm`, `batch of 64 aes-256-gcm`, `sha-512`. */
  readonly what: string;
  readonly direction: 'seal' | 'open' | 'hash';
  readonly bytes: number;
  readonly contestant: string;
}

export type Which = Partial<Pick<Row, 'runtime' | 'what' | 'direction' | 'bytes' | 'contestant'>>;

export function select(rows: readonly Row[], which: Which): Row[] {
  const wanted = Object.entries(which) as [keyof Which, unknown][];
  return rows.filter((row) => wanted.every(([field, value]) => row[field] === value));
}

/** How many times as fast one is as another: by the medians of their runs, and by the fastest runs of both. */
export interface Speed {
  readonly median: number;
  readonly best: number;
}

export function speedOf(mine: Timing, other: Timing): Speed {
  return { median: other.median / mine.median, best: other.min / mine.min };
}

/** Undefined where one of the two was not measured. */
export function speed(rows: readonly Row[], which: Which, [a, b]: readonly [string, string]): Speed | undefined {
  const [mine] = select(rows, { ...which, contestant: a });
  const [other] = select(rows, { ...which, contestant: b });
  return mine && other && speedOf(mine, other);
}

export function toRows(
  base: Omit<Row, 'min' | 'median' | 'contestant'>,
  times: Record<string, Timing>,
  per = 1,
): Row[] {
  return Object.entries(times).map(([contestant, { min, median }]) => ({
    ...base,
    contestant,
    min: min / per,
    median: median / per,
  }));
}
