// CRC-32 (ISO-HDLC, as in IEEE 802.3) of ASCII text, which several vendors put at the end of their tokens.

/** CRC-32 of the units of `text`, unsigned. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** `value` in base 62 (`0-9A-Za-z`), padded with zeros to 6 units: the checksum of GitHub and npm tokens. */
export function base62Checksum(value: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) {
    const digit = rest % 62;
    text = String.fromCharCode(digit + (digit < 10 ? 48 : digit < 36 ? 55 : 61)) + text;
  }
  return text.padStart(6, '0');
}
