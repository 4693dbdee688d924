// What a composed engine is made of. `noble.ts` and `native.ts` each bring one set.
import type { AeadName, EngineName } from '../crypto.ts';

export interface Primitives {
  readonly name: EngineName;
  supports(aead: AeadName): boolean;
  /** SHA-512 in an array of its own. */
  sha512(data: Uint8Array): Uint8Array;
  /** HMAC-SHA-512. `key` may be wiped after the call. */
  importMacKey(key: Uint8Array): MacKey;
  /** `key` may be wiped after the call. */
  importAeadKey(aead: AeadName, key: Uint8Array): AeadKey;
}

export interface MacKey {
  /** 64 bytes in an array of their own. */
  mac(data: Uint8Array): Uint8Array;
  dispose(): void;
}

export interface AeadKey {
  /** Returns ciphertext and tag in an array of their own. */
  seal(input: AeadInput): Uint8Array;
  /** Writes ciphertext and tag into `output` at `offset`. */
  sealInto(output: Uint8Array, offset: number, input: AeadInput): void;
  /**
   * Returns the plaintext in an array of its own, which need not be a plain one. Undefined for a bad tag; nothing
   * unverified is left in memory then. Throws `engine_failed` where memory ran out.
   */
  open(input: AeadInput): Uint8Array | undefined;
  dispose(): void;
}

export interface AeadInput {
  readonly nonce: Uint8Array;
  readonly data: Uint8Array;
  readonly associatedData?: Uint8Array;
}
