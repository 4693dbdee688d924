// The surface of crypto-core: seal and open bytes as sealed records, version 1.
import type { Context } from './context.ts';
import type { CryptoError } from './errors.ts';
import type { ByteTransform } from './record-stream.ts';

export type { Context } from './context.ts';

/** AEAD of a key version. Each key is bound to one. */
export type Algorithm = 'aes-256-gcm' | 'chacha20-poly1305';

/** The record's AEADs and one more, which is offered only by itself. */
export type AeadName = Algorithm | 'xchacha20-poly1305';

export type EngineName = 'wasm' | 'noble' | 'native';

/** Fills a new array with `length` cryptographically secure random bytes, or throws. */
export type RandomBytes = (length: number) => Uint8Array;

/** A 32-byte key in an engine's hands. Not the bytes: those are the engine's own and are wiped by `dispose`. */
export interface RecordKey extends Disposable {
  readonly algorithm: Algorithm;
  /** 8 bytes; goes into each record and names exactly one (key id, version). */
  readonly handle: Uint8Array;
  readonly disposed: boolean;
  /** Wipes the key. Using it afterwards throws `key_disposed`. */
  dispose(): void;
}

export interface SealOptions {
  /** The plaintext is deflate-raw. Only recorded here; whoever seals compresses. */
  compressed?: boolean;
  /** The plaintext is padded (0x80, zeros). Only recorded here; whoever seals pads. */
  padded?: boolean;
}

export interface OpenedRecord {
  plaintext: Uint8Array;
  compressed: boolean;
  padded: boolean;
}

/** One message of `sealMany`. */
export interface SealInput extends SealOptions {
  plaintext: Uint8Array;
  context: Context;
}

/** One message of `openMany`. */
export interface OpenInput {
  record: Uint8Array;
  context: Context;
}

/**
 * A key of a plain AEAD. It commits to nothing and trusts the caller never to use a nonce twice: prefer records. Tags
 * have 16 bytes and follow the ciphertext. The key keeps the arrays of the last nonce and associated data (up to 1 KiB),
 * not copies, until other ones come or it is disposed; a view keeps all of its buffer alive. Errors of all calls:
 * `key_disposed`, `input_malformed` (also for a nonce of another size), `input_too_large` (2 GiB). Results may share their
 * ArrayBuffer as those of `Crypto.seal`.
 */
export interface AeadKey extends Disposable {
  readonly algorithm: AeadName;
  /** 12, or 24 for XChaCha20-Poly1305. */
  readonly nonceBytes: 12 | 24;
  readonly disposed: boolean;
  /** Returns ciphertext and tag, `plaintext.length` + 16 bytes. SP 800-38D section 8.3: at most 2^32 random 12-byte nonces per key. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, associatedData?: Uint8Array): Uint8Array;
  /** Throws `seal_broken`. */
  open(nonce: Uint8Array, ciphertext: Uint8Array, associatedData?: Uint8Array): Uint8Array;
  /** As `seal` for each; `nonces` holds theirs one after another. */
  sealMany(nonces: Uint8Array, plaintexts: readonly Uint8Array[], associatedData?: Uint8Array): readonly Uint8Array[];
  /** As `open` for each, undefined for a broken one. */
  openMany(
    nonces: Uint8Array,
    ciphertexts: readonly Uint8Array[],
    associatedData?: Uint8Array,
  ): readonly (Uint8Array | undefined)[];
  dispose(): void;
}

export interface Crypto {
  /** The engine in use for small records. */
  readonly engine: EngineName;
  /** Secure random bytes from a pool. Throws `random_failed`. */
  randomBytes: RandomBytes;
  /** SHA-512 by the engine, 64 bytes. */
  sha512(data: Uint8Array): Uint8Array;
  /**
   * Takes a copy of a 32-byte key (`key_malformed` otherwise). Without `handle` the key is one given directly, and its
   * handle is derived from it by HKDF-Expand-SHA-512. A named engine `wasm` holds 2,048 keys (`engine_full`).
   */
  importKey(key: Uint8Array, options: { algorithm: Algorithm; handle?: Uint8Array }): RecordKey;
  /**
   * Returns a record of 84 bytes more than the plaintext below 16 KiB. `context` is bound, not stored. The result is the
   * caller's alone, but may share its ArrayBuffer with other results: copy it before transferring that.
   * Errors: `key_disposed`, `input_malformed`, `input_too_large` (plaintext above 1 GiB, context above 65,511 bytes),
   * `context_malformed`, `random_failed`.
   */
  seal(key: RecordKey, plaintext: Uint8Array, context: Context, options?: SealOptions): Uint8Array;
  /**
   * As `seal` for the UTF-8 of a text, which takes less time than to encode it first. Well-formed Unicode only
   * (`input_malformed`); nothing is normalised.
   */
  sealText(key: RecordKey, text: string, context: Context, options?: SealOptions): Uint8Array;
  /**
   * Opens a record whole or not at all. The result's ArrayBuffer may be shared as that of `seal`.
   * Errors: those of `seal` for the arguments, then `record_malformed` (header, length), `key_unknown` (the record names
   * another handle), `seal_broken`.
   */
  open(key: RecordKey, record: Uint8Array, context: Context): OpenedRecord;
  /**
   * As `seal`, with the same records, limits and errors, which are rejections. Where WebCrypto is the fastest that there
   * is for a long record it does the work, off this thread where the runtime has others; else the call seals at once.
   * The key may be disposed when the call has returned; `plaintext` must not change before the promise is settled.
   * One more error: `engine_failed` (WebCrypto failed).
   */
  sealAsync(key: RecordKey, plaintext: Uint8Array, context: Context, options?: SealOptions): Promise<Uint8Array>;
  /** As `open`, in the way of `sealAsync`. A record that changes meanwhile is `seal_broken` or opens as it was. */
  openAsync(key: RecordKey, record: Uint8Array, context: Context): Promise<OpenedRecord>;
  /** As `seal` for each; all or none. */
  sealMany(key: RecordKey, messages: readonly SealInput[]): Uint8Array[];
  /** As `open` for each. What is wrong with one record stands in its place, so that the others still open. */
  openMany(key: RecordKey, messages: readonly OpenInput[]): (OpenedRecord | CryptoError)[];
  /**
   * A transform stream from plaintext to a record, the same bytes as `seal` with the same salt, in pieces of at most
   * 16,400 bytes. Takes chunks of any size. Needs the runtime's TransformStream (`engine_unavailable`) and a place for
   * its key until it ends, fails or is cancelled (`engine_full`).
   */
  sealStream(key: RecordKey, context: Context): ByteTransform;
  /**
   * The way back. Passes on each 16 KiB once that piece is verified, so what came through proves nothing about the rest
   * until the stream ends without an error. Refuses compressed and padded records (`record_malformed`): open those whole.
   */
  openStream(key: RecordKey, context: Context): ByteTransform;
  /** Imports a copy of a 32-byte key (`key_malformed` otherwise) for a plain AEAD. Errors as `importKey`, of 447 keys. */
  aead(algorithm: AeadName, key: Uint8Array): AeadKey;
}
