// Plain AEADs, for users who need just those: no derivation, no commitment, nonces are the caller's to keep apart.
import { checkBytes } from './checked-bytes.ts';
import { tagBytes } from './chunks.ts';
import type { AeadKey, AeadName } from './crypto.ts';
import type { CipherEngine, EngineAeadKey } from './engines/engine.ts';
import { CryptoError } from './errors.ts';

const none = new Uint8Array(0);
/** Engines count up to the next multiple of 16 and tag with 32 bits and a sign. */
const maxDataBytes = 2 ** 31 - 64;

export class HeldAeadKey implements AeadKey {
  readonly algorithm: AeadName;
  readonly nonceBytes: 12 | 24;
  #held: EngineAeadKey | undefined;

  constructor(engine: CipherEngine, algorithm: AeadName, key: Uint8Array) {
    this.algorithm = algorithm;
    this.nonceBytes = algorithm === 'xchacha20-poly1305' ? 24 : 12;
    this.#held = engine.importAeadKey(algorithm, key);
  }

  get disposed(): boolean {
    return this.#held === undefined;
  }

  seal(nonce: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array = none): Uint8Array {
    const held = this.#live();
    const nonces = this.#checkNonces(nonce, 1);
    return held.seal(nonces, checkData(plaintext, 'plaintext'), checkData(associatedData, 'associatedData'));
  }

  open(nonce: Uint8Array, ciphertext: Uint8Array, associatedData: Uint8Array = none): Uint8Array {
    const held = this.#live();
    const nonces = this.#checkNonces(nonce, 1);
    const sealed = checkData(ciphertext, 'ciphertext');
    const bound = checkData(associatedData, 'associatedData');
    const plaintext = sealed.length < tagBytes ? undefined : held.open(nonces, sealed, bound);
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
    const nonces = this.#checkNonces(givenNonces, plaintexts.length);
    const bound = checkData(associatedData, 'associatedData');
    if (held.sealMany) return held.sealMany(nonces, plaintexts, bound);
    return plaintexts.map((plaintext, i) => held.seal(this.#nonce(nonces, i), plaintext, bound));
  }

  openMany(
    givenNonces: Uint8Array,
    given: readonly Uint8Array[],
    associatedData: Uint8Array = none,
  ): readonly (Uint8Array | undefined)[] {
    const ciphertexts = checkMany(given, 'ciphertext');
    const held = this.#live();
    const nonces = this.#checkNonces(givenNonces, ciphertexts.length);
    const bound = checkData(associatedData, 'associatedData');
    if (held.openMany && ciphertexts.every((ciphertext) => ciphertext.length >= tagBytes)) {
      return held.openMany(nonces, ciphertexts, bound);
    }
    return ciphertexts.map((ciphertext, i) =>
      ciphertext.length < tagBytes ? undefined : held.open(this.#nonce(nonces, i), ciphertext, bound),
    );
  }

  dispose(): void {
    const held = this.#held;
    this.#held = undefined;
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

  #checkNonces(given: Uint8Array, count: number): Uint8Array {
    const nonces = checkBytes(given, 'nonce');
    if (nonces.length === count * this.nonceBytes) return nonces;
    throw new CryptoError(
      'input_malformed',
      `${this.algorithm} takes ${this.nonceBytes} bytes of nonce per message: expected ${count * this.nonceBytes}, got ${nonces.length}`,
    );
  }
}

/** A plain view of it. Throws `input_malformed`, `input_too_large`. */
function checkData(given: Uint8Array, what: string): Uint8Array {
  if (given === none) return none;
  const data = checkBytes(given, what);
  if (data.length <= maxDataBytes) return data;
  throw new CryptoError('input_too_large', `${what} has 2 GiB or more, which one call does not take`);
}

function checkMany(given: readonly Uint8Array[], what: string): Uint8Array[] {
  const checked = [...given];
  for (let i = 0; i < checked.length; i++) checked[i] = checkData(checked[i]!, what);
  return checked;
}

function broken(): CryptoError {
  return new CryptoError('seal_broken', 'the ciphertext, nonce, associated data or key is not the one that was sealed');
}
