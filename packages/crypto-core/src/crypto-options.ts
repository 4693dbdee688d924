import type { EngineName, RandomBytes } from './crypto.ts';

export interface CryptoOptions {
  /** `auto` (default) takes the fastest that the runtime has; a named engine that is not there is `engine_unavailable`. */
  engine?: EngineName | 'auto';
  /**
   * Source of random bytes, the system's by default (node:crypto, else `crypto.getRandomValues`); asked for 4 KiB at a
   * time. One that returns the same bytes again is `random_failed`. A process image that is restored more than once must
   * make a new `Crypto`, or the copies hand out the same bytes.
   */
  randomBytes?: RandomBytes;
}
