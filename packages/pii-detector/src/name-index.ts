// The dictionary of field names: which kind a name speaks for, by whole words and never by substrings.
import { CUE_ADJACENT, CUE_ID, CUE_OTHER, CUE_THING, CUE_VERSION, type CueWords } from './cues.ts';
import { splitName } from './field-name.ts';
import { GENERIC_NAMES, LEADING_VETO_WORDS, NEGATIVE_ENTRIES, QUALIFIERS, ROLES } from './field-words.ts';
import type { KindDetector, NameRule } from './kind-detector.ts';
import { type NameMatch, NO_MATCH } from './name-match.ts';
import { type FieldEvidence, NO_FIELD } from './scan.ts';
import { isDigit } from './units.ts';

const OTHER_NUMBER: NameMatch = {
  ...NO_MATCH,
  evidence: { cues: CUE_OTHER | CUE_ADJACENT, reasons: '' },
};

/** `id`, `user_id`: perhaps a person's number. */
const SOME_ID: NameMatch = { ...NO_MATCH, evidence: { cues: CUE_OTHER | CUE_ADJACENT | CUE_ID, reasons: '' } };

const MAX_ENTRY_WORDS = 5;
const MIN_SQUASHED_UNITS = 7;
/** Heads of compound words, whatever stands before them. */
const HEADS: readonly string[] = [
  'password',
  'passwort',
  'kennwort',
  'wachtwoord',
  'adresse',
  'anschrift',
  'adres',
  'telefon',
  'telefonnummer',
];
type Entry = { readonly name: string; readonly rule: NameRule } | null;

/** Looks names up. One index per detector. */
export interface NameIndex {
  /** What `name` says, taken by itself. Costs a few microseconds: callers keep the answers. */
  lookup(name: string): NameMatch;
}

function wordsOf(list: string): Set<string> {
  return new Set(list.split(' '));
}

function trimDigits(word: string): string {
  let end = word.length;
  while (end > 1 && word.charCodeAt(end - 1) <= 57 && word.charCodeAt(end - 1) >= 48) end--;
  return word.slice(0, end);
}

