// Reading digits that are spread over groups.
import { ALPHANUMERIC, classAt, DIGIT, endOf, isCurrency, isDigit, isHex, textBefore, unitAt, WORD } from './units.ts';

/** Luhn check (ISO/IEC 7812-1 annex B) of the digits in `text` from `start` to `end`; other units are passed over. */
export function passesLuhn(text: string, start: number, end: number): boolean {
  let sum = 0;
  let double = false;
  for (let i = end - 1; i >= start; i--) {
    if (!(classAt(text, i) & DIGIT)) continue;
    const digit = unitAt(text, i) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
    double = !double;
  }
  return sum % 10 === 0;
}

/** The digits of `text` from `start` to `end`, as a string. */
export function digitsOf(text: string, start: number, end: number): string {
  let digits = '';
  for (let i = start; i < end; i++) {
    const from = i;
    i = endOf(text, i, DIGIT, end);
    digits += text.slice(from, i);
  }
  return digits;
}

/** True when all digits from `start` to `end` are the same one. */
export function sameDigits(text: string, start: number, end: number): boolean {
  let first = -1;
  for (let i = start; i < end; i++) {
    const unit = unitAt(text, i);
    if (!isDigit(unit)) continue;
    if (first < 0) first = unit;
    if (unit !== first) return false;
  }
  return true;
}

/** End of the run of digits at `index`. Looks at 24 units at most: nothing longer is a candidate. */
export function digitRunEnd(text: string, index: number): number {
  const stop = Math.min(text.length, index + 24);
  while (index < stop && isDigit(unitAt(text, index))) index++;
  return index;
}

/** The run may start here: no letter, digit, decimal point, dash, or currency sign goes before it. */
export function opensNumber(text: string, start: number): boolean {
  const unit = unitAt(text, start - 1);
  if (unit === 95) return true;
  if (unit === 45) return !(classAt(text, start - 2) & ALPHANUMERIC);
  if (unit === 46) return !(classAt(text, start - 2) & ALPHANUMERIC) || isAbbreviation(text, start - 1);
  // A thousands group, or the neighbour in a CSV line: for the caller to judge by the shape.
  return !(classAt(text, start - 1) & WORD) && unit !== 43 && unit !== 36 && !isCurrency(unit);
}

/** `no.`, `tel.` directly in front of the number. */
function isAbbreviation(text: string, dot: number): boolean {
  return /(?:^|[^a-z\d])(?:no|nr|num|tel|ph|mob|cell|fax|fon)$/.test(textBefore(text, dot, 5));
}

/** The run may end here: no letter, digit, dash with more behind it, or decimals follow. */
export function closesNumber(text: string, end: number): boolean {
  const unit = unitAt(text, end);
  if (unit === 95) return true;
  // A percentage, and not an escape of a URL.
  if (unit === 37) return isHex(unitAt(text, end + 1)) && isHex(unitAt(text, end + 2));
  if (unit === 46) return !(classAt(text, end + 1) & DIGIT);
  if (unit === 45) return !(classAt(text, end + 1) & ALPHANUMERIC);
  return !(classAt(text, end) & WORD);
}
