// Takes personal values out of texts that were not made for strangers: error messages and stacks.
//
// A value seldom appears in an error as it was: it is cut short, quoted, escaped, or its digits are grouped anew. So what
// is looked for is every run of `gramUnits` characters of every form of every value, and a hit covers the whole word
// around it. Hitting too much is harmless; what cannot be searched is not shown at all.
import type { Detector } from './detector.ts';
import { digitRuns, gramHashes } from './grams.ts';
import type { JsonValue } from './json.ts';
import { valueForms, wordsOf } from './value-forms.ts';

/** Gives a text back with personal values replaced by `[sealed]`. */
export type Scrub = (text: string) => string;

const replacement = '[sealed]';
/** Characters of a value that give it away; shorter values are looked for whole. */
const gramUnits = 6;
/** Longest sum of all forms that is searched for: 1 Mi characters, about 30 MB while the scrubber lives. */
const maxFormUnits = 2 ** 20;

interface Needles {
  readonly grams: Set<number>;
  readonly digitGrams: Set<number>;
  /** Looked for anywhere. */
  readonly short: Set<string>;
  /** Looked for as a word of its own. */
  readonly words: Set<string>;
}

/**
 * A function that replaces in a text every piece of `values` (strings, numbers and names inside them): whole, JSON- or
 * URL-escaped, in other letter case, with digits grouped otherwise, and parts of six characters or more; and what
 * `detector` finds. Values of more than 1 Mi characters in all make it replace every text as a whole.
 */
export function createScrubber(values: Iterable<JsonValue>, detector?: Detector): Scrub {
  const needles = collectNeedles(values);
  if (needles === undefined) return () => replacement;
  return (text) => {
    const covered = new Uint8Array(text.length);
    const folded = fold(text);
    coverGrams(folded, needles, covered);
    coverShort(folded, needles, covered);
    const detected = detector?.detectText(text);
    if (detected !== undefined && detected.unscannable.length > 0) return replacement;
    for (const { start, end } of detected?.findings ?? []) covered.fill(1, start, end);
    return covered.includes(1) ? replaceCovered(text, covered) : text;
  };
}

function collectNeedles(values: Iterable<JsonValue>): Needles | undefined {
  const needles: Needles = { grams: new Set(), digitGrams: new Set(), short: new Set(), words: new Set() };
  let units = 0;
  for (const form of valueForms(values)) {
    units += form.length;
    if (units > maxFormUnits) return undefined;
    addForm(fold(form), needles);
  }
  return needles;
}

function addForm(form: string, needles: Needles): void {
  for (const word of wordsOf(form)) needles.words.add(word);
  for (const run of digitRuns(form)) {
    for (const [, hash] of gramHashes(run.digits, gramUnits)) needles.digitGrams.add(hash);
  }
  if (form.length >= gramUnits) {
    for (const [, hash] of gramHashes(form, gramUnits)) needles.grams.add(hash);
  } else if (/^[\p{L}\p{N}]{0,3}$/u.test(form)) {
    needles.words.add(form);
  } else {
    needles.short.add(form);
  }
}

function coverGrams(folded: string, { grams, digitGrams }: Needles, covered: Uint8Array): void {
  for (const [at, hash] of gramHashes(folded, gramUnits)) {
    if (grams.has(hash)) coverWords(folded, covered, { start: at, end: at + gramUnits });
  }
  for (const { digits, positions } of digitRuns(folded)) {
    for (const [at, hash] of gramHashes(digits, gramUnits)) {
      if (!digitGrams.has(hash)) continue;
      coverWords(folded, covered, { start: positions[at]!, end: positions[at + gramUnits - 1]! + 1 });
    }
  }
}

function coverShort(folded: string, { short, words }: Needles, covered: Uint8Array): void {
  for (const form of short) {
    for (let at = folded.indexOf(form); at >= 0; at = folded.indexOf(form, at + 1))
      covered.fill(1, at, at + form.length);
  }
  if (words.size === 0) return;
  for (const match of folded.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (words.has(match[0])) covered.fill(1, match.index, match.index + match[0].length);
  }
}

// A hit reaches to the ends of the words that it touches, so that no stump of a value stays; spaces around it stay.
function coverWords(text: string, covered: Uint8Array, { start, end }: { start: number; end: number }): void {
  let from = start;
  let to = end;
  while (from < to && text[from] === ' ') from++;
  while (from < to && text[to - 1] === ' ') to--;
  while (isWordUnit(text, from) && isWordUnit(text, from - 1) && covered[from - 1] === 0) from--;
  // What an earlier hit covered, it covered to the end of the word: walking there again for each hit in a word of 100,000
  // units takes minutes.
  if (covered[to - 1] === 0) while (isWordUnit(text, to - 1) && isWordUnit(text, to)) to++;
  covered.fill(1, from, to);
}

function isWordUnit(text: string, at: number): boolean {
  return /[\p{L}\p{N}\p{M}\p{Cs}]/u.test(text[at] ?? '');
}

// Lower case, unit for unit, so that positions stay.
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return text.replace(/./gs, (unit) => (unit.toLowerCase().length === 1 ? unit.toLowerCase() : unit));
}

function replaceCovered(text: string, covered: Uint8Array): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const start = covered.indexOf(1, at);
    if (start < 0) return out + text.slice(at);
    const end = covered.indexOf(0, start);
    out += text.slice(at, start) + replacement;
    at = end < 0 ? text.length : end;
  }
  return out;
}
