// The seam between the scan and the kinds: one object per kind, so that a bundle holds only the kinds it names.
import type { Kind } from './kinds.ts';
import type { TextScan } from './scan.ts';

// Which of two overlapping regions stays: the higher.
export const PRIORITY_TOKEN = 100;
export const PRIORITY_EMAIL = 90;
export const PRIORITY_CARD = 80;
export const PRIORITY_IBAN = 70;
export const PRIORITY_SSN = 60;
export const PRIORITY_IPV6 = 50;
export const PRIORITY_IPV4 = 40;
export const PRIORITY_PHONE = 30;
export const PRIORITY_NATIONAL = 20;
export const PRIORITY_CUSTOM = 10;

/** Field names that speak for a kind. */
export interface NameRule {
  readonly kind: Kind;
  /** Dictionary entries, separated by spaces; the words of an entry by `_`. */
  readonly names: string;
  /** Cue bits that the name gives to the scan of the value. */
  readonly cues?: number;
  /**
   * Confidence, 0 to 1, that a value under such a name is of the kind as a whole; 0 for no. Without it the name only
   * gives its cues. `numeric` is true for a JSON number, whose decimal form is `value`.
   */
  readonly accepts?: (value: string, numeric: boolean) => number;
  /** Anything found in the text says more than the name. */
  readonly yields?: boolean;
  /** Where in the value the datum begins; the start unless given. */
  readonly offset?: (value: string) => number;
  /** An object or array under such a name is sensitive as a whole. */
  readonly container?: boolean;
  /** Weak names that count below a parent: `number` below `card`. */
  readonly under?: { readonly words: string; readonly names: string };
}

/** What finds one kind, or a few that belong together. */
export interface KindDetector {
  readonly kinds: readonly Kind[];
  readonly names?: readonly NameRule[];
  /** Unit classes (`units.ts`) of which a run must hold at least one before `run` is called. */
  readonly units?: number;
  /** Unit classes of which a run must hold at least one besides. Default any. */
  readonly needs?: number;
  /** Units that a run must have before `run` is called. Default 1. */
  readonly minUnits?: number;
  /** Looks at one run of units without white space, quotes and brackets; may read on past its ends. */
  run?(scan: TextScan, start: number, end: number, units: number): void;
  /** Looks at one group of digits; answers with the end of what it took, or 0. */
  digits?(scan: TextScan, start: number, end: number): number;
}

/** An `accepts` of this confidence for values of this form. */
/* @__NO_SIDE_EFFECTS__ */ export function matching(form: RegExp, confidence: number): (value: string) => number {
  return (value) => (form.test(value) ? confidence : 0);
}
