// JSON inside of a string, read in place: every literal in the light of its own field name, with its offsets in the
// string around it, so that a finding names the region in the text that is stored.
import type { KnownName } from './known-names.ts';
import type { LeafScanner } from './leaf.ts';
import { containerOf, labelled, matchBelow, type NameMatch, NO_MATCH } from './name-match.ts';
import type { Candidate } from './scan.ts';
import { classAt, DASH, DIGIT, DOT, endOf, PLUS, unitAt } from './units.ts';

/** The regions of the literals, not in order, and where the JSON ends. */
export interface JsonRegions {
  readonly found: Candidate[];
  readonly end: number;
}

/** A literal without its escapes. `origins` maps its units and its end when there were any. */
interface Literal {
  readonly text: string;
  readonly origins: Uint32Array | undefined;
}

/** An object or array that has not ended. */
interface Level {
  /** The bracket that ends it. */
  readonly close: number;
  /** What its own name says of what is in it. */
  readonly parent: NameMatch;
  /** What the label says that stands beside a `value`. */
  label: NameMatch;
  /** The region of one that is sensitive as a whole. */
  readonly container: Candidate | undefined;
}

/** Integers of fewer digits are no datum by themselves. */
const ORDINARY_DIGITS = 14;

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OBJECT_END = 125;
const WORDS = ['true', 'false', 'null'];

function isOpen(unit: number): boolean {
  return unit === 123 || unit === 91;
}

function spaceEnd(text: string, index: number): number {
  while (index < text.length && unitAt(text, index) <= SPACE) index++;
  return index;
}

/** True when the text starts like a JSON object or array. */
export function looksLikeJson(text: string): boolean {
  const start = spaceEnd(text, 0);
  const open = unitAt(text, start);
  if (!isOpen(open)) return false;
  const next = spaceEnd(text, start + 1);
  const unit = unitAt(text, next);
  // What can stand behind the bracket; "[INFO]" and "{name}" cannot.
  return unit === QUOTE || isOpen(unit) || (open === 91 && (unit === 45 || (classAt(text, next) & DIGIT) > 0));
}

/** Decodes the literal from `start` to `end`, its quotes excluded. */
function decodeLiteral(text: string, start: number, end: number): Literal {
  const units: string[] = [];
  const origins = new Uint32Array(end - start + 1);
  for (let i = start; i < end; i++) {
    origins[units.length] = i - start;
    if (unitAt(text, i) !== BACKSLASH) {
      units.push(text[i]!);
      continue;
    }
    i++;
    const mark = text[i] ?? '';
    const plain = 'bfnrt'.indexOf(mark);
    if (mark === 'u') {
      units.push(String.fromCharCode(Number.parseInt(text.slice(i + 1, i + 5), 16) || 0));
      i += 4;
    } else {
      units.push(plain < 0 ? mark : '\b\f\n\r\t'[plain]!);
    }
  }
  origins[units.length] = end - start;
  return { text: units.join(''), origins };
}

