// Classes of UTF-16 units, as bits, so that the classes of a run can be collected with one OR per unit, and the steps
// through a text that every scanner is made of.

export const DIGIT = 1;
export const LETTER = 2;
export const AT = 4;
export const COLON = 8;
export const DOT = 16;
export const DASH = 32;
export const UNDERSCORE = 64;
export const SLASH = 128;
export const PLUS = 256;
export const EQUALS = 512;
/** Other ASCII marks that an e-mail address may hold before the `@`. */
export const MARK = 1024;
/** A letter outside ASCII. */
export const FOREIGN = 2048;
/** A unit that `fold` replaces. */
export const FOLDABLE = 4096;
/** A hexadecimal digit or a dash; in the classes of a run: nothing else is in it. */
export const HEX_OR_DASH = 8192;
/** Continues a word, besides ASCII letters and digits: `_` and letters of scripts that are written with spaces. */
export const JOINED = 16384;

export const ALPHANUMERIC: number = DIGIT | LETTER;
/** What continues a word. A number may directly follow a letter of a script without spaces. */
export const WORD: number = DIGIT | LETTER | JOINED;

/** Ends a run: white space, quotes, brackets, commas and other punctuation. */
export const DELIMITER = 0;

/** What `fold` leaves in place of a zero-width unit. */
export const SKIPPED = 0x200b;

// No surrogates (mostly emoji), no private use or compatibility forms.
const SPACED_SCRIPTS = 'ªªµµººÀÖØöø\u1fff\u2c00\u2dff';
/** Thai to Burmese, Khmer, Chinese and Japanese, and Hangul, whose words hang together with what is no part of them. */
const UNSPACED_SCRIPTS =
  '\u0e00\u109f\u1780\u17ff\u2e80\u2fff\u3005\u3005\u3007\u3007\u3040\ud7ff\uf900\ufe0f\uff66\uffdc';
/** Greek, Armenian, Hebrew, Arabic, Syriac, Indic, Burmese, Ethiopic and Khmer punctuation among their letters. */
const FOREIGN_PUNCTUATION =
  '\u037e\u037e\u0387\u0387\u055a\u055f\u0589\u058a\u05be\u05be\u05c0\u05c0\u05c3\u05c3\u05f3\u05f4\u0609\u060d\u061b\u061f\u06d4\u06d4\u0700\u070d\u0964\u0965\u104a\u104f\u1360\u1368\u17d4\u17da';

/** Look-alikes: ranges, what the first unit of each is read as, and how far the next one is from it. */
const LOOK_ALIKES: readonly (readonly [ranges: string, first: number, step: number])[] = [
  ['\x1b\x1b\xa0\xa0\u2000\u200a\u202f\u202f\u205f\u205f\u3000\u3000', 32, 0],
  ['\xad\xad\u200b\u200d\u2060\u2060\ufeff\ufeff', SKIPPED, 0],
  ['\u2010\u2015\u2212\u2212\ufe58\ufe58\ufe63\ufe63', 45, 0],
  // Digits and full-width forms.
  ['\u0660\u0669\u06f0\u06f9', 48, 1],
  ['\uff01\uff5e', 33, 1],
];

function eachUnit(ranges: string, visit: (unit: number, index: number) => void): void {
  for (let k = 0; k < ranges.length; k += 2) {
    const first = ranges.charCodeAt(k);
    for (let unit = first; unit <= ranges.charCodeAt(k + 1); unit++) visit(unit, unit - first);
  }
}

const folds: ReadonlyMap<number, number> = /* @__PURE__ */ createFolds();

function createFolds(): ReadonlyMap<number, number> {
  const table = new Map<number, number>();
  for (const [ranges, first, step] of LOOK_ALIKES)
    eachUnit(ranges, (unit, index) => table.set(unit, first + index * step));
  return table;
}

const classes: Uint16Array = /* @__PURE__ */ createClasses();

/** A class for each unit: a table for all of them keeps the loops over texts free of branches. */
function createClasses(): Uint16Array {
  const table = new Uint16Array(0x10000);
  const put = (ranges: string, bits: number) => eachUnit(ranges, (unit) => (table[unit] = bits));
  // Not `{|}, which surround values: they end a run, even where an address might hold them.
  put("!!#'**??^^~~", MARK);
  put('az', LETTER);
  put('AZ', LETTER);
  put('09', DIGIT | HEX_OR_DASH);
  put('afAF', LETTER | HEX_OR_DASH);
  put('@@', AT);
  put('::', COLON);
  put('..', DOT);
  put('--', DASH | HEX_OR_DASH);
  put('__', UNDERSCORE | JOINED);
  put('//', SLASH);
  put('++', PLUS);
  put('==', EQUALS);
  put(SPACED_SCRIPTS, FOREIGN | JOINED);
  put(UNSPACED_SCRIPTS, FOREIGN);
  put(FOREIGN_PUNCTUATION, DELIMITER);
  for (const unit of folds.keys()) table[unit] = FOLDABLE;
  return table;
}

