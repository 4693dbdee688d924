// Key handles: 8 bytes in each record that name exactly one version of a key.
import { CryptoError } from './errors.ts';
import { hkdfExpandSha512 } from './hash.ts';
import { decodeHex, encodeHex } from './hex.ts';
import { handleBytes } from './record-header.ts';
import { writeUtf8 } from './utf8.ts';

const info = new Uint8Array(23);
writeUtf8(info, 0, 'hammerwork/1 key handle');

/** The handle of a key that is given directly: the first 8 bytes of HKDF-Expand-SHA-512(key, "hammerwork/1 key handle"). */
export function deriveKeyHandle(key: Uint8Array): Uint8Array {
  return hkdfExpandSha512(key, info, handleBytes);
}

/** 16 lower-case hex digits; good as a map key. */
export function handleToHex(handle: Uint8Array): string {
  checkHandle(handle);
  return encodeHex(handle);
}

/** Throws `key_malformed` for what is not 16 hex digits. */
export function handleFromHex(text: string): Uint8Array {
  const handle = decodeHex(text);
  if (handle?.length !== handleBytes) throw new CryptoError('key_malformed', 'a key handle is 16 hex digits');
  return handle;
}

/** Throws `key_malformed`. */
export function checkHandle(handle: Uint8Array): void {
  if (!(handle instanceof Uint8Array) || handle.length !== handleBytes) {
    throw new CryptoError('key_malformed', `a key handle is a Uint8Array of ${handleBytes} bytes`);
  }
}
