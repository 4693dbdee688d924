// Runs of units that the body of a token may have, each walked once however many prefixes stand in it.
import type { TextScan } from './scan.ts';
import { DASH, DOT, endOf, startOf } from './units.ts';

/** A run of units that the body of a token may have. */
export interface BodyRun {
  readonly start: number;
  readonly end: number;
  /** Its end without the full stop or the dashes of a sentence. */
  readonly close: number;
}

/** A token ends where its alphabet ends, but the full stop or the two dashes of a sentence are not part of it. */
export function trimmedEnd(text: string, least: number, end: number): number {
  const close = startOf(text, end, DOT, least);
  return text.endsWith('--', close) ? startOf(text, close, DASH, least) : close;
}

/** The run of body units at `start`; one walk per run and alphabet, however many prefixes stand in it. */
export function bodyRun(scan: TextScan, alphabet: number, start: number): BodyRun {
  const known = scan.bodies.get(alphabet);
  if (known && start >= known.start && start <= known.end) return known;
  const end = endOf(scan.text, start, alphabet);
  const run = { start, end, close: trimmedEnd(scan.text, start, end) };
  scan.bodies.set(alphabet, run);
  return run;
}
