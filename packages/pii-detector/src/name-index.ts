// The dictionary of field names: which kind a name speaks for, by whole words and never by substrings.
import { CUE_ADJACENT, CUE_ID, CUE_OTHER, CUE_THING, CUE_VERSION, type CueWords } from './cues.ts';
import { splitName } from './field-name.ts';
import { GENERIC_NAMES, LEADING_VETO_WORDS, NEGATIVE_ENTRIES, QUALIFIERS, ROLES, SAME } from './field-words.ts';
import type { KindDetector, NameRule } from './kind-detector.ts';
import { type NameMatch, NO_MATCH } from './name-match.ts';
import { wordsOf } from './words.ts';

const MAX_ENTRY_WORDS = 5;
const MIN_SQUASHED_UNITS = 7;
/** Heads of compound words, whatever stands before them. */
const HEADS: ReadonlySet<string> = wordsOf(
  'password passwort kennwort wachtwoord adresse anschrift adres telefon telefonnummer',
);

/** Looks names up. One index per detector. */
export interface NameIndex {
  /** What `name` says, taken by itself. Costs microseconds, 30 for the worst: callers keep the answers. */
  lookup(name: string): NameMatch;
}

function matchOf(rule: NameRule | undefined, reasons: string, cues: number = rule?.cues ?? 0): NameMatch {
  return { ...NO_MATCH, evidence: { cues, reasons }, rule };
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
    [...own.keys(), NEGATIVE_ENTRIES, SAME, ...rules.flatMap(({ names, under }) => [names, under?.words, under?.names])]
      .join(' ')
      .split(' ')
      .flatMap(splitName),
  );
  const same = new Map(SAME.split(',').flatMap((list) => list.split(' ').map((word, _, [first]) => [word, first!])));
  const leadingVeto = wordsOf(LEADING_VETO_WORDS);
  const qualifiers = wordsOf(QUALIFIERS);
  const roles = wordsOf(ROLES);
  const generic = wordsOf(GENERIC_NAMES);

  function canonical(word: string): string {
    const shorter = word.length < 4 ? word : word.replace(/(?<=ss)es$|s$/, '');
    const one = vocabulary.has(shorter) ? shorter : word;
    return same.get(one) ?? one;
  }

  function keyOf(name: string): string {
    return splitName(name).map(canonical).join('_');
  }

  /** A name is also written in one word. */
  function formsOf(name: string): readonly string[] {
    const key = keyOf(name);
    return [key, key.replaceAll('_', '')];
  }

  /** The first entry of a name counts. */
  function put(name: string, match: NameMatch | null): void {
    for (const form of formsOf(name)) if (!entries.has(form)) entries.set(form, match);
  }

  for (const [name, rule] of own) put(name, rule && matchOf(rule, 'field:own'));
  let bit = 1;
  for (const rule of rules) {
    for (const name of rule.names.split(' ')) put(name, matchOf(rule, `field:${name}`));
    if (!rule.under) continue;
    for (const key of rule.under.words.split(' ').map(keyOf)) opening.set(key, (opening.get(key) ?? 0) | bit);
    for (const name of rule.under.names.split(' ')) {
      const match = matchOf(rule, `field:${rule.kind}.${name}`);
      for (const form of formsOf(name)) {
        vocabulary.add(form);
        lifted.set(form, [...(lifted.get(form) ?? []), { bit, match }]);
      }
    }
    bit *= 2;
  }
  for (const name of NEGATIVE_ENTRIES.split(' ')) put(name, null);

  function isKnown(word: string): boolean {
    return vocabulary.has(word) || entries.has(word);
  }

  /** `PGPASSWORD`, `Lieferadresse`, `acctno`; `clientip`, `tokenvalue` of two known words, one of which says something. */
  function apart(word: string): readonly string[] {
    for (let cut = word.length - 2; cut > 1 && !isKnown(word); cut--) {
      const parts = [word.slice(0, cut), word.slice(cut)] as const;
      const [first, last] = parts;
      if (HEADS.has(last) || entries.has(canonical(first) + same.get(canonical(last)))) return parts;
      const says = cut > 3 && (entries.has(first) || entries.has(last));
      if (says && parts.every((part) => isKnown(part) || cueWords.has(part))) return parts;
    }
    return [word];
  }

  /** The entry of these words; two of them also in one word: `passWord`, `cell-phone`. */
  function entryOf(span: readonly string[]): NameMatch | null | undefined {
    const named = entries.get(span.join('_'));
    if (named !== undefined || span.length !== 2) return named;
    const squashed = span.join('');
    return (squashed.length >= MIN_SQUASHED_UNITS && entries.get(squashed)) || undefined;
  }

  /** The longest entry among the words, the last one of equal length; null where the words around it speak against it. */
  function entryAmong(words: readonly string[]): NameMatch | null | undefined {
    for (let size = Math.min(MAX_ENTRY_WORDS, words.length); size > 0; size--) {
      for (let start = words.length - size; start >= 0; start--) {
        const span = words.slice(start, start + size);
        const entry = entryOf(span);
        if (entry)
          return start > 0 && isVetoed(words[0]!, entry) ? null : meantBy(entry, span, words.slice(start + size));
        if (entry === null) return null;
      }
    }
    return undefined;
  }

  /** What speaks against an address speaks against it under any qualification: `min_version`. */
  function isVetoed(first: string, { rule }: NameMatch): boolean {
    return leadingVeto.has(first) && !(rule!.cues! & CUE_VERSION);
  }

  /** What an entry means in front of other words. */
  function meantBy(entry: NameMatch, span: readonly string[], rest: readonly string[]): NameMatch | null {
    const { kind, cues = 0, accepts } = entry.rule!;
    const opens = opensOf(span);
    // `card_exp_month` is the `exp_month` of a `card`; but the `name` of a card is no person's, a host has no `region`.
    const member = lifted
      .get(rest.join('_'))
      ?.find(({ bit, match: { rule } }) => opens & bit && (!rule!.container || rule!.kind === kind));
    if (member) return member.match;
    // Behind an unknown word the datum is another one ("password_strength"); kinds with a shape prove it themselves.
    const isMeant =
      (cues > 0 && !accepts) || rest.every((word) => qualifiers.has(word) || (roles.has(word) && kind !== 'api_key'));
    return isMeant ? entry : (entryAmong(rest) ?? null);
  }

  /** Bits of the groups that a name opens for its children, by its last words. */
  function opensOf(words: readonly string[]): number {
    return (opening.get(words.slice(-2).join('_')) ?? 0) | (opening.get(words.at(-1) ?? '') ?? 0);
  }

  /** `order_id`, `tracking_no`: digits that are nobody's. */
  function otherMatch(words: readonly string[]): NameMatch {
    const cues = words.map((word) => cueWords.get(word));
    while (cues.length > 1 && cues.at(-1) === 0) cues.pop();
    if (!((cues.at(-1) ?? 0) & CUE_OTHER)) return NO_MATCH;
    // `id`, `user_id`: perhaps a person's number.
    const isThing = cues.some((cue = 0) => cue & CUE_OTHER && cue & CUE_THING);
    return matchOf(undefined, '', CUE_OTHER | CUE_ADJACENT | (isThing ? 0 : CUE_ID));
  }

  function lookup(name: string): NameMatch {
    const words = splitName(name)
      .map((word) => (vocabulary.has(word) || qualifiers.has(word) ? word : word.replace(/\d+$/, '')))
      .filter((word) => word !== '')
      .flatMap(apart)
      .map(canonical);
    const entry = entryAmong(words);
    if (entry === null) return otherMatch(words);
    const key = words.join('_');
    const opens = opensOf(words);
    const below = lifted.get(key) ?? [];
    const isGeneric = !entry && generic.has(key);
    const match = entry ?? otherMatch(words);
    return opens > 0 || below.length > 0 || isGeneric ? { ...match, opens, below, generic: isGeneric } : match;
  }

  return { lookup };
}
