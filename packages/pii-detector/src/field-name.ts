// Field names as words: `creditCardNumber`, `credit-card-number` and `CREDIT_CARD_NUMBER` are the same three.

const MAX_NAME_UNITS = 80;

const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const NUMBER = 3;

function kindOf(unit: number): number {
  if (unit >= 97 && unit <= 122) return LOWER;
  if (unit >= 65 && unit <= 90) return UPPER;
  if (unit >= 48 && unit <= 57) return NUMBER;
  if (unit < 0xc0 || (unit >= 0x2000 && unit < 0x2e80) || (unit >= 0x3000 && unit <= 0x3004)) return OTHER;
  const letter = String.fromCharCode(unit);
  return letter.toLowerCase() === letter ? LOWER : UPPER;
}

/** Latin letters without their accents. */
export function withoutAccents(name: string): string {
  let plain = '';
  const apart = name.normalize('NFD');
  for (let i = 0; i < apart.length; i++) {
    const unit = apart.charCodeAt(i);
    if (unit < 0x300 || unit > 0x36f) plain += apart[i];
  }
  return plain.normalize('NFC');
}

/** Nothing outside of ASCII. */
export function isAscii(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) > 127) return false;
  return true;
}

/**
 * Words of a field name in lower case, without accents: split at anything that is no letter or digit, at camel humps,
 * and behind acronyms (`IPAddress` is `ip`, `address`). Digits stay with the word before them (`cvv2`, `line1`).
 * No words for a name of more than 80 units.
 */
export function splitName(name: string): string[] {
  if (name.length > MAX_NAME_UNITS) return [];
  const plain = (isAscii(name) ? name : withoutAccents(name)).replace(/['\u2019]/g, '');
  const words: string[] = [];
  let start = 0;
  let previous = OTHER;
  for (let i = 0; i <= plain.length; i++) {
    const kind = i < plain.length ? kindOf(plain.charCodeAt(i)) : OTHER;
    const hump = kind === UPPER && (previous === LOWER || previous === NUMBER);
    const acronymEnd = kind === LOWER && previous === UPPER && i - start > 1;
    if (kind === OTHER || hump) {
      if (i > start) words.push(plain.slice(start, i).toLowerCase());
      start = kind === OTHER ? i + 1 : i;
    } else if (acronymEnd) {
      words.push(plain.slice(start, i - 1).toLowerCase());
      start = i - 1;
    }
    previous = kind;
  }
  return words;
}
