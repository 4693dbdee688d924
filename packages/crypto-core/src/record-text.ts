import { decodeBase64Url, encodeBase64Url } from './base64.ts';
import { checkBytes } from './checked-bytes.ts';
import { CryptoError } from './errors.ts';

/** A record, or joined records, as text for use inside JSON: base64url without padding. */
export function recordToText(record: Uint8Array): string {
  return encodeBase64Url(checkBytes(record, 'record'));
}

/** Reads the one text form of a record. Checks no more than that. Errors: `record_malformed`. */
export function recordFromText(text: string): Uint8Array {
  const record = typeof text === 'string' ? decodeBase64Url(text) : undefined;
  if (!record) throw new CryptoError('record_malformed', 'the text of a record is base64url without padding');
  return record;
}
