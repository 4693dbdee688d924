// UTF-8 written straight into a buffer that is already there: for short strings several times faster than TextEncoder,
// which makes a new array and replaces what is not well-formed in silence.

/** Writes `text` at `offset`. Returns the end, -1 if it does not fit, -2 for a lone surrogate. */
export function writeUtf8(target: Uint8Array, offset: number, text: string): number {
  let end = offset;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      if (end >= target.length) return -1;
      target[end++] = code;
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = text.charCodeAt(++i);
      if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return -2;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    end = writeMultiByte(target, end, code);
    if (end < 0) return -1;
  }
  return end;
}

/** Undefined for a lone surrogate. */
export function encodeUtf8(text: string): Uint8Array | undefined {
  const buffer = new Uint8Array(3 * text.length);
  const end = writeUtf8(buffer, 0, text);
  return end < 0 ? undefined : buffer.subarray(0, end);
}

function writeMultiByte(target: Uint8Array, offset: number, code: number): number {
  const length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  if (offset + length > target.length) return -1;
  for (let i = length - 1; i > 0; i--) {
    target[offset + i] = 0x80 | (code & 0x3f);
    code >>= 6;
  }
  target[offset] = ((0xf00 >> length) & 0xff) | code;
  return offset + length;
}

/** Orders well-formed strings by their UTF-8 bytes; UTF-16 order differs above U+D7FF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
