// A master key held in this process: wrapped keys are sealed records of suite 0x01 (design: wrapped keys and key rows).
import { type Crypto, CryptoError, createCrypto, handleToHex, type RecordKey } from '@hammerwork/crypto-core';
import type { KmsProvider, WrapContext } from '@hammerwork/key-manager';
import { KmsError } from './errors.ts';

export interface LocalProviderOptions {
  /** Where the key came from, for `health`: `env:NAME`. */
  source: string;
  crypto?: Crypto;
}

/** Takes over `masterKey` (32 bytes) and wipes it. Processes with the same key have the same provider id. */
export function createLocalProvider(masterKey: Uint8Array, options: LocalProviderOptions): KmsProvider {
  const crypto = options.crypto ?? createCrypto();
  const key = importMasterKey(crypto, masterKey);
  const id = `local/${handleToHex(key.handle)}`;
  return {
    id,
    wrap: async (dataKey, context) => wrapUnder(crypto, key, { dataKey, context }),
    unwrap: async (wrapped, context) => unwrapUnder(crypto, key, { wrapped, context }),
    health: async () => ({ ok: !key.disposed, detail: `master key from ${options.source}, ${id}` }),
    close: () => key.dispose(),
  };
}

/** Imports 32 bytes as a master key and wipes them. */
export function importMasterKey(crypto: Crypto, masterKey: Uint8Array): RecordKey {
  try {
    return crypto.importKey(masterKey, { algorithm: 'aes-256-gcm' });
  } finally {
    masterKey.fill(0);
  }
}

export function wrapUnder(
  crypto: Crypto,
  key: RecordKey,
  what: { dataKey: Uint8Array; context: WrapContext },
): Uint8Array {
  return crypto.seal(key, what.dataKey, what.context);
}

/** Errors: `wrap_broken`. */
export function unwrapUnder(
  crypto: Crypto,
  key: RecordKey,
  what: { wrapped: Uint8Array; context: WrapContext },
): Uint8Array {
  try {
    const opened = crypto.open(key, what.wrapped, what.context).plaintext;
    const own = opened.slice(); // what was opened may share its buffer with other results
    opened.fill(0);
    return own;
  } catch (error) {
    if (error instanceof CryptoError && error.code === 'key_disposed') throw error;
    throw new KmsError(
      'wrap_broken',
      'A wrapped key does not open: it was changed or moved to another row, or another master key wrapped it.',
    );
  }
}
