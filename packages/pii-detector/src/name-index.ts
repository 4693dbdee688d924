// The dictionary of field names: which kind a name speaks for, by whole words and never by substrings.
import { CUE_ADJACENT, CUE_ID, CUE_OTHER, CUE_THING, CUE_VERSION, type CueWords } from './cues.ts';
import { splitName } from './field-name.ts';
import { GENERIC_NAMES, LEADING_VETO_WORDS, NEGATIVE_ENTRIES, QUALIFIERS, ROLES } from './field-words.ts';
import type { KindDetector, NameRule } from './kind-detector.ts';
import { type NameMatch, NO_MATCH } from './name-match.ts';
import { isDigit } from './units.ts';
import { wordsOf } from './words.ts';

const OTHER_NUMBER: NameMatch = withCues(CUE_OTHER | CUE_ADJACENT);
/** `id`, `user_id`: perhaps a person's number. */
const SOME_ID: NameMatch = withCues(CUE_OTHER | CUE_ADJACENT | CUE_ID);

const MAX_ENTRY_WORDS = 5;
const MIN_SQUASHED_UNITS = 7;
/** Heads of compound words, whatever stands before them. */
const HEADS: ReadonlySet<string> = wordsOf(
  'password passwort kennwort wachtwoord adresse anschrift adres telefon telefonnummer',
);

/** Looks names up. One index per detector. */
export interface NameIndex {
  /** What `name` says, taken by itself. Costs a few microseconds: callers keep the answers. */
  lookup(name: string): NameMatch;
}

/* @__NO_SIDE_EFFECTS__ */
function withCues(cues: number): NameMatch {
  return { ...NO_MATCH, evidence: { cues, reasons: '' } };
}

function matchOf(rule: NameRule, name: string): NameMatch {
  return { ...NO_MATCH, evidence: { cues: rule.cues ?? 0, reasons: `field:${name}` }, rule };
}

