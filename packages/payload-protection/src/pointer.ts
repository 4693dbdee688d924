// JSON Pointers (RFC 6901): how sealed places are named in records and in `pii_fields`.

/** One token as it stands in a pointer, with its slash. */
export function pointerToken(name: string | number): string {
  if (typeof name === 'number') return `/${name}`;
  return name.includes('~') || name.includes('/') ? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : `/${name}`;
}

/** The tokens of a pointer, unescaped; undefined where it is not one. */
export function parsePointer(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (pointer[0] !== '/') return undefined;
  const tokens = pointer.slice(1).split('/');
  if (!pointer.includes('~')) return tokens;
  if (/~(?![01])/.test(pointer)) return undefined;
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The index that a token names in an array: no sign, no leading zero (RFC 6901 section 4). */
export function arrayIndex(token: string): number | undefined {
  return /^(?:0|[1-9]\d{0,9})$/.test(token) ? Number(token) : undefined;
}

/**
 * A pointer for a message. Member names can be personal data themselves (an address book keyed by e-mail), so only
 * what looks like an identifier or an index is shown.
 */
export function describePointer(pointer: string): string {
  const tokens = parsePointer(pointer) ?? [];
  if (tokens.length === 0) return 'the whole value';
  const shown = tokens
    .slice(0, 12)
    .map((token) => (/^(?:[A-Za-z_$][A-Za-z_$-]{0,39}|\d{1,6})$/.test(token) ? token : '(name)'));
  return `/${shown.join('/')}${tokens.length > 12 ? '/...' : ''}`;
}
