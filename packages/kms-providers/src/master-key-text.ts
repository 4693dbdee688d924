// A master key as text: 32 bytes in base64, base64url or hex. Nothing is padded, cut or hashed into a key.
import { CryptoError, decodeKey } from '@hammerwork/crypto-core';
import { KmsError } from './errors.ts';

/** The caller wipes the result. Errors: `master_key_malformed`, which says where the text came from and not what it was. */
export function decodeMasterKey(text: string, source: string): Uint8Array {
  try {
    return decodeKey(text);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new KmsError('master_key_malformed', `The master key in ${source} cannot be used: ${error.message}`);
  }
}