/** Class bits of a unit; -1 has none. */
export function classOf(unit: number): number {
  return classes[unit & 0xffff]!;
}

/** The ASCII unit that stands for a look-alike (or `SKIPPED` for a zero-width unit); every other unit is itself. */
export function foldOf(unit: number): number {
  return unit < 27 || (unit > 27 && unit < 0xa0) ? unit : (folds.get(unit) ?? unit);
}

/**
 * The unit at `index`, -1 outside of the text. `charCodeAt` itself is compiled to a call once it has been outside of a
 * text, three times as slow.
 */
export function unitAt(text: string, index: number): number {
  return index >= 0 && index < text.length ? text.charCodeAt(index) : -1;
}

/** Class bits of the unit at `index`; none outside of the text. */
export function classAt(text: string, index: number): number {
  return classOf(unitAt(text, index));
}

/** Where the units of these classes that begin at `index` end; `stop` at the latest. */
export function endOf(text: string, index: number, mask: number, stop: number = text.length): number {
  while (index < stop && classOf(unitAt(text, index)) & mask) index++;
  return index;
}

/** Where the units of these classes that end at `index` begin; `floor` at the earliest. */
export function startOf(text: string, index: number, mask: number, floor = 0): number {
  while (index > floor && classOf(unitAt(text, index - 1)) & mask) index--;
  return index;
}

/** Every unit is of these classes; true for no units. */
export function isAll(text: string, mask: number, start = 0, end: number = text.length): boolean {
  return endOf(text, start, mask, end) >= end;
}

/** End of what is set as `shape` at `start`, 0 for anything else: `9` is a digit, `A` a letter, other units themselves. */
export function shapeEnd(text: string, start: number, shape: string): number {
  for (let i = 0; i < shape.length; i++) {
    const unit = unitAt(text, start + i);
    const wanted = unitAt(shape, i);
    if (wanted === 57 ? !isDigit(unit) : wanted === 65 ? !isLetter(unit) : unit !== wanted) return 0;
  }
  return start + shape.length;
}

/** True for `0` to `9`. */
export function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

/** True for `A` to `Z` and `a` to `z`. */
export function isLetter(unit: number): boolean {
  const lower = unit | 32;
  return lower >= 97 && lower <= 122;
}

/** True for an ASCII letter or digit. */
export function isAlphanumeric(unit: number): boolean {
  return (classOf(unit) & ALPHANUMERIC) > 0;
}

/** True for what continues a word: an ASCII letter or digit, `_`, a letter of another script that has spaces. */
export function isWordUnit(unit: number): boolean {
  return (classOf(unit) & WORD) > 0;
}

/** True for a letter of a script that is written without spaces, or treated so: it may touch what is no part of its word. */
export function isUnspaced(unit: number): boolean {
  return (classOf(unit) & (FOREIGN | JOINED)) === FOREIGN;
}

/** True for `0-9 A-F a-f`. */
export function isHex(unit: number): boolean {
  return unit !== 45 && (classOf(unit) & HEX_OR_DASH) > 0;
}

/** How many units of a value are digits, letters of any script, and neither. */
export function countUnits(value: string): { digits: number; letters: number; others: number } {
  let digits = 0;
  let letters = 0;
  for (let i = 0; i < value.length; i++) {
    const unitClass = classAt(value, i);
    if (unitClass & DIGIT) digits++;
    else if (unitClass & (LETTER | FOREIGN)) letters++;
  }
  return { digits, letters, others: value.length - digits - letters };
}

/** The units in front of `index`, in lower case: so many at most. */
export function textBefore(text: string, index: number, units: number): string {
  return text.slice(Math.max(0, index - units), index).toLowerCase();
}

/** Has capitals and small letters. */
export function isMixedCase(text: string): boolean {
  return text !== text.toLowerCase() && text !== text.toUpperCase();
}

/** Pound, yen, euro, rupee. */
export function isCurrency(unit: number): boolean {
  return unit === 0xa3 || unit === 0xa5 || unit === 0x20ac || unit === 0x20b9;
}
