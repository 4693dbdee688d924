import { assembleCrypto } from './assemble-crypto.ts';
import type { Crypto } from './crypto.ts';
import type { CryptoOptions } from './crypto-options.ts';
import { inlineSources } from './engines/inline-sources.ts';

/** Makes the sealing functions. Instances are independent; one per process is enough. Errors: `engine_unavailable`. */
export function createCrypto(options: CryptoOptions = {}): Crypto {
  return assembleCrypto(inlineSources(), options);
}
