// Settings of a detector.
import type { Finding } from './finding.ts';
import { KINDS, type Kind, OPT_IN_KINDS } from './kinds.ts';

/** How much is scanned; what lies beyond is reported as `unscannable`. */
export interface Limits {
  /** Levels of objects and arrays. 1 to 1000, default 256. */
  readonly maxDepth: number;
  /** Values in all, members and elements. Default 5,000,000. */
  readonly maxNodes: number;
  /** UTF-16 units of one string. Default 16,777,216 (16 Mi). */
  readonly maxTextUnits: number;
  /** Levels of JSON inside of strings that are read with their field names. 0 to 8, default 3. */
  readonly maxJsonLevels: number;
}

/** A detector of the caller's own. */
export interface CustomDetector {
  readonly kind: `custom:${string}`;
  /** Regions in `text`, in UTF-16 units, `end` exclusive. A throw makes the text `unscannable`. Its cost is its own. */
  find(text: string): Iterable<{ readonly start: number; readonly end: number; readonly confidence?: number }>;
}

/** Options of `createDetector`. */
export interface DetectorOptions {
  /** Kinds to look for. Default: all but `OPT_IN_KINDS`. */
  readonly kinds?: readonly Kind[];
  /** Least confidence of a finding, 0 to 1. Default 0.5. */
  readonly threshold?: number;
  /** Also look at the keys of objects. Default true. */
  readonly scanKeys?: boolean;
  /** Field names of the caller's own, any way of writing (`no` is `number`), and what they hold. `false`: nothing personal. */
  readonly names?: Readonly<Record<string, Kind | false>>;
  readonly custom?: readonly CustomDetector[];
  /** True for a finding that is not to be reported. `text` is the region itself: keep it out of logs. */
  readonly allow?: (finding: Finding, text: string) => boolean;
  /** A second opinion on phone numbers, such as libphonenumber's; false drops the candidate, a throw does not. */
  readonly validatePhone?: (candidate: string) => boolean;
  readonly limits?: Partial<Limits>;
}

export const DEFAULT_THRESHOLD = 0.5;

/** The least of each, what it is unless said, and the most. */
const LIMITS: Readonly<Record<keyof Limits, readonly [number, number, number]>> = {
  maxDepth: [1, 256, 1000],
  maxNodes: [1, 5_000_000, 1e9],
  maxTextUnits: [1, 1 << 24, 1 << 29],
  maxJsonLevels: [0, 3, 8],
};

/** Limits with the defaults in place. RangeError for one outside of its bounds. */
export function limitsOf(options: DetectorOptions): Limits {
  const limits: Partial<Record<keyof Limits, number>> = { ...options.limits };
  for (const name of Object.keys(LIMITS) as (keyof Limits)[]) {
    const [least, usual, most] = LIMITS[name];
    const limit = limits[name] ?? usual;
    limits[name] = limit;
    if (!Number.isInteger(limit) || limit < least || limit > most)
      throw new RangeError(`limits.${name} must be an integer from ${least} to ${most}, not ${String(limit)}`);
  }
  return limits as Limits;
}

/** The threshold. RangeError outside of 0 to 1. */
export function thresholdOf(options: DetectorOptions): number {
  const threshold = options.threshold ?? DEFAULT_THRESHOLD;
  if (!(threshold >= 0 && threshold <= 1))
    throw new RangeError(`threshold must be from 0 to 1, not ${String(threshold)}`);
  return threshold;
}

/** The kinds to look for. TypeError for a kind that does not exist. */
export function kindsOf(options: DetectorOptions): ReadonlySet<Kind> {
  const kinds = options.kinds ?? KINDS.filter((kind) => !OPT_IN_KINDS.includes(kind));
  for (const kind of kinds) {
    if (!KINDS.includes(kind)) throw new TypeError(`kinds: no kind is called ${JSON.stringify(kind)}; see KINDS`);
  }
  return new Set(kinds);
}
