import type { MaskName } from './mask.ts';

/** What of a payload is sealed, and how. */
export interface PolicyOptions<Selector extends string = string> {
  /**
   * Selectors: `a.b`, `items.*.card` (one level), `**.ssn` (any depth), `items.0.card`. One that matches nothing is
   * `selector_unmatched`, unless it ends in `?`. `\` makes the next character literal.
   */
  readonly piiFields?: readonly Selector[];
  /** Seal what the detector finds too; `'report'` only reports it. Default false. */
  readonly autoDetect?: boolean | 'report';
  /** Default `'default'`. */
  readonly keyId?: string;
  /** Deflate plaintexts above `thresholdBytes` (default 1024) where that makes them smaller. Default off. */
  readonly compression?: boolean | { readonly thresholdBytes?: number };
  /** Hide the length of short values: pad to the next Padmé size. Default false. */
  readonly padding?: boolean;
  /** Bind the clear payload, so that it cannot be changed unnoticed. Default true. */
  readonly bindClear?: boolean;
  /** By selector: a mask that stays in the clear payload in place of null. It must also be in `piiFields`. */
  readonly masks?: { readonly [S in Selector]?: MaskName };
}
