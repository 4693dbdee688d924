// Several records, each under a key of its own, as the value of one column (design: sealed record, layout):
// 0xC2 ‖ u8 count ‖ for each: u32 length ‖ record. One record stands alone, without this.
import { checkBytes } from './checked-bytes.ts';
import { CryptoError } from './errors.ts';
import { checkHeader, recordMagic } from './record-header.ts';

const containerMagic = 0xc2;
const maxRecords = 255;
const maxRecordBytes = 0xffff_ffff;

/** Joins 1 to 255 records, each below 4 GiB (`RangeError` otherwise). One record is returned as it is. */
export function joinRecords(given: readonly Uint8Array[]): Uint8Array {
  const [first] = given;
  if (!first || given.length > maxRecords) {
    throw new RangeError(`1 to ${maxRecords} records can be joined, not ${given.length}`);
  }
  const records = given.map((record) => checkBytes(record, 'record'));
  if (records.length === 1) return first;
  const tooLong = records.find((record) => record.length > maxRecordBytes);
  if (tooLong)
    throw new RangeError(`a record of ${tooLong.length} bytes cannot be joined; at most ${maxRecordBytes} can`);
  const joined = new Uint8Array(records.reduce((length, record) => length + 4 + record.length, 2));
  const view = new DataView(joined.buffer);
  joined[0] = containerMagic;
  joined[1] = records.length;
  let offset = 2;
  for (const record of records) {
    view.setUint32(offset, record.length);
    joined.set(record, offset + 4);
    offset += 4 + record.length;
  }
  return joined;
}

/**
 * The records in what `joinRecords` returned, as views of it; their headers and lengths are possible ones.
 * Errors: `record_malformed`.
 */
export function splitRecords(given: Uint8Array): Uint8Array[] {
  const bytes = checkBytes(given, 'records');
  const records = bytes[0] === recordMagic ? [bytes] : splitContainer(bytes);
  for (const record of records) checkHeader(record);
  return records;
}

function splitContainer(bytes: Uint8Array): Uint8Array[] {
  if (bytes[0] !== containerMagic) throw malformed('begins with neither 0xC1 nor 0xC2');
  const count = bytes[1] ?? 0;
  if (count < 2) throw malformed(`counts ${count} records where at least 2 are expected`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: Uint8Array[] = [];
  let offset = 2;
  for (let i = 0; i < count; i++) {
    const start = offset + 4;
    const end = start > bytes.length ? start : start + view.getUint32(offset);
    if (end > bytes.length) throw malformed(`ends within record ${i + 1} of ${count}`);
    records.push(bytes.subarray(start, end));
    offset = end;
  }
  if (offset !== bytes.length) throw malformed('has bytes after its last record');
  return records;
}

function malformed(what: string): CryptoError {
  return new CryptoError('record_malformed', `the sealed value ${what}`);
}
