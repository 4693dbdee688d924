// SHA-512 and what is built on it, in portable TypeScript, for the small inputs around keys. RFC 6234, 2104, 5869.
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 as nobleSha512 } from '@noble/hashes/sha2.js';

/** SHA-512, 64 bytes. `Crypto.sha512` does the same with the engine, faster. */
export function sha512(data: Uint8Array): Uint8Array {
  return nobleSha512(data);
}

/** HMAC-SHA-512, 64 bytes (RFC 2104). */
export function hmacSha512(key: Uint8Array, data: Uint8Array): Uint8Array {
  return hmac(nobleSha512, key, data);
}

/** HKDF-Expand with HMAC-SHA-512 (RFC 5869 section 2.3). `length` is 0 to 16,320 bytes (`RangeError` otherwise). */
export function hkdfExpandSha512(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (!Number.isInteger(length) || length < 0 || length > 255 * 64) {
    throw new RangeError(`HKDF-Expand-SHA-512 gives 0 to 16,320 bytes, not ${length}`);
  }
  const result = new Uint8Array(length);
  const keyed = hmac.create(nobleSha512, prk);
  let block: Uint8Array = new Uint8Array(0);
  for (let offset = 0, counter = 1; offset < length; offset += 64, counter++) {
    const previous = block;
    block = keyed.clone().update(previous).update(info).update(Uint8Array.of(counter)).digest();
    previous.fill(0);
    result.set(block.subarray(0, length - offset), offset);
  }
  block.fill(0);
  keyed.destroy();
  return result;
}
