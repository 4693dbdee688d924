// Places in payloads, without the indices and keys that differ from payload to payload.
const MAX_NAME_UNITS = 64;

/** A key that names a record rather than a field: long, or with many digits in it. */
function isRecordKey(token: string): boolean {
  if (token.length > MAX_NAME_UNITS) return true;
  const digits = token.replaceAll(/\D/g, '').length;
  return digits >= 4 || (digits > 0 && digits === token.length);
}

/** One token of a selector: `*` for an index or a record's key; dots and other marks of selectors escaped by `\`. */
function selectorToken(token: string): string {
  return isRecordKey(token) ? '*' : token.replaceAll(/[.*?\\]/g, '\\$&');
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
