// Which engine does the work, per AEAD. The WebAssembly engine joins here.
import type { AeadName, EngineName } from '../crypto.ts';
import { CryptoError } from '../errors.ts';
import type { CipherEngine } from './engine.ts';
import { createNativeEngine, findNodeCrypto } from './native.ts';
import { createNobleEngine } from './noble.ts';

export interface EngineSelection {
  /** The engine of short records and of SHA-512. */
  readonly main: CipherEngine;
  forAead(aead: AeadName): CipherEngine;
}

/** Throws `engine_unavailable` for a named engine that this runtime or build lacks. */
export function selectEngine(choice: EngineName | 'auto'): EngineSelection {
  switch (choice) {
    case 'auto':
      return selectAuto();
    case 'noble':
      return only(createNobleEngine());
    case 'native':
      return only(createNative() ?? unavailable('this runtime has no node:crypto'));
    case 'wasm':
      return unavailable('this build has no wasm engine');
    default:
      throw new TypeError(`engine must be 'auto', 'wasm', 'noble' or 'native', got ${String(choice)}`);
  }
}

/** node:crypto for what it has (Bun's lacks ChaCha20-Poly1305), noble for the rest. */
function selectAuto(): EngineSelection {
  const native = createNative();
  const portable = createNobleEngine();
  return { main: native ?? portable, forAead: (aead) => (native?.supports(aead) ? native : portable) };
}

function only(engine: CipherEngine): EngineSelection {
  return { main: engine, forAead: () => engine };
}

function createNative(): CipherEngine | undefined {
  const node = findNodeCrypto();
  return node && createNativeEngine(node);
}

function unavailable(why: string): never {
  throw new CryptoError('engine_unavailable', `${why}; use engine 'auto'`);
}
