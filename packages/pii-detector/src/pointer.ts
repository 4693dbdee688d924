// JSON Pointers (RFC 6901).

const SLASH = 47;

/** One reference token, escaped. */
export function escapeToken(token: string): string {
  return token.includes('~') || token.includes('/') ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token;
}

/** The fewest pointers that cover all of them: no duplicates, and none below one of `covering`. In sorted order. */
export function coveringPointers(pointers: readonly string[], covering: ReadonlySet<string>): string[] {
  const lengths = [...new Set([...covering].map((pointer) => pointer.length))];
  const isBelow = (pointer: string) =>
    lengths.some(
      (length) =>
        length < pointer.length && pointer.charCodeAt(length) === SLASH && covering.has(pointer.slice(0, length)),
    );
  const kept = pointers.filter((pointer) => !isBelow(pointer));
  return kept.sort().filter((pointer, i) => pointer !== kept[i - 1]);
}