/** Builds the dictionary from the rules of the detectors in use and the caller's own names. */
export function createNameIndex(
  detectors: readonly KindDetector[],
  own: ReadonlyMap<string, NameRule | null>,
  cueWords: CueWords,
): NameIndex {
  const entries = new Map<string, Entry>();
  const vocabulary = new Set<string>();
  const opening = new Map<string, number>();
  const lifted = new Map<string, { bit: number; match: NameMatch }[]>();
  const leadingVeto = wordsOf(LEADING_VETO_WORDS);
  const qualifiers = wordsOf(QUALIFIERS);
  const roles = wordsOf(ROLES);
  const generic = wordsOf(GENERIC_NAMES);

  function learn(names: readonly string[]): void {
    for (const name of names) for (const word of splitName(name)) vocabulary.add(word);
  }

  function keyOf(name: string): string {
    return splitName(name).map(singular).join('_');
  }

  function put(name: string, entry: Entry): void {
    const words = splitName(name).map(singular);
    const key = words.join('_');
    if (!entries.has(key)) entries.set(key, entry);
    const squashed = words.join('');
    if (words.length > 1 && !entries.has(squashed)) entries.set(squashed, entry);
  }

  function addRule(rule: NameRule, bit: number): void {
    for (const name of rule.names.split(' ')) if (name) put(name, { name, rule });
    if (!rule.under) return;
    for (const word of rule.under.words.split(' ')) {
      const key = keyOf(word);
      opening.set(key, (opening.get(key) ?? 0) | bit);
    }
    for (const name of rule.under.names.split(' ')) {
      const evidence = { cues: rule.cues ?? 0, reasons: `field:${rule.kind}.${name}` };
      const match: NameMatch = { evidence, rule, opens: 0, below: [], generic: false };
      const key = keyOf(name);
      lifted.set(key, [...(lifted.get(key) ?? []), { bit, match }]);
    }
  }

  learn([...own.keys()]);
  learn(NEGATIVE_ENTRIES.split(' '));
  for (const { names, under } of detectors.flatMap((detector) => detector.names ?? [])) {
    learn(names.split(' '));
    if (under) learn(`${under.words} ${under.names}`.split(' '));
  }
  for (const [name, rule] of own) put(name, rule && { name: 'own', rule });
  let bit = 1;
  for (const detector of detectors) {
    for (const rule of detector.names ?? []) {
      addRule(rule, bit);
      if (rule.under) bit *= 2;
    }
  }
  for (const name of NEGATIVE_ENTRIES.split(' ')) put(name, null);

  function singular(word: string): string {
    if (!word.endsWith('s') || word.length < 4) return word;
    const shorter = word.endsWith('sses') ? word.slice(0, -2) : word.slice(0, -1);
    return vocabulary.has(shorter) ? shorter : word;
  }

  /** The longest entry among the words, the last one of equal length. */
  function longest(words: readonly string[]): { entry: Entry; end: number; start: number } | undefined {
    for (let size = Math.min(MAX_ENTRY_WORDS, words.length); size > 0; size--) {
      for (let start = words.length - size; start >= 0; start--) {
        const span = words.slice(start, start + size);
        const named = entries.get(span.join('_'));
        const entry = named === undefined && size === 2 ? squashedEntry(span) : named;
        if (entry !== undefined) return { entry, start, end: start + size };
      }
    }
    return undefined;
  }

  function isKnown(word: string): boolean {
    return vocabulary.has(word) || entries.has(word);
  }

  /** `PGPASSWORD`, `Lieferadresse`; `clientip`, `tokenvalue` of two known words, one of which says something. */
  function apart(word: string): string[] {
    for (let cut = word.length - 2; cut > 1 && !isKnown(word); cut--) {
      const parts = [word.slice(0, cut), word.slice(cut)];
      const says = cut > 3 && parts.some((part) => entries.has(part));
      if (HEADS.includes(parts[1]!) || (says && parts.every((part) => isKnown(part) || cueWords.has(part))))
        return parts;
    }
    return [word];
  }

  /** `passWord`, `cell-phone`. */
  function squashedEntry(span: readonly string[]): Entry | undefined {
    const squashed = span.join('');
    if (isDigit(squashed.charCodeAt(squashed.length - 1))) return undefined;
    return squashed.length >= MIN_SQUASHED_UNITS ? (entries.get(squashed) ?? undefined) : undefined;
  }

  function ruleFor(words: readonly string[]): Entry | undefined {
    const found = longest(words);
    if (!found?.entry) return found?.entry;
    const { entry, start, end } = found;
    // What speaks against an address speaks against it under any qualification: `min_version`.
    if ((entry.rule.cues ?? 0) & CUE_VERSION) return entry;
    if (start > 0 && leadingVeto.has(words[0]!)) return null;
    // Behind an unknown word the datum is another one ("password_strength"); kinds with a shape prove it themselves.
    const qualified = words
      .slice(end)
      .every(
        (word) =>
          qualifiers.has(word) ||
          keepsSense(word, entry.rule.kind) ||
          (roles.has(word) && entry.rule.kind !== 'api_key'),
      );
    return qualified || (entry.rule.cues && !entry.rule.accepts) ? entry : null;
  }

  function classify(name: string): NameMatch {
    const words = splitName(name)
      .map((word) => (vocabulary.has(word) ? word : trimDigits(word)))
      .flatMap(apart)
      .map(singular);
    if (words.length === 0) return NO_MATCH;
    const key = words.join('_');
    const opens =
      (opening.get(key) ?? 0) |
      (words.length > 1
        ? (opening.get(words.slice(-2).join('_')) ?? 0) | (opening.get(words[words.length - 1]!) ?? 0)
        : 0);
    const below = lifted.get(key) ?? [];
    const entry = ruleFor(words);
    if (entry) {
      const { rule } = entry;
      return { evidence: { cues: rule.cues ?? 0, reasons: `field:${entry.name}` }, rule, opens, below, generic: false };
    }
    const isGeneric = generic.has(key);
    if (entry === undefined && (opens !== 0 || below.length > 0 || isGeneric)) {
      return { ...NO_MATCH, opens, below, generic: isGeneric, evidence: otherEvidence(words) };
    }
    const evidence = otherEvidence(words);
    if (evidence === NO_FIELD) return NO_MATCH;
    return evidence === SOME_ID.evidence ? SOME_ID : OTHER_NUMBER;
  }

  /** `order_id`, `tracking_no`: digits that are nobody's. */
  function otherEvidence(words: readonly string[]): FieldEvidence {
    let last = words.length - 1;
    while (last > 0 && cueWords.get(words[last]!) === 0) last--;
    const cuesOf = (word: string) => cueWords.get(word) ?? 0;
    if (!(cuesOf(words[last]!) & CUE_OTHER)) return NO_FIELD;
    const isThing = words.some((word, i) => i <= last && cuesOf(word) & CUE_THING);
    return isThing ? OTHER_NUMBER.evidence : SOME_ID.evidence;
  }

  return { lookup: classify };
}

/** A hash of a password is one, and the date of a birth is it. */
function keepsSense(word: string, kind: string): boolean {
  return (word === 'hash' && kind === 'password') || (word === 'date' && kind === 'date_of_birth');
}
