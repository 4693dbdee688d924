// Reading digits that are spread over groups.
import { isAlphanumeric, isDigit, isHex, isLetter, isWordUnit, unitAt } from './units.ts';

/** Luhn check (ISO/IEC 7812-1 annex B) of the digits in `text` from `start` to `end`; other units are passed over. */
export function passesLuhn(text: string, start: number, end: number): boolean {
  let sum = 0;
  let double = false;
  for (let i = end - 1; i >= start; i--) {
    let digit = unitAt(text, i) - 48;
    if (digit < 0 || digit > 9) continue;
    if (double) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    double = !double;
    sum += digit;
  }
  return sum % 10 === 0;
}

/** The first `count` digits from `start`, as a number; other units are passed over. */
export function leadingDigits(text: string, start: number, count: number): number {
  let value = 0;
  for (let i = start; count > 0 && i < text.length; i++) {
    const unit = unitAt(text, i);
    if (!isDigit(unit)) continue;
    value = value * 10 + unit - 48;
    count--;
  }
  return value;
}

/** The digits of `text` from `start` to `end`, as a string. */
export function digitsOf(text: string, start: number, end: number): string {
  let digits = '';
  for (let i = start; i < end; i++) if (isDigit(unitAt(text, i))) digits += text[i];
  return digits;
}

/** True when all digits from `start` to `end` are the same one. */
export function sameDigits(text: string, start: number, end: number): boolean {
  let first = -1;
  for (let i = start; i < end; i++) {
    const unit = unitAt(text, i);
    if (!isDigit(unit)) continue;
    if (first === -1) first = unit;
    else if (unit !== first) return false;
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
  if (start === 0) return true;
  const unit = unitAt(text, start - 1);
  if (unit === 95) return true;
  if (unit === 45) return !isAlphanumeric(unitAt(text, start - 2));
  if (isWordUnit(unit) || unit === 43 || unit === 36 || unit === 0xa3 || unit === 0x20ac) return false;
  if (unit === 46) return !isAlphanumeric(unitAt(text, start - 2)) || isAbbreviation(text, start - 1);
  // A thousands group, or the neighbour in a CSV line: for the caller to judge by the shape.
  return true;
}

/** `no.`, `tel.` directly in front of the number. */
function isAbbreviation(text: string, dot: number): boolean {
  let start = dot;
  while (start > 0 && dot - start < 5 && isLetter(unitAt(text, start - 1))) start--;
  return (
    ABBREVIATIONS.includes(` ${text.slice(start, dot).toLowerCase()} `) && !isAlphanumeric(unitAt(text, start - 1))
  );
}

const ABBREVIATIONS = ' no nr num tel ph mob cell fax fon ';

/** The run may end here: no letter, digit, dash with more behind it, or decimals follow. */
export function closesNumber(text: string, end: number): boolean {
  if (end >= text.length) return true;
  const unit = unitAt(text, end);
  if (unit === 95) return true;
  // A percentage, and not an escape of a URL.
  if (unit === 37) return isHex(unitAt(text, end + 1)) && isHex(unitAt(text, end + 2));
  if (isWordUnit(unit)) return false;
  if (unit === 46) return !isDigit(unitAt(text, end + 1));
  if (unit === 45) return !isAlphanumeric(unitAt(text, end + 1));
  return true;
}

/** A comma with a digit on its other side touches the run. */
export function touchesComma(text: string, start: number, end: number): boolean {
  return (
    (unitAt(text, start - 1) === 44 && isDigit(unitAt(text, start - 2))) ||
    (unitAt(text, end) === 44 && isDigit(unitAt(text, end + 1)))
  );
}
