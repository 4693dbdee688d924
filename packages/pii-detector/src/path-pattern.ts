// Places in payloads, without the indices and keys that differ from payload to payload.
import { isDigit, unitAt } from './units.ts';

const MAX_NAME_UNITS = 64;

/** A key that names a record rather than a field: long, or with many digits in it. */
function isRecordKey(token: string): boolean {
  if (token.length > MAX_NAME_UNITS) return true;
  let digits = 0;
  for (let i = 0; i < token.length; i++) if (isDigit(unitAt(token, i))) digits++;
  return digits >= 4 || (digits > 0 && digits === token.length);
}

/** One token of a selector: `*` for an index or a record's key; dots and other marks of selectors escaped by `\`. */
function selectorToken(token: string): string {
  if (isRecordKey(token)) return '*';
  let escaped = '';
  for (const unit of token) escaped += '.*?\\'.includes(unit) ? `\\${unit}` : unit;
  return escaped;
}

/**
 * The selector of a JSON Pointer, as policies take it: `/customers/0/email` is `customers.*.email`. Indices and the keys
 * of records become `*`. `''` for the root.
 */
export function selectorOf(pointer: string): string {
  if (pointer === '') return '';
  return pointer
    .slice(1)
    .split('/')
    .map((token) => selectorToken(token.replaceAll('~1', '/').replaceAll('~0', '~')))
    .join('.');
}
