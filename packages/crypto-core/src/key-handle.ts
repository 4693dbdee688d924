// Key handles: 8 bytes in each record that name exactly one version of a key.
import { isBytes, lengthOf, plainView } from './checked-bytes.ts';
import { CryptoError } from './errors.ts';
import { sha512 } from './hash.ts';
import { decodeHex, encodeHex } from './hex.ts';
import { handleBytes } from './record-header.ts';
import { writeUtf8 } from './utf8.ts';
import { wipe } from './wipe.ts';

const blockBytes = 128;
const digestBytes = 64;

const info = new Uint8Array(23);
writeUtf8(info, 0, 'hammerwork/1 key handle');

/** The handle of a key that is given directly: the first 8 bytes of HKDF-Expand-SHA-512(key, "hammerwork/1 key handle"). */
export function deriveKeyHandle(key: Uint8Array): Uint8Array {
  return deriveKeyHandleWith(sha512, key);
}

/**
 * The same with a SHA-512 that is at hand already: the portable one, which runs for the first time, takes 2 ms of a
 * process's start. One block of HKDF-Expand is HMAC(key, info ‖ 1) (RFC 5869 section 2.3; RFC 2104).
 */
export function deriveKeyHandleWith(digest: (data: Uint8Array) => Uint8Array, key: Uint8Array): Uint8Array {
  const inner = new Uint8Array(blockBytes + info.length + 1).fill(0x36, 0, blockBytes);
  const outer = new Uint8Array(blockBytes + digestBytes).fill(0x5c, 0, blockBytes);
  for (let i = 0; i < key.length; i++) {
    inner[i]! ^= key[i]!;
    outer[i]! ^= key[i]!;
  }
  inner.set(info, blockBytes);
  inner[inner.length - 1] = 1;
  const hashed = digest(inner);
  outer.set(hashed, blockBytes);
  const handle = digest(outer).slice(0, handleBytes);
  wipe(inner, outer, hashed);
  return handle;
}

/** 16 lower-case hex digits; good as a map key. */
export function handleToHex(handle: Uint8Array): string {
  return encodeHex(checkHandle(handle));
}

/** Throws `key_malformed` for what is not 16 hex digits. */
export function handleFromHex(text: string): Uint8Array {
  const handle = decodeHex(text);
  if (handle?.length !== handleBytes) throw new CryptoError('key_malformed', 'a key handle is 16 hex digits');
  return handle;
}

/** A plain view of it. Throws `key_malformed`. */
export function checkHandle(handle: Uint8Array): Uint8Array {
  if (isBytes(handle) && lengthOf(handle) === handleBytes) return plainView(handle);
  throw new CryptoError('key_malformed', `a key handle is a Uint8Array of ${handleBytes} bytes`);
}
