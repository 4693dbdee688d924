// Short runs of a text as numbers, for searching a text for any part of many values in one pass (Karp and Rabin, 1987).

const base = 0x01000193;

/**
 * Position and 30-bit hash of every run of `units` UTF-16 units. Equal runs have equal hashes; different ones seldom do,
 * which here means that a little too much is hidden.
 */
export function* gramHashes(text: string, units: number): Generator<[at: number, hash: number]> {
  let leading = 1;
  for (let i = 1; i < units; i++) leading = Math.imul(leading, base);
  let hash = 0;
  for (let i = 0; i < text.length; i++) {
    if (i >= units) hash = (hash - Math.imul(text.charCodeAt(i - units), leading)) | 0;
    hash = (Math.imul(hash, base) + text.charCodeAt(i)) | 0;
    if (i >= units - 1) yield [i - units + 1, hash >>> 2];
  }
}

export interface DigitRun {
  readonly digits: string;
  /** Where each digit stands in the text. */
  readonly positions: readonly number[];
}

/** Digits that stand together, however they are grouped: at most three separators between two of them. */
export function* digitRuns(text: string): Generator<DigitRun> {
  for (const match of text.matchAll(/\d(?:[\s.,'()/+-]{0,3}\d)*/g)) {
    const positions: number[] = [];
    for (let i = 0; i < match[0].length; i++) if (/\d/.test(match[0][i]!)) positions.push(match.index + i);
    yield { digits: positions.map((at) => text[at]).join(''), positions };
  }
}
