/** Bounds on one payload, clear or opened. */
export interface Limits {
  /** Levels of nesting. Default 100, which is also what MySQL's JSON allows. */
  readonly maxDepth: number;
  /** Members and elements in all. Default 250,000. */
  readonly maxValues: number;
  /**
   * UTF-16 code units of all strings and member names, and 330 for each clear number that JSON writes with an exponent,
   * which a database gives back that long. Default 16 Mi.
   */
  readonly maxTextUnits: number;
  /** Bytes of a record's plaintext after inflating. Default 16 MiB. */
  readonly maxPlaintextBytes: number;
}

const mebi = 1024 * 1024;

export const defaultLimits: Limits = {
  maxDepth: 100,
  maxValues: 250_000,
  maxTextUnits: 16 * mebi,
  maxPlaintextBytes: 16 * mebi,
};
