import { assembleCrypto } from './assemble-crypto.ts';
import type { Crypto } from './crypto.ts';
import type { CryptoOptions } from './crypto-options.ts';
import { moduleSources } from './engines/module-sources.ts';
import type { WasmModule } from './runtime.ts';

/**
 * Makes the sealing functions with a module of the caller's, compiled from this package's `aead.wasm` (or
 * `aead-plain.wasm` for runtimes without relaxed SIMD); without one, on node:crypto or noble. Errors:
 * `engine_unavailable`, and what `wasm` throws, a `ReferenceError` or `CompileError` of `auto` apart.
 */
export function createCrypto(wasm?: () => WasmModule, options: CryptoOptions = {}): Crypto {
  if (wasm !== undefined && typeof wasm !== 'function') {
    throw new TypeError('the module is given by a function: createCrypto(() => module)');
  }
  return assembleCrypto(wasm ? moduleSources(wasm) : {}, options);
}
