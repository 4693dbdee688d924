// Which engine does the work, per AEAD and length.
import type { AeadName, EngineName } from '../crypto.ts';
import { CryptoError } from '../errors.ts';
import { webCryptoAbove } from './crossover.ts';
import type { CipherEngine } from './engine.ts';
import { createNativeEngine, findNodeCrypto } from './native.ts';
import { createNobleEngine } from './noble.ts';
import { type Crossover, createSplitEngine } from './split.ts';
import { findWebCrypto, type WebCrypto } from './web-crypto.ts';

/** What an entry of the package can bring besides noble and the runtime's node:crypto. */
export interface EngineSources {
  readonly wasm?: {
    /** Throws whatever the runtime throws where WebAssembly is missing or forbidden. */
    readonly create: () => CipherEngine;
    /** Where this runtime's node:crypto becomes the faster one. */
    readonly crossover: Crossover;
  };
  /** Other than this runtime's: from where on the async calls take WebCrypto. */
  readonly webCryptoAbove?: number;
}

export interface EngineSelection {
  /** The engine of short records and of SHA-512. */
  readonly main: CipherEngine;
  forAead(aead: AeadName): CipherEngine;
  /** For the async calls, with AES-256-GCM; a named engine does these as well. */
  readonly webCrypto?: WebCrypto | undefined;
}

/** Throws `engine_unavailable` for a named engine that this runtime or build lacks. */
export function selectEngine(choice: EngineName | 'auto', sources: EngineSources = {}): EngineSelection {
  switch (choice) {
    case 'auto':
      return withWebCrypto(selectAuto(sources), sources);
    case 'noble':
      return only(createNobleEngine());
    case 'native':
      return only(createNative() ?? unavailable('this runtime has no node:crypto'));
    case 'wasm':
      return only(createNamedWasm(sources));
    default:
      throw new TypeError(`engine must be 'auto', 'wasm', 'noble' or 'native', got ${String(choice)}`);
  }
}

/**
 * WebAssembly for short messages and node:crypto for long ones. Without the one, the other; noble for what neither has
 * (Bun's node:crypto lacks ChaCha20-Poly1305) and where WebAssembly's key slots are all taken.
 */
function selectAuto({ wasm }: EngineSources): EngineSelection {
  const native = createNative();
  const portable = createNobleEngine();
  const forAead = (aead: AeadName) => (native?.supports(aead) ? native : portable);
  if (!wasm) return { main: native ?? portable, forAead };
  let short: CipherEngine;
  try {
    short = wasm.create();
  } catch (error) {
    if (!isMissing(error)) throw error;
    return { main: native ?? portable, forAead };
  }
  return only(createSplitEngine({ short, long: native, spare: portable, crossover: wasm.crossover }));
}

function withWebCrypto(selection: EngineSelection, sources: EngineSources): EngineSelection {
  const above = sources.webCryptoAbove ?? webCryptoAbove(selection.forAead('aes-256-gcm').name);
  return { ...selection, webCrypto: findWebCrypto(above) };
}

function createNamedWasm({ wasm }: EngineSources): CipherEngine {
  if (!wasm) return unavailable('this build has no wasm engine');
  try {
    return wasm.create();
  } catch (error) {
    if (!isMissing(error)) throw error;
    return unavailable('this runtime cannot run the wasm engine', error);
  }
}

/** No WebAssembly here, no leave to compile it, or no machine for it; anything else is a fault that must show. */
function isMissing(error: unknown): boolean {
  if (error instanceof CryptoError) return error.code === 'engine_unavailable';
  return error instanceof ReferenceError || (error instanceof Error && error.name === 'CompileError');
}

function only(engine: CipherEngine): EngineSelection {
  return { main: engine, forAead: () => engine };
}

function createNative(): CipherEngine | undefined {
  const node = findNodeCrypto();
  return node && createNativeEngine(node);
}

function unavailable(why: string, cause?: unknown): never {
  throw new CryptoError('engine_unavailable', `${why}; use engine 'auto'`, { cause });
}
