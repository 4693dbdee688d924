// Keys as people hold them: 32 bytes in base64, base64url or hex.
import { decodeBase64, decodeBase64Url } from './base64.ts';
import { CryptoError } from './errors.ts';
import { decodeHex } from './hex.ts';

/**
 * Reads a 32-byte key from base64 (44 characters), base64url without padding (43) or hex (64); white space around it is
 * ignored. The caller wipes the result. Errors: `key_malformed`, also for a key whose bytes are all the same.
 */
export function decodeKey(text: string): Uint8Array {
  if (typeof text !== 'string') throw new TypeError(`a key text must be a string, got ${typeof text}`);
  const key = decode(text.trim());
  if (key?.length !== 32) throw malformed('is not 32 bytes in base64, base64url or hex');
  if (key.every((byte) => byte === key[0])) throw malformed('repeats one byte and is no secret');
  return key;
}

function decode(text: string): Uint8Array | undefined {
  if (text.length === 64) return decodeHex(text);
  return text.length === 44 ? decodeBase64(text) : decodeBase64Url(text);
}

/** Says nothing of the text, which may be a key with a typing mistake. */
function malformed(what: string): CryptoError {
  return new CryptoError('key_malformed', `the key ${what}; make one with: openssl rand -base64 32`);
}
