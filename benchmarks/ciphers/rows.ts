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

/** How many times as fast `a` is as `b` by their medians; undefined where one was not measured. */
export function speed(rows: readonly Row[], which: Which, [a, b]: readonly [string, string]): number | undefined {
  const [mine] = select(rows, { ...which, contestant: a });
  const [other] = select(rows, { ...which, contestant: b });
  return mine && other && other.median / mine.median;
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
