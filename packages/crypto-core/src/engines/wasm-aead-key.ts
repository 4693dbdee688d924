// Keys of plain AEADs in the WebAssembly engine. What does not fit one call goes piece by piece.
import { lengthOf, plainView } from '../checked-bytes.ts';
import { tagBytes } from '../chunks.ts';
import type { EngineAeadKey } from './engine.ts';
import { aligned, runBatch } from './wasm-batch.ts';
import { wordAt } from './wasm-input.ts';
import type { WasmInstance } from './wasm-instance.ts';
import type { CopyOut } from './wasm-output.ts';
import type { WasmKeyOptions } from './wasm-record-key.ts';

/** The nonce's place in front of the input. */
const nonceRoom = 32;
/** Bytes of a piece: a multiple of 256 that fits input and output. */
const pieceBytes = 126_976;
/** Longest message that goes into a batch. */
const longestInBatch = 16_384;
const [absorb, encrypt, decrypt] = [0, 1, 2];

export class WasmAeadKey implements EngineAeadKey {
  readonly #instance: WasmInstance;
  readonly #kind: number;
  readonly #nonceBytes: number;
  readonly #copyOut: CopyOut;
  readonly #slot: number;
  #live = true;

  constructor(instance: WasmInstance, { kind, key, copyOut, nonceBytes }: WasmKeyOptions & { nonceBytes: number }) {
    this.#instance = instance;
    this.#kind = kind;
    this.#nonceBytes = nonceBytes;
    this.#copyOut = copyOut;
    this.#slot = instance.aeadSlots.take();
    instance.bytes.set(key, instance.io);
    instance.exports.import_aead_key(this.#slot, kind);
    instance.bytes.fill(0, instance.io, instance.io + key.length);
  }

  seal(
    nonce: Uint8Array,
    plaintext: Uint8Array,
    associatedData: Uint8Array,
    length: number = lengthOf(plaintext),
    boundLength: number = lengthOf(associatedData),
  ): Uint8Array {
    const { copyIn, io, ioBytes, exports } = this.#instance;
    const start = nonceRoom + aligned(boundLength);
    if (start + length + tagBytes > ioBytes) {
      return this.#sealLong(plainView(nonce), plainView(plaintext), plainView(associatedData));
    }
    this.#write(nonce, associatedData, boundLength);
    copyIn(plaintext, io + start, length);
    exports.seal_aead(this.#slot, this.#kind, boundLength, length);
    return this.#copyOut(io + start, length + tagBytes);
  }

  open(
    nonce: Uint8Array,
    ciphertext: Uint8Array,
    associatedData: Uint8Array,
    sealedLength: number = lengthOf(ciphertext),
    boundLength: number = lengthOf(associatedData),
  ): Uint8Array | undefined {
    const { copyIn, io, ioBytes, exports } = this.#instance;
    const length = sealedLength - tagBytes;
    const start = nonceRoom + aligned(boundLength);
    if (start + length + tagBytes > ioBytes) {
      return this.#openLong(plainView(nonce), plainView(ciphertext), plainView(associatedData));
    }
    this.#write(nonce, associatedData, boundLength);
    copyIn(ciphertext, io + start, sealedLength);
    if (exports.open_aead(this.#slot, this.#kind, boundLength, length) === 0) return undefined;
    return this.#copyOut(io + start, length);
  }

  sealMany(nonces: Uint8Array, plaintexts: readonly Uint8Array[], associatedData: Uint8Array): Uint8Array[] {
    const { bytes, io, exports } = this.#instance;
    const results: Uint8Array[] = [];
    const boundLength = lengthOf(associatedData);
    const before = aligned(boundLength);
    runBatch(this.#instance, {
      messages: plaintexts,
      before,
      room: tagBytes,
      input: 0,
      longest: this.#longestAfter(before),
      run: (first, last, end) => {
        this.#writeNonces(nonces, first, last);
        bytes.set(associatedData, io);
        exports.seal_aeads(this.#slot, this.#kind, boundLength, last - first);
        this.#pushSealed(results, last - first, { start: io + before, end: io + end });
      },
      single: (index) => results.push(this.seal(this.#nonce(nonces, index), plaintexts[index]!, associatedData)),
    });
    return results;
  }

  openMany(
    nonces: Uint8Array,
    ciphertexts: readonly Uint8Array[],
    associatedData: Uint8Array,
  ): (Uint8Array | undefined)[] {
    const { bytes, io, exports, jobs } = this.#instance;
    const results: (Uint8Array | undefined)[] = [];
    const boundLength = lengthOf(associatedData);
    const before = aligned(boundLength);
    runBatch(this.#instance, {
      messages: ciphertexts,
      before,
      room: 0,
      input: 0,
      uncounted: tagBytes,
      longest: this.#longestAfter(before),
      run: (first, last) => {
        this.#writeNonces(nonces, first, last);
        bytes.set(associatedData, io);
        exports.open_aeads(this.#slot, this.#kind, boundLength, last - first);
        for (let i = 0, start = io + before; i < last - first; i++) {
          const length = jobs[2 * i + 1]!;
          results.push(jobs[2 * i] === 1 ? this.#copyOut(start, length) : undefined);
          start += aligned(length + tagBytes);
        }
      },
      single: (index) => results.push(this.open(this.#nonce(nonces, index), ciphertexts[index]!, associatedData)),
    });
    return results;
  }

  dispose(): void {
    if (!this.#live) return;
    this.#live = false;
    const { exports, aeadSlots } = this.#instance;
    exports.free_aead_key(this.#slot);
    exports.wipe();
    aeadSlots.give(this.#slot);
  }

  #write(nonce: Uint8Array, associatedData: Uint8Array, boundLength: number): void {
    const { copyIn, words, io } = this.#instance;
    for (let i = 0, to = io >> 2; i < this.#nonceBytes; i += 4, to++) words[to] = wordAt(nonce, i);
    if (boundLength > 0) copyIn(associatedData, io + nonceRoom, boundLength);
  }

  /** Nonces of a batch lie where frames do. */
  #writeNonces(nonces: Uint8Array, first: number, last: number): void {
    const { bytes, frameStart } = this.#instance;
    bytes.set(nonces.subarray(first * this.#nonceBytes, last * this.#nonceBytes), frameStart);
  }

  /** The `count` messages from `start` to `end`: copied at once where views of the copy are cheap. */
  #pushSealed(results: Uint8Array[], count: number, { start, end }: { start: number; end: number }): void {
    const { jobs, cheapViews } = this.#instance;
    const all = cheapViews ? this.#copyOut(start, end - start) : undefined;
    const buffer = all?.buffer as ArrayBuffer; // a getter of 7 ns
    const first = all?.byteOffset ?? 0;
    for (let i = 0, at = start; i < count; i++) {
      const length = jobs[2 * i + 1]! + tagBytes;
      results.push(all ? new Uint8Array(buffer, first + at - start, length) : this.#copyOut(at, length));
      at += aligned(length);
    }
  }

  #nonce(nonces: Uint8Array, index: number): Uint8Array {
    return nonces.subarray(index * this.#nonceBytes, (index + 1) * this.#nonceBytes);
  }

  /** Nothing goes into a batch where associated data takes the room. */
  #longestAfter(before: number): number {
    return before + longestInBatch + 2 * tagBytes <= this.#instance.ioBytes ? longestInBatch : -1;
  }

  #sealLong(nonce: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array): Uint8Array {
    const { bytes, io } = this.#instance;
    const sealed = new Uint8Array(plaintext.length + tagBytes);
    this.#start(nonce, associatedData);
    this.#pieces(plaintext, encrypt, sealed);
    this.#instance.exports.end_pieces(this.#slot);
    sealed.set(bytes.subarray(io + nonceRoom, io + nonceRoom + tagBytes), plaintext.length);
    return sealed;
  }

  #openLong(nonce: Uint8Array, ciphertext: Uint8Array, associatedData: Uint8Array): Uint8Array | undefined {
    const { bytes, io, exports } = this.#instance;
    const length = ciphertext.length - tagBytes;
    const plaintext = new Uint8Array(length);
    this.#start(nonce, associatedData);
    this.#pieces(ciphertext.subarray(0, length), decrypt, plaintext);
    bytes.set(ciphertext.subarray(length), io);
    if (exports.end_pieces(this.#slot) === 1) return plaintext;
    plaintext.fill(0);
    return undefined;
  }

  #start(nonce: Uint8Array, associatedData: Uint8Array): void {
    const { bytes, io, exports } = this.#instance;
    bytes.set(nonce, io);
    exports.start_pieces(this.#slot, this.#kind);
    this.#pieces(associatedData, absorb);
  }

  #pieces(data: Uint8Array, action: number, output?: Uint8Array): void {
    const { bytes, io, exports } = this.#instance;
    const at = io + nonceRoom;
    for (let start = 0; start < data.length; start += pieceBytes) {
      const piece = data.subarray(start, start + pieceBytes);
      bytes.set(piece, at);
      exports.add_piece(this.#slot, action, piece.length);
      output?.set(bytes.subarray(at, at + piece.length), start);
    }
  }
}
