// The checksums that vendors put at the end of their tokens.
import { base62Checksum, crc32 } from './crc32.ts';
import type { TokenShape } from './token-shapes.ts';

function hexSum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** The checksum at the end of the token is the right one; true for tokens without one. */
export function checksumHolds({ checksum, prefix }: TokenShape, token: string): boolean {
  const end = token.slice(-8).toLowerCase();
  switch (checksum) {
    case 'base62':
      return base62Checksum(crc32(token.slice(prefix.length, -6))) === token.slice(-6);
    case 'atlassian':
      return hexSum(token.slice(0, -8)) === end;
    case 'grafana':
      // Its bytes the other way round.
      return hexSum(token.slice(0, -9)).replace(/(..)(..)(..)(..)/, '$4$3$2$1') === end;
    default:
      return true;
  }
}
