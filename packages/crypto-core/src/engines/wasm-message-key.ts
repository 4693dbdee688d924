// Keys of single messages in the WebAssembly engine, for streams and for messages that take more than one call.
import { chunkCount, commitmentBytes, sealedChunkBytes, tagBytes } from '../chunks.ts';
import { chunkBytes, type EngineMessageKey } from './engine.ts';
import type { WasmInstance } from './wasm-instance.ts';

/** Chunks that the module's input and output holds. */
export const chunksPerCall = 7;

export class WasmMessageKey implements EngineMessageKey {
  readonly commitment: Uint8Array;
  readonly #instance: WasmInstance;
  readonly #kind: number;
  readonly #slot: number;
  #live = true;

  /** Right after `derive_message_key`, which leaves the commitment in the output. */
  constructor(instance: WasmInstance, kind: number, slot: number) {
    this.#instance = instance;
    this.#kind = kind;
    this.#slot = slot;
    this.commitment = instance.bytes.slice(instance.io, instance.io + commitmentBytes);
  }

  sealChunk(index: number, plaintext: Uint8Array): Uint8Array {
    const { bytes, io, exports } = this.#instance;
    bytes.set(plaintext, io);
    exports.seal_chunks(this.#slot, this.#kind, index, plaintext.length, plaintext.length < chunkBytes ? 1 : 0);
    return bytes.slice(io, io + plaintext.length + tagBytes);
  }

  openChunk(index: number, ciphertext: Uint8Array): Uint8Array | undefined {
    const { bytes, io, exports } = this.#instance;
    bytes.set(ciphertext, io);
    if (exports.open_chunks(this.#slot, this.#kind, index, ciphertext.length) === 0) return undefined;
    return bytes.slice(io, io + ciphertext.length - tagBytes);
  }

  /** Seals all of a message into `body`. */
  sealAll(body: Uint8Array, plaintext: Uint8Array): void {
    const { bytes, io, exports } = this.#instance;
    const count = chunkCount(plaintext.length);
    for (let first = 0; first < count; first += chunksPerCall) {
      const piece = plaintext.subarray(first * chunkBytes, (first + chunksPerCall) * chunkBytes);
      const last = first + chunksPerCall >= count;
      spreadChunks(bytes, io, piece);
      exports.seal_chunks(this.#slot, this.#kind, first, piece.length, last ? 1 : 0);
      const length = piece.length + tagBytes * (last ? count - first : chunksPerCall);
      body.set(bytes.subarray(io, io + length), first * sealedChunkBytes);
    }
  }

  /** Opens all of a message into `plaintext`. False if any chunk is not genuine; `plaintext` is zeros then. */
  openAll(plaintext: Uint8Array, body: Uint8Array): boolean {
    const { bytes, io, exports } = this.#instance;
    for (let first = 0; first * sealedChunkBytes < body.length; first += chunksPerCall) {
      const piece = body.subarray(first * sealedChunkBytes, (first + chunksPerCall) * sealedChunkBytes);
      bytes.set(piece, io);
      if (exports.open_chunks(this.#slot, this.#kind, first, piece.length) === 0) {
        plaintext.fill(0);
        return false;
      }
      gatherChunks(plaintext.subarray(first * chunkBytes, (first + chunksPerCall) * chunkBytes), bytes, io);
    }
    return true;
  }

  dispose(): void {
    if (!this.#live) return;
    this.#live = false;
    const { exports, aeadSlots, ownSlot } = this.#instance;
    exports.free_aead_key(this.#slot);
    exports.wipe();
    if (this.#slot !== ownSlot) aeadSlots.give(this.#slot);
  }
}

/** Copies a plaintext to `offset` with room for a tag after each chunk. */
export function spreadChunks(target: Uint8Array, offset: number, plaintext: Uint8Array): void {
  for (let start = 0, at = offset; start < plaintext.length; start += chunkBytes, at += sealedChunkBytes) {
    target.set(plaintext.subarray(start, start + chunkBytes), at);
  }
}

/** Fills `plaintext` from chunks at `offset` that have a tag after each. */
export function gatherChunks(plaintext: Uint8Array, source: Uint8Array, offset: number): void {
  for (let start = 0, at = offset; start < plaintext.length; start += chunkBytes, at += sealedChunkBytes) {
    plaintext.set(source.subarray(at, at + Math.min(chunkBytes, plaintext.length - start)), start);
  }
}
