// How a secret may show where people and logs look: as text, base64, hex, and the ways in which bytes are printed.

/** Pieces of `secret` (at least 12 bytes), each long enough not to be there by chance. */
export function formsOf(secret: Uint8Array | string): string[] {
  if (typeof secret === 'string') return [secret.slice(4, 24)];
  const bytes = Buffer.from(secret);
  const pairs = bytes.toString('hex').match(/../g)!;
  return [
    bytes.toString('base64').slice(0, 20),
    bytes.toString('base64url').slice(0, 20),
    bytes.toString('hex').slice(0, 24),
    pairs.slice(0, 8).join(' '),
    [...bytes.subarray(0, 8)].join(', '),
    [...bytes.subarray(0, 8)].join(','),
    [...bytes.subarray(0, 4)].map((byte, i) => `"${i}":${byte}`).join(','),
  ];
}
