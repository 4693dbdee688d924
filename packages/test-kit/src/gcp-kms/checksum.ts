// CRC-32C bit by bit, as RFC 3720 defines it: slow, readable, and not the code that it is used to check.
import { StatusError } from './status.ts';

export function slowCrc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (0x82f63b78 & -(remainder & 1));
  }
  return ~remainder >>> 0;
}

/** A google.protobuf.Int64Value over the bytes. */
export function checksumOf(bytes: Uint8Array): { value: string } {
  return { value: String(slowCrc32c(bytes)) };
}

/** True if there was a checksum to verify. Throws INVALID_ARGUMENT if it is wrong. */
export function verifyChecksum(
  bytes: Uint8Array,
  checksum: { value: string } | null | undefined,
  field: string,
): boolean {
  if (!checksum) return false;
  if (String(checksum.value) === String(slowCrc32c(bytes))) return true;
  throw new StatusError(
    'INVALID_ARGUMENT',
    `The checksum in field ${field}_crc32c did not match the data in field ${field}.`,
  );
}
