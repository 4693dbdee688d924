// JSON Pointers (RFC 6901).

/** One reference token, escaped. */
export function escapeToken(token: string): string {
  return token.includes('~') || token.includes('/') ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token;
}

/** The fewest pointers that cover all of them: no duplicates, and none below another. In sorted order. */
export function coveringPointers(pointers: readonly string[]): string[] {
  if (pointers.length < 2) return [...pointers];
  const all = new Set(pointers);
  const kept: string[] = [];
  for (const pointer of all) {
    let covered = false;
    for (let slash = pointer.lastIndexOf('/'); slash >= 0 && !covered; slash = pointer.lastIndexOf('/', slash - 1)) {
      covered = all.has(pointer.slice(0, slash));
      if (slash === 0) break;
    }
    if (!covered) kept.push(pointer);
  }
  return kept.sort();
}
