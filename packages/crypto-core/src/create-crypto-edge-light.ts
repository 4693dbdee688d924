import aeadModule from './aead.wasm?module'; // as Vercel's bundlers give it: compiled
import { assembleCrypto } from './assemble-crypto.ts';
import type { Crypto } from './crypto.ts';
import type { CryptoOptions } from './crypto-options.ts';
import { moduleSources } from './engines/module-sources.ts';

/** Makes the sealing functions. Instances are independent; one per isolate is enough. Errors: `engine_unavailable`. */
export function createCrypto(options: CryptoOptions = {}): Crypto {
  return assembleCrypto(
    moduleSources(() => aeadModule),
    options,
  );
}
