// Plain AEADs, for users who need just those: no derivation, no commitment, nonces are the caller's to keep apart.
import { checkedLength, lengthOf, plainView } from './checked-bytes.ts';
import { tagBytes } from './chunks.ts';
import type { AeadKey, AeadName } from './crypto.ts';
import { type CipherEngine, type EngineAeadKey, nonceBytes } from './engines/engine.ts';
import { CryptoError } from './errors.ts';

const none = new Uint8Array(0);
/** Engines count up to the next multiple of 16 and tag with 32 bits and a sign. */
const maxDataBytes = 2 ** 31 - 64;
/** Remembering longer arrays would save nothing to speak of. */
const longestKept = 1_024;

export class HeldAeadKey implements AeadKey {
  readonly algorithm: AeadName;
  readonly nonceBytes: 12 | 24;
  #held: EngineAeadKey | undefined;
  /** The arrays that passed last as nonce and as associated data. */
  #lastNonce: Uint8Array = none;
  #lastBound: Uint8Array = none;

  constructor(engine: CipherEngine, algorithm: AeadName, key: Uint8Array) {
    this.algorithm = algorithm;
    this.nonceBytes = nonceBytes[algorithm];
    this.#held = engine.importAeadKey(algorithm, key);
  }

  get disposed(): boolean {
    return this.#held === undefined;
  }

  seal(nonce: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array = none): Uint8Array {
    const held = this.#live();
    this.#checkNonce(nonce);
    const length = checkData(plaintext, 'plaintext');
    const boundLength = this.#checkBound(associatedData);
    return held.seal(nonce, plaintext, associatedData, length, boundLength);
  }

  open(nonce: Uint8Array, ciphertext: Uint8Array, associatedData: Uint8Array = none): Uint8Array {
    const held = this.#live();
    this.#checkNonce(nonce);
    const length = checkData(ciphertext, 'ciphertext');
    const boundLength = this.#checkBound(associatedData);
    const plaintext = length < tagBytes ? undefined : held.open(nonce, ciphertext, associatedData, length, boundLength);
    if (!plaintext) throw broken();
    return plaintext;
  }

  sealMany(
    givenNonces: Uint8Array,
    given: readonly Uint8Array[],
    associatedData: Uint8Array = none,
  ): readonly Uint8Array[] {
    const plaintexts = checkMany(given, 'plaintext');
    const held = this.#live();
    this.#checkNonces(givenNonces, plaintexts.length);
    const nonces = plainView(givenNonces);
    checkData(associatedData, 'associatedData');
    if (held.sealMany) return held.sealMany(nonces, plaintexts, associatedData);
    return plaintexts.map((plaintext, i) => held.seal(this.#nonce(nonces, i), plaintext, associatedData));
  }

  openMany(
    givenNonces: Uint8Array,
    given: readonly Uint8Array[],
    associatedData: Uint8Array = none,
  ): readonly (Uint8Array | undefined)[] {
    const ciphertexts = checkMany(given, 'ciphertext');
    const held = this.#live();
    this.#checkNonces(givenNonces, ciphertexts.length);
    const nonces = plainView(givenNonces);
    checkData(associatedData, 'associatedData');
    if (held.openMany && ciphertexts.every((ciphertext) => lengthOf(ciphertext) >= tagBytes)) {
      return held.openMany(nonces, ciphertexts, associatedData);
    }
    return ciphertexts.map((ciphertext, i) =>
      lengthOf(ciphertext) < tagBytes ? undefined : held.open(this.#nonce(nonces, i), ciphertext, associatedData),
    );
  }

  dispose(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#lastNonce = none;
    this.#lastBound = none;
    held?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #live(): EngineAeadKey {
    if (!this.#held) throw new CryptoError('key_disposed', 'the key was disposed; import it anew');
    return this.#held;
  }

  #nonce(nonces: Uint8Array, index: number): Uint8Array {
    return nonces.subarray(index * this.nonceBytes, (index + 1) * this.nonceBytes);
  }

  /**
   * Who seals many messages fills one array with their nonces and binds one array to them, and an array that passed can
   * become nothing worse than detached: what is asked again is its length, since asking for a buffer takes V8 8 ns. How
   * large the buffer is that is kept with it is not asked: that takes another 18.
   */
  #checkNonce(nonce: Uint8Array): void {
    if (nonce === this.#lastNonce && lengthOf(nonce) === this.nonceBytes) return;
    this.#checkNonces(nonce, 1);
    this.#lastNonce = nonce;
  }

  #checkBound(associatedData: Uint8Array): number {
    const known = associatedData === this.#lastBound ? lengthOf(associatedData) : 0;
    if (known > 0 && known <= maxDataBytes) return known;
    const length = checkData(associatedData, 'associatedData');
    this.#lastBound = length <= longestKept ? associatedData : none;
    return length;
  }

  #checkNonces(nonces: Uint8Array, count: number): void {
    const length = checkedLength(nonces, 'nonce');
    if (length === count * this.nonceBytes) return;
    throw new CryptoError(
      'input_malformed',
      `${this.algorithm} takes ${this.nonceBytes} bytes of nonce per message: expected ${count * this.nonceBytes}, got ${length}`,
    );
  }
}

/** Its length. Throws `input_malformed`, `input_too_large`. */
function checkData(data: Uint8Array, what: string): number {
  const length = checkedLength(data, what);
  if (length <= maxDataBytes) return length;
  throw new CryptoError('input_too_large', `${what} has 2 GiB or more, which one call does not take`);
}

function checkMany(given: readonly Uint8Array[], what: string): Uint8Array[] {
  const kept = [...given];
  for (const data of kept) checkData(data, what);
  return kept;
}

function broken(): CryptoError {
  return new CryptoError('seal_broken', 'the ciphertext, nonce, associated data or key is not the one that was sealed');
}
