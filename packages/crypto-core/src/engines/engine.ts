// The port of the cipher code: C2SP chunked encryption, version 1 (c2sp.org/chunked-encryption), at the level of a
// whole message, so that an engine can derive, commit and encrypt in one call and keep keys in memory of its own.
// An engine knows nothing of the record's header beyond its 12 bytes; `sealed-record.ts` does. One conformance suite,
// `test/engine-suite.ts`, holds for all of them: same input, same bytes.
//
// How a message gets in. The caller writes a frame into `engine.frames`, from offset 0, then calls at once:
//
//   frame = header(12) ‖ salt(24) ‖ context
//
// The frame's head (36 bytes) is the head of the record, and frame[12..end) is what HKDF-Expand takes after
// "c2sp.org/chunked-encryption@v1+" ‖ AEAD ‖ 0x00, so nothing is copied twice. A frame is good for one call: engines
// may overwrite it, callers write it anew.
//
//   record = header(12) ‖ salt(24) ‖ commitment(32) ‖ chunks
//
// What callers guarantee, so that engines need not check: keys are 32 bytes, arrays are live and not shared, records
// have a possible length (`isPossibleRecordLength`), the frame of `open` begins with the record's own 36 bytes, chunks
// are at most 16,384 bytes of plaintext, nonces have the AEAD's size. What engines guarantee: they keep no reference to
// what they are given, and results are the caller's: never overwritten later, never a view of engine memory.
import type { AeadName, Algorithm, EngineName } from '../crypto.ts';

/** Bytes of a frame before its context, and of a record before its commitment. */
export const headBytes = 36;
/** Longest context that any engine takes. */
export const maxContextBytes = 65_536;
/** Plaintext bytes of each chunk but the last, which is shorter. */
export const chunkBytes = 16_384;
/** Bytes of each AEAD's nonce. */
export const nonceBytes: Readonly<Record<AeadName, 12 | 24>> = {
  'aes-256-gcm': 12,
  'chacha20-poly1305': 12,
  'xchacha20-poly1305': 24,
};

export interface CipherEngine {
  readonly name: EngineName;
  /** Where callers write frames: at least `headBytes + maxContextBytes` long, the same view for life. */
  readonly frames: Uint8Array;
  /** False where the runtime lacks the AEAD; importing a key for it then throws `engine_unavailable`. */
  supports(aead: AeadName): boolean;
  /** SHA-512 of `data`, 64 bytes. */
  sha512(data: Uint8Array): Uint8Array;
  /** Copies the 32 bytes of `key`; its owner wipes `key`. Throws `engine_full` where the engine holds no more keys. */
  importRecordKey(algorithm: Algorithm, key: Uint8Array): EngineRecordKey;
  importAeadKey(aead: AeadName, key: Uint8Array): EngineAeadKey;
}

/** A key of sealed records. After `dispose`, which may be called twice, nothing else is called. */
export interface EngineRecordKey {
  /** Seals under frames[0..frameEnd); returns the record: `plaintext.length` + 68 + 16 for each chunk. */
  seal(frameEnd: number, plaintext: Uint8Array): Uint8Array;
  /**
   * As `seal` for a text, which an engine with memory of its own need not be given as bytes first. Undefined, with the
   * frame as it was, where the text is not short or not ASCII.
   */
  sealText?(frameEnd: number, text: string): Uint8Array | undefined;
  /** Opens whole or not at all; compares the commitment, in constant time, before it decrypts. */
  open(frameEnd: number, record: Uint8Array): Uint8Array | undefined;
  /**
   * As `seal` for each message, in order; frame i is frames[frameEnds[i - 1] .. frameEnds[i]), the first from 0.
   * Engines that gain nothing from it leave it out.
   */
  sealMany?(frameEnds: readonly number[], plaintexts: readonly Uint8Array[]): Uint8Array[];
  openMany?(frameEnds: readonly number[], records: readonly Uint8Array[]): (Uint8Array | undefined)[];
  /** Derives what one message needs and lets the caller go chunk by chunk (streams). */
  derive(frameEnd: number): EngineMessageKey;
  /** The same as bytes, for a cipher outside of the engine. They are the caller's, who wipes `key`. */
  deriveBytes(frameEnd: number): DerivedBytes;
  /** Wipes the key. */
  dispose(): void;
}

/** What HKDF-Expand gives for one message. */
export interface DerivedBytes {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes. */
  readonly baseNonce: Uint8Array;
  /** 32 bytes. */
  readonly commitment: Uint8Array;
}

/** One message's AEAD key and base nonce. Chunk numbers start at 0, below 2^32; the caller says which and in which order. */
export interface EngineMessageKey {
  /** 32 bytes. */
  readonly commitment: Uint8Array;
  /** Returns ciphertext and tag. */
  sealChunk(index: number, plaintext: Uint8Array): Uint8Array;
  openChunk(index: number, ciphertext: Uint8Array): Uint8Array | undefined;
  dispose(): void;
}

/**
 * A key of a plain AEAD: nonces of `nonceBytes`, tags of 16 bytes after the ciphertext. Arrays come as the
 * caller gave them (the `nonces` of a batch apart), so their lengths are asked of the platform (`lengthOf`), and whoever
 * calls their methods makes a plain view of them first: 70 ns of 270 for 16 bytes. Lengths of the second and the third
 * array follow where they were asked for already.
 */
export interface EngineAeadKey {
  seal(
    nonce: Uint8Array,
    plaintext: Uint8Array,
    associatedData: Uint8Array,
    length?: number,
    boundLength?: number,
  ): Uint8Array;
  /** `ciphertext` has at least 16 bytes. */
  open(
    nonce: Uint8Array,
    ciphertext: Uint8Array,
    associatedData: Uint8Array,
    length?: number,
    boundLength?: number,
  ): Uint8Array | undefined;
  /** As `seal` for each; `nonces` holds them one after another. */
  sealMany?(nonces: Uint8Array, plaintexts: readonly Uint8Array[], associatedData: Uint8Array): Uint8Array[];
  openMany?(
    nonces: Uint8Array,
    ciphertexts: readonly Uint8Array[],
    associatedData: Uint8Array,
  ): (Uint8Array | undefined)[];
  dispose(): void;
}
