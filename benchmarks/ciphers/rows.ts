// What is measured, one row for each contestant and size, and how rows are compared.
import { median, summary, type Timing } from '../harness/interleave.ts';

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

/** How many times as fast one is as another: by the median of their rounds' ratios, and by the fastest turns of both. */
export interface Speed {
  readonly median: number;
  readonly best: number;
}

/** Both of one run, so that whatever slows down a round slows down both. */
export function speedOf(mine: Timing, other: Timing): Speed {
  if (mine.each.length !== other.each.length) throw new RangeError('these were not measured in one run');
  return { median: median(mine.each.map((us, round) => other.each[round]! / us)), best: other.min / mine.min };
}

/** Undefined where one of the two was not measured. */
export function speed(rows: readonly Row[], which: Which, [a, b]: readonly [string, string]): Speed | undefined {
  const [mine] = select(rows, { ...which, contestant: a });
  const [other] = select(rows, { ...which, contestant: b });
  return mine && other && speedOf(mine, other);
}

export function toRows(base: Omit<Row, keyof Timing | 'contestant'>, times: Record<string, Timing>, per = 1): Row[] {
  return Object.entries(times).map(([contestant, { each }]) => ({
    ...base,
    contestant,
    ...summary(each.map((us) => us / per)),
  }));
}
