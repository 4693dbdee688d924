// The checksums that vendors put at the end of their tokens.
import { base62Checksum, crc32 } from './crc32.ts';
import type { TokenShape } from './token-shapes.ts';

function asHex(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}

/** The checksum at the end of the token is the right one; true for tokens without one. */
export function checksumHolds({ checksum, prefix }: TokenShape, token: string): boolean {
  switch (checksum) {
    case 'base62':
      return base62Checksum(crc32(token.slice(prefix.length, -6))) === token.slice(-6);
    case 'atlassian':
      return asHex(crc32(token.slice(0, -8))) === token.slice(-8).toLowerCase();
    case 'grafana': {
      // Its bytes the other way round.
      const bytes = asHex(crc32(token.slice(0, 37))).match(/../g)!;
      return bytes.reverse().join('') === token.slice(38).toLowerCase();
    }
    default:
      return true;
  }
}
