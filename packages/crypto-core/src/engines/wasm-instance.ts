// One instance of the module in `wasm/`: its exports, its memory and what is free in it. See `wasm/src/exports/`.
import { CryptoError } from '../errors.ts';
import { isJavaScriptCore, runtime, type WasmModule } from '../runtime.ts';
import { type CopyIn, createCopyIn } from './wasm-input.ts';

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  address(what: 0 | 1 | 2): number;
  capacity(what: 0 | 1 | 2 | 3): number;
  set_wide(wide: number): void;
  import_record_key(slot: number): void;
  free_record_key(slot: number): void;
  seal_record(slot: number, kind: number, frameEnd: number, length: number): void;
  open_record(slot: number, kind: number, frameEnd: number, length: number): number;
  seal_records(slot: number, kind: number, frameStart: number, count: number): void;
  open_records(slot: number, kind: number, frameStart: number, count: number): void;
  derive_message_key(slot: number, kind: number, frameEnd: number, messageSlot: number): void;
  derive_message(slot: number, kind: number, frameEnd: number): void;
  seal_chunks(messageSlot: number, kind: number, first: number, length: number, last: number): void;
  open_chunks(messageSlot: number, kind: number, first: number, length: number): number;
  import_aead_key(slot: number, kind: number): void;
  free_aead_key(slot: number): void;
  seal_aead(slot: number, kind: number, aadLength: number, length: number): void;
  open_aead(slot: number, kind: number, aadLength: number, length: number): number;
  seal_aeads(slot: number, kind: number, aadLength: number, count: number): void;
  open_aeads(slot: number, kind: number, aadLength: number, count: number): void;
  start_pieces(slot: number, kind: number): void;
  add_piece(slot: number, action: number, length: number): void;
  end_pieces(slot: number): number;
  sha512(first: number, length: number, total: number): void;
  wipe(): void;
}

export interface Slots {
  /** Throws `engine_full`. */
  take(): number;
  give(slot: number): void;
}

/** Everything that the parts of the engine share. */
export interface WasmInstance {
  readonly exports: Exports;
  /** All of the memory, which is fixed, so that the view lasts. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly copyIn: CopyIn;
  /** Two numbers per message of a batch. */
  readonly jobs: Uint32Array;
  /** Where input and output are, and how many bytes and messages they take. */
  readonly io: number;
  readonly ioBytes: number;
  readonly maxJobs: number;
  readonly frameStart: number;
  /** A view of a buffer costs less than an array of its own; in JavaScriptCore it costs more. */
  readonly cheapViews: boolean;
  readonly recordSlots: Slots;
  readonly aeadSlots: Slots;
  /** Never given out: the key of a message that is sealed piece by piece. */
  readonly ownSlot: number;
}

/** Throws `engine_unavailable` on a big-endian machine: numbers go through the memory in the machine's byte order. */
export function instantiate(module: WasmModule): WasmInstance {
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) {
    throw new CryptoError('engine_unavailable', "the wasm engine needs a little-endian machine; use engine 'auto'");
  }
  // as properties of a plain object: V8 calls them 4 to 10 ns sooner than those of the instance's own
  const exports = { ...(new runtime.WebAssembly!.Instance(module).exports as unknown as Exports) };
  const narrow = isJavaScriptCore();
  exports.set_wide(narrow ? 0 : 1);
  const { buffer } = exports.memory;
  const maxJobs = exports.capacity(1);
  const ownSlot = exports.capacity(3) - 1;
  const bytes = new Uint8Array(buffer);
  return {
    exports,
    bytes,
    copyIn: createCopyIn(bytes),
    words: new Uint32Array(buffer),
    jobs: new Uint32Array(buffer, exports.address(2), 2 * maxJobs),
    io: exports.address(1),
    ioBytes: exports.capacity(0),
    maxJobs,
    frameStart: exports.address(0),
    cheapViews: !narrow,
    recordSlots: createSlots(exports.capacity(2)),
    aeadSlots: createSlots(ownSlot),
    ownSlot,
  };
}

function createSlots(count: number): Slots {
  const free: number[] = [];
  let fresh = 0;
  return {
    take() {
      const slot = free.pop();
      if (slot !== undefined) return slot;
      if (fresh < count) return fresh++;
      throw new CryptoError('engine_full', `all ${count} places for keys are taken; dispose keys that are not in use`);
    },
    give: (slot) => free.push(slot),
  };
}