/** Reads the JSON at the start of `text`. It ends with the text when all of it was JSON. */
export function scanJson(text: string, match: NameMatch, leaves: LeafScanner): JsonRegions {
  const { known, limits, scan } = leaves.settings;
  const found: Candidate[] = [];
  const levels: Level[] = [];
  let level: Level = { close: 0, parent: match, label: NO_MATCH, container: undefined };
  let own: KnownName | undefined;
  let i = 0;
  let backslash = -1;

  /** End of the literal whose quote is at `i`, -1 when it does not end. */
  function literalEnd(): number {
    const start = i + 1;
    if (backslash < start) {
      const next = text.indexOf('\\', start);
      backslash = next < 0 ? text.length : next;
    }
    let end = text.indexOf('"', start);
    if (backslash > end) return end;
    end = backslash;
    while (end < text.length && unitAt(text, end) !== QUOTE) end += unitAt(text, end) === BACKSLASH ? 2 : 1;
    return end < text.length ? end : -1;
  }

  /** The literal between the two places, of which `literalEnd` gave the second. */
  function literalOf(start: number, end: number): Literal {
    return backslash < end ? decodeLiteral(text, start, end) : { text: text.slice(start, end), origins: undefined };
  }

  function take({ text: literal, origins }: Literal, offset: number, sense: NameMatch, numeric: boolean): void {
    for (const candidate of leaves.inner(literal, sense, numeric)) {
      const start = offset + (origins ? origins[candidate.start]! : candidate.start);
      const end = offset + (origins ? origins[candidate.end]! : candidate.end);
      found.push({ ...candidate, start, end });
    }
  }

  /** The name behind the last one, where it is the same as the last time; then `i` is behind it. */
  function expectedKey(): KnownName | undefined {
    const expected = own?.next;
    if (!expected?.name || !text.startsWith(expected.name, i + 1)) return undefined;
    const end = i + 1 + expected.name.length;
    if (unitAt(text, end) !== QUOTE) return undefined;
    i = end + 1;
    return expected;
  }

  function unexpectedKey(): KnownName | undefined {
    const end = literalEnd();
    if (end < 0) return undefined;
    const literal = literalOf(i + 1, end);
    const name = known(literal.text);
    if (name.personal) take(literal, i + 1, NO_MATCH, false);
    if (own && literal.origins === undefined) own.next = name;
    i = end + 1;
    return name;
  }

  /** Reads a key and its colon; false where the text is not JSON. */
  function readKey(): boolean {
    i = spaceEnd(text, i);
    const name = unitAt(text, i) === QUOTE ? (expectedKey() ?? unexpectedKey()) : undefined;
    if (!name) return false;
    own = name;
    i = spaceEnd(text, i);
    return unitAt(text, i) === 58 && i++ >= 0;
  }

  /** What the name of the value to come says. */
  function senseNow(): NameMatch {
    const { close, parent, label } = level;
    if (close !== OBJECT_END) return parent;
    return label !== NO_MATCH && own!.name === 'value' ? label : matchBelow(own!.match, parent);
  }

  function enter(close: number): void {
    const sense = senseNow();
    levels.push(level);
    const container = containerOf(sense, scan);
    if (container) container.start = i;
    level = { close, parent: container ? NO_MATCH : sense, label: NO_MATCH, container };
  }

  function leave(): void {
    i++;
    const { container } = level;
    if (container) found.push({ ...container, end: i });
    level = levels.pop()!;
  }

  /** Reads a value other than an object or array; false where the text is not JSON. */
  function readLeaf(): boolean {
    const start = i;
    if (unitAt(text, i) === QUOTE) {
      const end = literalEnd();
      if (end < 0) return false;
      const label = level.close === OBJECT_END ? own?.label : '';
      const sense = senseNow();
      if (label || backslash < end || !leaves.isClean(text, sense, i + 1, end)) {
        const literal = literalOf(i + 1, end);
        take(literal, i + 1, sense, false);
        const said = label ? labelled(label, leaves.labelled(literal.text)) : NO_MATCH;
        if (said !== NO_MATCH) level.label = said;
      }
      i = end + 1;
    } else if (classAt(text, i) & DIGIT || unitAt(text, i) === 45) {
      i = endOf(text, i, DIGIT);
      const isSmall = i - start < ORDINARY_DIGITS;
      const digitsEnd = i;
      while (classAt(text, i) & (DIGIT | DOT | DASH | PLUS) || (unitAt(text, i) | SPACE) === 101) i++;
      const sense = senseNow();
      const number = isSmall && i === digitsEnd ? 0 : Number(text.slice(start, i));
      if (!leaves.isOrdinaryNumber(number, sense))
        take({ text: text.slice(start, i), origins: undefined }, start, sense, true);
    } else i += WORDS.find((word) => text.startsWith(word, i))?.length ?? 0;
    return i > start;
  }

  /** Reads one value, or opens one; then closes what ends behind it. False where the reading ends. */
  function readOn(): boolean {
    i = spaceEnd(text, i);
    const unit = unitAt(text, i);
    if (isOpen(unit)) {
      if (levels.length >= limits.maxDepth) {
        leaves.failure = 'too_deep';
        return false;
      }
      enter(unit + 2);
      i = spaceEnd(text, i + 1);
      if (unitAt(text, i) !== unit + 2) return unit !== 123 || readKey();
    } else if (!readLeaf()) return false;
    i = spaceEnd(text, i);
    while (levels.length > 0 && unitAt(text, i) === level.close) {
      leave();
      i = spaceEnd(text, i);
    }
    if (levels.length === 0 || unitAt(text, i) !== COMMA) return false;
    i++;
    return level.close !== OBJECT_END || readKey();
  }

  while (readOn());
  return { found, end: i };
}
