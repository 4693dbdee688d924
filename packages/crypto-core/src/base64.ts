// Base64 and base64url, RFC 4648 sections 4 and 5, strict: one text for given bytes, so leftover bits must be zero
// (section 3.5) and padding is all there or all away.

const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const urlSafe = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Base64url without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const bits = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += urlSafe[bits >> 18]! + urlSafe[(bits >> 12) & 63]!;
    if (left > 1) text += urlSafe[(bits >> 6) & 63]!;
    if (left > 2) text += urlSafe[bits & 63]!;
  }
  return text;
}

/** Base64 with padding. Undefined for anything else. */
export function decodeBase64(text: string): Uint8Array | undefined {
  return text.length % 4 === 0 ? decode(text.replace(/={1,2}$/, ''), standard) : undefined;
}

/** Base64url without padding. Undefined for anything else. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  return decode(text, urlSafe);
}

function decode(text: string, alphabet: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let end = 0;
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[end++] = bits >> held;
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : undefined;
}
