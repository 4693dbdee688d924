// What a scan answers with.
import type { FindingKind } from './kinds.ts';

/** One region that holds personal data or a secret. It never holds the value itself. */
export interface Finding {
  readonly kind: FindingKind;
  /** JSON Pointer (RFC 6901) of the value; with `inKey`, of the object that has the key, so that no pointer names it. */
  readonly pointer: string;
  /** First UTF-16 unit of the region in the string (or in the decimal form of a number, or in the key). */
  readonly start: number;
  /** End of the region, exclusive. `start === end` says that the whole object or array is meant. */
  readonly end: number;
  /** 0 to 1. Findings below the threshold (0.5 unless set) are not reported. */
  readonly confidence: number;
  /** Short codes of the evidence, such as `luhn`, `issuer`, `field:card_number`; `explain` puts them into words. */
  readonly reasons: readonly string[];
  /** True when the region lies in a key of the object at `pointer`. */
  readonly inKey: boolean;
}

/**
 * Why a part was not scanned: nested too deep, a string too long, too many values in all, a reference to one of its
 * own parents, a getter (never called), something that JSON cannot hold, a value that cannot be read, or a custom
 * detector that threw.
 */
export type UnscannableReason =
  | 'too_deep'
  | 'too_long'
  | 'too_many'
  | 'cycle'
  | 'getter'
  | 'not_json'
  | 'unreadable'
  | 'detector_failed';

/** A part that was not scanned and has to be treated as sensitive. */
export interface Unscannable {
  /** JSON Pointer (RFC 6901) of the part. */
  readonly pointer: string;
  readonly reason: UnscannableReason;
}

/** The outcome of a scan. Clean means that both lists are empty. */
export interface Detection {
  /** In the order of the walk; regions do not overlap. */
  readonly findings: readonly Finding[];
  readonly unscannable: readonly Unscannable[];
}
