// Lists of words, written with spaces between them.

/** The words of a list. */
/* @__NO_SIDE_EFFECTS__ */
export function wordsOf(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** One list of several. */
/* @__NO_SIDE_EFFECTS__ */
export function joined(...lists: readonly string[]): string {
  return lists.join(' ');
}