/** Builds the dictionary from the rules of the detectors in use and the caller's own names. */
export function createNameIndex(
  detectors: readonly KindDetector[],
  own: ReadonlyMap<string, NameRule | null>,
  cueWords: CueWords,
): NameIndex {
  const rules = detectors.flatMap(({ names = [] }) => names);
  /** What names mean; null for nothing personal. */
  const entries = new Map<string, NameMatch | null>();
  const opening = new Map<string, number>();
  const lifted = new Map<string, { bit: number; match: NameMatch }[]>();
  const vocabulary = new Set(
    [...own.keys(), NEGATIVE_ENTRIES, ...rules.flatMap(({ names, under }) => [names, under?.words, under?.names])]
      .join(' ')
      .split(' ')
      .flatMap(splitName),
  );
  const leadingVeto = wordsOf(LEADING_VETO_WORDS);
  const qualifiers = wordsOf(QUALIFIERS);
  const roles = wordsOf(ROLES);
  const generic = wordsOf(GENERIC_NAMES);

  function singular(word: string): string {
    if (!word.endsWith('s') || word.length < 4) return word;
    const shorter = word.slice(0, word.endsWith('sses') ? -2 : -1);
    return vocabulary.has(shorter) ? shorter : word;
  }

  function keyOf(name: string): string {
    return splitName(name).map(singular).join('_');
  }

  /** The first entry of a name counts; it is also written in one word. */
  function put(name: string, match: NameMatch | null): void {
    const key = keyOf(name);
    for (const form of [key, key.replaceAll('_', '')]) if (!entries.has(form)) entries.set(form, match);
  }

  for (const [name, rule] of own) put(name, rule && matchOf(rule, 'own'));
  let bit = 1;
  for (const rule of rules) {
    for (const name of rule.names.split(' ')) put(name, matchOf(rule, name));
    if (!rule.under) continue;
    for (const key of rule.under.words.split(' ').map(keyOf)) opening.set(key, (opening.get(key) ?? 0) | bit);
    for (const name of rule.under.names.split(' ')) {
      const key = keyOf(name);
      lifted.set(key, [...(lifted.get(key) ?? []), { bit, match: matchOf(rule, `${rule.kind}.${name}`) }]);
    }
    bit *= 2;
  }
  for (const name of NEGATIVE_ENTRIES.split(' ')) put(name, null);

  function isKnown(word: string): boolean {
    return vocabulary.has(word) || entries.has(word);
  }

  /** `PGPASSWORD`, `Lieferadresse`; `clientip`, `tokenvalue` of two known words, one of which says something. */
  function apart(word: string): string[] {
    for (let cut = word.length - 2; cut > 1 && !isKnown(word); cut--) {
      const parts = [word.slice(0, cut), word.slice(cut)];
      const says = cut > 3 && parts.some((part) => entries.has(part));
      if (HEADS.has(parts[1]!) || (says && parts.every((part) => isKnown(part) || cueWords.has(part)))) return parts;
    }
    return [word];
  }

  /** The entry of these words; two of them also in one word: `passWord`, `cell-phone`. */
  function entryOf(span: readonly string[]): NameMatch | null | undefined {
    const named = entries.get(span.join('_'));
    if (named !== undefined || span.length !== 2) return named;
    const squashed = span.join('');
    if (squashed.length < MIN_SQUASHED_UNITS || isDigit(squashed.charCodeAt(squashed.length - 1))) return undefined;
    return entries.get(squashed) ?? undefined;
  }

  /** The longest entry among the words, the last one of equal length; null where the words around it speak against it. */
  function entryAmong(words: readonly string[]): NameMatch | null | undefined {
    for (let size = Math.min(MAX_ENTRY_WORDS, words.length); size > 0; size--) {
      for (let start = words.length - size; start >= 0; start--) {
        const entry = entryOf(words.slice(start, start + size));
        if (entry) return isMeant(words, entry, start, start + size) ? entry : null;
        if (entry === null) return null;
      }
    }
    return undefined;
  }

  function isMeant(words: readonly string[], { rule }: NameMatch, start: number, end: number): boolean {
    const { kind, cues = 0, accepts } = rule!;
    // What speaks against an address speaks against it under any qualification: `min_version`.
    if (cues & CUE_VERSION) return true;
    if (start > 0 && leadingVeto.has(words[0]!)) return false;
    // Behind an unknown word the datum is another one ("password_strength"); kinds with a shape prove it themselves.
    if (cues > 0 && !accepts) return true;
    return words
      .slice(end)
      .every(
        (word) => qualifiers.has(word) || KEPT_SENSES.has(`${kind} ${word}`) || (roles.has(word) && kind !== 'api_key'),
      );
  }

  /** `order_id`, `tracking_no`: digits that are nobody's. */
  function otherMatch(words: readonly string[]): NameMatch {
    const cues = words.map((word) => cueWords.get(word));
    while (cues.length > 1 && cues.at(-1) === 0) cues.pop();
    if (!((cues.at(-1) ?? 0) & CUE_OTHER)) return NO_MATCH;
    return cues.some((cue = 0) => cue & CUE_OTHER && cue & CUE_THING) ? OTHER_NUMBER : SOME_ID;
  }

  function lookup(name: string): NameMatch {
    const words = splitName(name)
      .map((word) => (vocabulary.has(word) || qualifiers.has(word) ? word : word.replace(/(?<=.)\d+$/, '')))
      .flatMap(apart)
      .map(singular);
    const entry = entryAmong(words);
    if (entry === null) return otherMatch(words);
    const key = words.join('_');
    let opens = 0;
    for (const last of [words, words.slice(-2), words.slice(-1)]) opens |= opening.get(last.join('_')) ?? 0;
    const below = lifted.get(key) ?? [];
    const isGeneric = !entry && generic.has(key);
    const match = entry ?? otherMatch(words);
    return opens > 0 || below.length > 0 || isGeneric ? { ...match, opens, below, generic: isGeneric } : match;
  }

  return { lookup };
}

/** A hash of a password is one, and the date of a birth is it. */
const KEPT_SENSES: ReadonlySet<string> = /* @__PURE__ */ new Set(['password hash', 'date_of_birth date']);
