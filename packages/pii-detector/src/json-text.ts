// JSON inside of a string, read in place: every literal in the light of its own field name, with its offsets in the
// string around it, so that a finding names the region in the text that is stored.
import { decodeLiteral, type Literal } from './json-literal.ts';
import type { KnownName } from './known-names.ts';
import type { LeafScanner } from './leaf.ts';
import { containerOf, labelled, matchBelow, type NameMatch, NO_MATCH } from './name-match.ts';
import type { Candidate } from './scan.ts';
import { classAt, DASH, DIGIT, DOT, endOf, isDigit, LETTER, PLUS, unitAt } from './units.ts';

/** Empty, or what says what the datum is like. */
const NOTHING = /^.\s*(?:"type"\s*:\s*"(?:string|object)"\s*)?.$/;

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
const COLON = 58;
const OBJECT = 123;
const OBJECT_END = 125;
/** Of the level around all of the text: no unit ends it. */
const OUTSIDE = -2;

function isOpen(unit: number): boolean {
  return unit === OBJECT || unit === 91;
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

const WORDS = ['true', 'false', 'null'];

/** Where an object begins at or behind `index`: `{"`, with blanks or without; -1 for nowhere. */
export function nextObject(text: string, index: number): number {
  let open = text.indexOf('{', index);
  while (open >= 0 && unitAt(text, spaceEnd(text, open + 1)) !== QUOTE) open = text.indexOf('{', open + 1);
  return open;
}

/** Reads JSON in a text. A step takes the index at which it begins, and answers with the next one, -1 where it is no JSON. */
export class JsonReader {
  /** The regions of the literals, not in order. */
  readonly found: Candidate[] = [];
  readonly #text: string;
  readonly #leaves: LeafScanner;
  readonly #levels: Level[] = [];
  #level!: Level;
  /** The last name. */
  #own: KnownName | undefined;
  /** The first backslash at or behind the last literal. */
  #backslash = -1;

  constructor(text: string, leaves: LeafScanner) {
    this.#text = text;
    this.#leaves = leaves;
  }

  /** Reads the value at `from`, of which the name around says `match`; answers with where it or the reading ended. */
  read(from: number, match: NameMatch): number {
    const text = this.#text;
    this.#levels.length = 0;
    this.#level = { close: OUTSIDE, parent: match, label: NO_MATCH, container: undefined };
    let i = spaceEnd(text, from);
    let end = i + 1;
    while (i >= 0) {
      end = Math.max(end, i);
      const unit = unitAt(text, i);
      if (isOpen(unit)) {
        i = this.#enter(i, unit + 2);
        if (unitAt(text, i) !== this.#level.close) {
          if (unit === OBJECT) i = this.#key(i);
          continue;
        }
      } else i = this.#leaf(i, unit);
      while (unitAt(text, i) === this.#level.close) i = this.#leave(i);
      if (this.#level.close === OUTSIDE) break;
      i = unitAt(text, i) === COMMA ? spaceEnd(text, i + 1) : -1;
      if (this.#level.close === OBJECT_END) i = this.#key(i);
    }
    return Math.max(end, i);
  }

  #enter(start: number, close: number): number {
    if (this.#levels.length >= this.#leaves.settings.limits.maxDepth) {
      this.#leaves.failure = 'too_deep';
      return -1;
    }
    const sense = this.#sense();
    this.#levels.push(this.#level);
    const container = containerOf(sense, this.#leaves.settings.scan);
    if (container) container.start = start;
    this.#level = { close, parent: container ? NO_MATCH : sense, label: NO_MATCH, container };
    return spaceEnd(this.#text, start + 1);
  }

  #leave(last: number): number {
    const { container } = this.#level;
    if (container && !NOTHING.test(this.#text.slice(container.start, last + 1))) {
      container.end = last + 1;
      // Nothing in it stands apart from it.
      container.priority = 1000;
      this.found.push(container);
    }
    this.#level = this.#levels.pop()!;
    return spaceEnd(this.#text, last + 1);
  }

  /** A key and its colon. */
  #key(start: number): number {
    const text = this.#text;
    if (unitAt(text, start) !== QUOTE) return -1;
    // The name behind the last one is mostly the same as the last time.
    const expected = this.#own?.next;
    if (expected?.lead && text.startsWith(expected.lead, start)) {
      this.#own = expected;
      return spaceEnd(text, start + expected.lead.length);
    }
    return this.#unexpectedKey(start + 1);
  }

  #unexpectedKey(start: number): number {
    const end = this.#literalEnd(start);
    if (end < 0) return -1;
    const name = this.#leaves.settings.known(this.#literal(start, end).text);
    if (name.personal) this.#take(start, end, NO_MATCH, false);
    if (this.#own) this.#own.next = name;
    this.#own = name;
    const colon = spaceEnd(this.#text, end + 1);
    return unitAt(this.#text, colon) === COLON ? spaceEnd(this.#text, colon + 1) : -1;
  }

  /** What the name of the value to come says. */
  #sense(): NameMatch {
    const { close, parent, label } = this.#level;
    if (close !== OBJECT_END) return parent;
    const { name, match } = this.#own!;
    return label !== NO_MATCH && name?.toLowerCase() === 'value' ? label : matchBelow(match, parent);
  }

  /** A value other than an object or array. */
  #leaf(start: number, unit: number): number {
    const text = this.#text;
    let end: number;
    if (unit === QUOTE) end = this.#string(start + 1);
    else if (isDigit(unit) || unit === 45) end = this.#number(start);
    else {
      end = endOf(text, start, LETTER);
      if (!WORDS.includes(text.slice(start, end))) return -1;
    }
    return end < 0 ? end : spaceEnd(text, end);
  }

  #string(start: number): number {
    const text = this.#text;
    const leaves = this.#leaves;
    const end = this.#literalEnd(start);
    if (end < 0) return -1;
    const label = this.#level.close === OBJECT_END ? this.#own!.label : '';
    const sense = this.#sense();
    if (label !== '' || this.#backslash < end || !leaves.isClean(text, sense, start, end)) {
      const literal = this.#take(start, end, sense, false);
      const said = label ? labelled(label, leaves.labelled(literal)) : NO_MATCH;
      if (said !== NO_MATCH) this.#level.label = said;
    }
    return end + 1;
  }

  #number(start: number): number {
    const text = this.#text;
    let end = endOf(text, start, DIGIT);
    const isShort = end - start < ORDINARY_DIGITS;
    if (unitAt(text, end) === 46) end = endOf(text, end + 1, DIGIT);
    const decimalEnd = end;
    while (classAt(text, end) & (DIGIT | DOT | DASH | PLUS) || (unitAt(text, end) | SPACE) === 101) end++;
    const sense = this.#sense();
    const isSmall = isShort && end === decimalEnd;
    if (!this.#leaves.isOrdinaryNumber(isSmall ? 0 : Number(text.slice(start, end)), sense))
      this.#take(start, end, sense, true);
    return end;
  }

  /** Where the literal that begins at `start` ends, at its second quote; -1 when it does not. */
  #literalEnd(start: number): number {
    const text = this.#text;
    if (this.#backslash < start) {
      const next = text.indexOf('\\', start);
      this.#backslash = next < 0 ? text.length : next;
    }
    let end = text.indexOf('"', start);
    if (this.#backslash > end) return end;
    end = this.#backslash;
    while (end < text.length && unitAt(text, end) !== QUOTE) end += unitAt(text, end) === BACKSLASH ? 2 : 1;
    return end < text.length ? end : -1;
  }

  /** The literal between the two places, of which `#literalEnd` gave the second. */
  #literal(start: number, end: number): Literal {
    const text = this.#text;
    return this.#backslash < end
      ? decodeLiteral(text, start, end)
      : { text: text.slice(start, end), origins: undefined };
  }

  /** Keeps what is found in it; answers with its text. */
  #take(from: number, to: number, sense: NameMatch, numeric: boolean): string {
    const { text, origins } = this.#literal(from, to);
    for (const candidate of this.#leaves.inner(text, sense, numeric)) {
      candidate.start = from + (origins?.[candidate.start] ?? candidate.start);
      candidate.end = from + (origins?.[candidate.end] ?? candidate.end);
      this.found.push(candidate);
    }
    return text;
  }
}
