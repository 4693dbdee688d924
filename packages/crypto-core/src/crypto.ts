// The surface of crypto-core: seal and open bytes as sealed records, version 1.
import type { Context } from './context.ts';

export type { Context } from './context.ts';

/** AEAD of a key version. Each key is bound to one. */
export type Algorithm = 'aes-256-gcm' | 'chacha20-poly1305';

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

export interface Crypto {
  /** The engine in use for small records. */
  readonly engine: EngineName;
  /** Secure random bytes from a pool. Throws `random_failed`. */
  randomBytes: RandomBytes;
  /** SHA-512 by the engine, 64 bytes. */
  sha512(data: Uint8Array): Uint8Array;
  /**
   * Takes a copy of a 32-byte key (`key_malformed` otherwise). Without `handle` the key is one given directly, and its
   * handle is derived from it by HKDF-Expand-SHA-512.
   */
  importKey(key: Uint8Array, options: { algorithm: Algorithm; handle?: Uint8Array }): RecordKey;
  /**
   * Returns a record of 84 bytes more than the plaintext below 16 KiB. `context` is bound, not stored. The result is the
   * caller's alone, but may share its ArrayBuffer with other results: copy it before transferring that.
   * Errors: `key_disposed`, `input_malformed`, `input_too_large` (above 1 GiB), `context_malformed`, `random_failed`.
   */
  seal(key: RecordKey, plaintext: Uint8Array, context: Context, options?: SealOptions): Uint8Array;
  /**
   * Opens a record whole or not at all.
   * Errors: `record_malformed` (header, length), `key_unknown` (the record names another handle), `seal_broken`.
   */
  open(key: RecordKey, record: Uint8Array, context: Context): OpenedRecord;
}
