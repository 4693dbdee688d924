// The first 12 bytes of a record (design: sealed record, layout):
// magic 0xC1 ‖ version 0x01 ‖ suite ‖ flags (bit 0 compressed, bit 1 padded) ‖ key handle (8).
import { checkBytes, checkedLength } from './checked-bytes.ts';
import { isPossibleRecordLength } from './chunks.ts';
import type { Algorithm } from './crypto.ts';
import { CryptoError } from './errors.ts';

export const recordMagic = 0xc1;
export const recordVersion = 0x01;
export const headerBytes = 12;
export const handleBytes = 8;
export const suiteOffset = 2;
export const flagsOffset = 3;
export const handleOffset = 4;
export const compressedFlag = 0x01;
export const paddedFlag = 0x02;

export interface RecordHeader {
  readonly algorithm: Algorithm;
  readonly compressed: boolean;
  readonly padded: boolean;
  /** 8 bytes, a copy. */
  readonly handle: Uint8Array;
}

/**
 * Reads a record's header and checks that its length is possible; proves nothing about who wrote it.
 * Errors: `record_malformed`.
 */
export function parseRecordHeader(given: Uint8Array): RecordHeader {
  const record = checkBytes(given, 'record');
  checkHeader(record);
  const flags = record[flagsOffset]!;
  return {
    algorithm: algorithmOfSuite(record[suiteOffset]!)!,
    compressed: (flags & compressedFlag) !== 0,
    padded: (flags & paddedFlag) !== 0,
    handle: copyHandle(record),
  };
}

/** The handle of `parseRecordHeader`, by the same checks, for who needs no more. Errors: `record_malformed`. */
export function recordHandle(record: Uint8Array): Uint8Array {
  const length = checkedLength(record, 'record');
  checkHeaderBytes(record);
  if (!isPossibleRecordLength(length)) throw impossibleLength(length);
  return copyHandle(record);
}

/** A Buffer's `slice` would be a view. */
function copyHandle(record: Uint8Array): Uint8Array {
  const handle = new Uint8Array(handleBytes);
  for (let i = 0; i < handleBytes; i++) handle[i] = record[handleOffset + i]!;
  return handle;
}

/** Throws `record_malformed`. */
export function checkHeader(record: Uint8Array): void {
  checkHeaderBytes(record);
  if (!isPossibleRecordLength(record.length)) throw impossibleLength(record.length);
}

function impossibleLength(length: number): CryptoError {
  return recordMalformed(`has an impossible length of ${length} bytes`);
}

/** Checks all but the length. Throws `record_malformed`. */
export function checkHeaderBytes(record: Uint8Array): void {
  if (record[0] !== recordMagic) throw recordMalformed('does not begin with 0xC1; this is no sealed record');
  if (record[1] !== recordVersion)
    throw recordMalformed(`has version ${record[1]}; only 1 is known, update the reader`);
  if (!algorithmOfSuite(record[suiteOffset]))
    throw recordMalformed(`has suite ${record[suiteOffset]}, which is not known here; update the reader`);
  if ((record[flagsOffset]! & ~(compressedFlag | paddedFlag)) !== 0)
    throw recordMalformed(`has reserved flags set (${record[flagsOffset]})`);
}

export function encodeHeader(algorithm: Algorithm, handle: Uint8Array): Uint8Array {
  const header = new Uint8Array(headerBytes);
  header[0] = recordMagic;
  header[1] = recordVersion;
  header[2] = suiteOf(algorithm);
  header.set(handle, handleOffset);
  return header;
}

export function suiteOf(algorithm: Algorithm): number {
  return algorithm === 'aes-256-gcm' ? 0x01 : 0x02;
}

function algorithmOfSuite(suite: number | undefined): Algorithm | undefined {
  if (suite === 0x01) return 'aes-256-gcm';
  return suite === 0x02 ? 'chacha20-poly1305' : undefined;
}

export function recordMalformed(what: string): CryptoError {
  return new CryptoError('record_malformed', `the record ${what}`);
}
