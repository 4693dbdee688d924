// Classes of UTF-16 units, as bits, so that the classes of a run can be collected with one OR per unit.

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

/** Ends a run: white space, quotes, brackets, commas and other punctuation. */
export const DELIMITER = 0;

const FOREIGN_RANGES = [
  [0xc0, 0x2000],
  [0x2c00, 0x3000],
  [0x3040, 0xd800],
  [0xf900, 0xfe10],
  [0xff66, 0xffdd],
] as const;

/** Of what `foldOf` replaces. */
const FOLDABLE_RANGES = [
  [0x660, 0x66a],
  [0x6f0, 0x6fa],
  [0x2000, 0x200e],
  [0x2010, 0x2016],
  [0xff01, 0xff5f],
] as const;

const classes: Uint16Array = /* @__PURE__ */ createClasses();

/** A class for each unit: a table for all of them keeps the loops over texts free of branches. */
function createClasses(): Uint16Array {
  const table = new Uint16Array(0x10000);
  const put = (units: string, bits: number) => {
    for (let i = 0; i < units.length; i++) table[units.charCodeAt(i)] = bits;
  };
  put('0123456789', DIGIT | HEX_OR_DASH);
  put('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', LETTER);
  put('abcdefABCDEF', LETTER | HEX_OR_DASH);
  // Not `{|}, which surround values: they end a run, even where an address might hold them.
  put("!#$%&'*?^~", MARK);
  put('@', AT);
  put(':', COLON);
  put('.', DOT);
  put('-', DASH | HEX_OR_DASH);
  put('_', UNDERSCORE);
  put('/', SLASH);
  put('+', PLUS);
  put('=', EQUALS);
  put('\xaa\xb5\xba\u3005\u3007', FOREIGN);
  // No punctuation, no surrogates (mostly emoji), no private use or compatibility forms.
  for (const [from, to] of FOREIGN_RANGES) table.fill(FOREIGN, from, to);
  put('\xd7\xf7', DELIMITER);
  for (const [from, to] of FOLDABLE_RANGES) table.fill(FOLDABLE, from, to);
  put('\xa0\xad\u202f\u205f\u2060\u2212\u3000\ufe58\ufe63\ufeff', FOLDABLE);
  return table;
}

/** Class bits of a unit; -1 has none. */
export function classOf(unit: number): number {
  return classes[unit & 0xffff]!;
}

/** What `fold` leaves in place of a zero-width unit. */
export const SKIPPED = 0x200b;

/** The ASCII unit that stands for a look-alike (or `SKIPPED` for a zero-width unit); every other unit is itself. */
export function foldOf(unit: number): number {
  if (unit < 0xa0) return unit;
  if (unit === 0xa0 || unit === 0x2007 || unit === 0x202f || unit === 0x3000) return 32;
  if (unit === 0xad || unit === 0x2060 || unit === 0xfeff || (unit >= 0x200b && unit <= 0x200d)) return SKIPPED;
  if ((unit >= 0x2000 && unit <= 0x200a) || unit === 0x205f) return 32;
  if ((unit >= 0x2010 && unit <= 0x2015) || unit === 0x2212 || unit === 0xfe58 || unit === 0xfe63) return 45;
  if (unit >= 0xff01 && unit <= 0xff5e) return unit - 0xfee0;
  if (unit >= 0x660 && unit <= 0x669) return unit - 0x660 + 48;
  if (unit >= 0x6f0 && unit <= 0x6f9) return unit - 0x6f0 + 48;
  return unit;
}

/**
 * The unit at `index`, -1 outside of the text. `charCodeAt` itself is compiled to a call once it has been outside of a
 * text, three times as slow.
 */
export function unitAt(text: string, index: number): number {
  return index >= 0 && index < text.length ? text.charCodeAt(index) : -1;
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
  return isDigit(unit) || isLetter(unit);
}

/** First unit of the scripts that are written without spaces (Chinese, Japanese) or treated so (Hangul). */
export const FIRST_UNSPACED = 0x2e80;

/**
 * True for what continues a word: an ASCII letter or digit, `_`, a letter of another script. Letters of scripts without
 * spaces are not: a number may follow them directly.
 */
export function isWordUnit(unit: number): boolean {
  return isAlphanumeric(unit) || unit === 95 || (unit > 127 && unit < FIRST_UNSPACED && classOf(unit) === FOREIGN);
}

/** True for `0-9 A-F a-f`. */
export function isHex(unit: number): boolean {
  const lower = unit | 32;
  return isDigit(unit) || (lower >= 97 && lower <= 102);
}
