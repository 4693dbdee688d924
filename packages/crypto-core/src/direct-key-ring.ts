// A key ring over keys that are given directly, without a key store: one that seals, and previous ones that still open.
import { isBytes } from './checked-bytes.ts';
import type { Algorithm, Crypto, RecordKey } from './crypto.ts';
import { equalBytes } from './equal-bytes.ts';
import { CryptoError } from './errors.ts';
import { handleToHex } from './key-handle.ts';
import type { KeyRing } from './key-ring.ts';
import { wipe } from './wipe.ts';

export interface GivenKey {
  key: Uint8Array;
  algorithm: Algorithm;
}

export interface DirectKeyRingOptions {
  crypto: Crypto;
  /** 32 bytes that seal and open. Wiped once they are imported; so are those of `previous`. */
  key: Uint8Array;
  algorithm: Algorithm;
  /** Keys that only open, such as those before a rotation. */
  previous?: readonly GivenKey[];
  /** The only key id that is lent for sealing. Without it any id is. */
  keyId?: string;
}

/** A ring that holds its keys until it is disposed. */
export interface DirectKeyRing extends KeyRing, Disposable {
  dispose(): void;
}

/** Errors: `key_malformed`. The ring's own calls are synchronous and throw `key_unknown` or `key_disposed`. */
export function createDirectKeyRing(options: DirectKeyRingOptions): DirectKeyRing {
  const { crypto, keyId, key, algorithm, previous = [] } = options;
  const keys = importAll(crypto, [{ key, algorithm }, ...previous]);
  const sealing = keys.values().next().value!;
  /** Who borrows the key may write to its own. */
  const sealingHandle = new Uint8Array(sealing.handle);

  return {
    withSealingKey(requested, use) {
      if (keyId !== undefined && requested !== keyId) {
        throw new CryptoError('key_unknown', `this ring seals for ${JSON.stringify(keyId)} only`);
      }
      return use(sealing);
    },
    withOpeningKey(handle, use) {
      const found = equalBytes(handle, sealingHandle) ? sealing : keys.get(handleToHex(handle));
      if (!found) {
        throw new CryptoError(
          'key_unknown',
          'the record was sealed under a key that is not given; list it in `previous`',
        );
      }
      return use(found);
    },
    dispose,
    [Symbol.dispose]: dispose,
  };

  function dispose(): void {
    for (const held of keys.values()) held.dispose();
  }
}

/** By handle; the first key first. Imports all or none, and wipes what was given either way. */
function importAll(crypto: Crypto, given: readonly GivenKey[]): Map<string, RecordKey> {
  const keys = new Map<string, RecordKey>();
  try {
    for (const { key, algorithm } of given) addKey(keys, crypto.importKey(key, { algorithm }));
  } catch (error) {
    for (const held of keys.values()) held.dispose();
    throw error;
  } finally {
    for (const { key } of given) if (isBytes(key)) wipe(key);
  }
  return keys;
}

function addKey(keys: Map<string, RecordKey>, key: RecordKey): void {
  const handle = handleToHex(key.handle);
  const known = keys.get(handle);
  if (!known) {
    keys.set(handle, key);
    return;
  }
  key.dispose();
  if (known.algorithm === key.algorithm) return;
  throw new CryptoError('key_malformed', 'one key is given with two algorithms; a key has one, make another key');
}
