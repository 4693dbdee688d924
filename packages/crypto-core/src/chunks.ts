// How a message is cut (c2sp.org/chunked-encryption): full chunks of 16 KiB, then one that is shorter, possibly empty,
// each with a tag of 16 bytes. So a length tells how many chunks there are, and cutting off the last one shows.
import { chunkBytes, headBytes } from './engines/engine.ts';

export const commitmentBytes = 32;
export const tagBytes = 16;
/** Bytes of a record before its first chunk. */
export const bodyOffset: number = headBytes + commitmentBytes;
export const sealedChunkBytes: number = chunkBytes + tagBytes;

/** Chunks of a message with `length` bytes of plaintext. */
export function chunkCount(length: number): number {
  return Math.floor(length / chunkBytes) + 1;
}

/** Bytes of the record that holds `length` bytes of plaintext. */
export function recordLength(length: number): number {
  return bodyOffset + length + tagBytes * chunkCount(length);
}

/** True if some plaintext has a record of `length` bytes. */
export function isPossibleRecordLength(length: number): boolean {
  const body = length - bodyOffset;
  return body >= tagBytes && body % sealedChunkBytes >= tagBytes;
}

/** Bytes of plaintext in a record of a possible length. */
export function plaintextLength(recordLength: number): number {
  const body = recordLength - bodyOffset;
  return body - tagBytes * Math.ceil(body / sealedChunkBytes);
}
