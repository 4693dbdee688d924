// Cheap looks at a run or a group of digits that spare the detectors what can hold nothing of theirs: UUIDs, times,
// small numbers.
import {
  ALPHANUMERIC,
  AT,
  COLON,
  classAt,
  classOf,
  DASH,
  DIGIT,
  DOT,
  HEX_OR_DASH,
  isAll,
  isAlphanumeric,
  isDigit,
  isLetter,
  LETTER,
  PLUS,
  shapeEnd,
  startOf,
  unitAt,
} from './units.ts';

const UUID_UNITS = 36;
const MAX_TIME_UNITS = 35;
/** No identifier is a single group of fewer digits. */
const MIN_SINGLE_GROUP = 6;
const MAX_LEADING_LETTERS = 6;
const MIN_DIGEST_UNITS = 20;
/** `1.2.3.4` */
const MIN_DOTTED_UNITS = 7;

/** True for a run that is a UUID or an ISO 8601 date or time, whatever numbers its parts would make. */
export function isOrdinary(text: string, start: number, end: number, units: number): boolean {
  const length = end - start;
  if (length < 10 || length > UUID_UNITS || (units & (AT | DASH)) !== DASH) return false;
  if (length === UUID_UNITS && units === (DIGIT | LETTER | DASH | HEX_OR_DASH) && isUuid(text, start)) return true;
  return unitAt(text, start + 4) === 45 && unitAt(text, start + 7) === 45 && isIsoTime(text, start, end);
}

/** True for a text (or a part of one) that is nothing but a UUID, a digest, or a time: the most frequent values of all. */
export function isOrdinaryText(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length < 10 || !(classOf(unitAt(text, start)) & (HEX_OR_DASH | LETTER))) return false;
  if (unitAt(text, start + 4) === 45 && unitAt(text, start + 7) === 45) return isIsoTime(text, start, end);
  if (length < MIN_DIGEST_UNITS) return false;
  let units = 0;
  for (let i = start; i < end; i++) {
    const unit = classOf(text.charCodeAt(i));
    if ((unit & HEX_OR_DASH) === 0) return false;
    units |= unit;
  }
  return units & DASH ? length === UUID_UNITS && isUuid(text, start) : isDigest(text, start, end, units);
}

/** A decimal or a version of few digits: `12.50`, `1.13.9`. */
export function isSmallDecimal(start: number, end: number, units: number): boolean {
  return units === (DIGIT | DOT) && end - start < MIN_DOTTED_UNITS;
}

/** Digits and the letters a to f, both of them, in one run of at least 20: a digest, an object id, a trace. */
export function isDigest(text: string, start: number, end: number, units: number): boolean {
  if (end - start < MIN_DIGEST_UNITS || units !== (DIGIT | LETTER | HEX_OR_DASH)) return false;
  // "BE68539007547034": an account number opens with two letters and two digits.
  return !(shapeEnd(text, start, 'AA') && isAll(text, DIGIT, start + 2, end));
}

function isUuid(text: string, start: number): boolean {
  return [8, 13, 18, 23].every((dash) => unitAt(text, start + dash) === 45);
}

/** `YYYY-MM-DD`, alone or with `T` and a time of digits and `:.+-Z`. */
function isIsoTime(text: string, start: number, end: number): boolean {
  if (end - start > MAX_TIME_UNITS || shapeEnd(text, start, '9999-99-99') === 0) return false;
  const zone = (unitAt(text, end - 1) | 32) === 122 ? end - 1 : end;
  return (
    end === start + 10 ||
    ((unitAt(text, start + 10) | 32) === 116 && isAll(text, DIGIT | COLON | DOT | PLUS | DASH, start + 11, zone))
  );
}

/** False for a group of digits that no kind can begin or contain: a small number alone, the end of a word. */
export function canBeIdentifier(text: string, start: number, end: number): boolean {
  const before = unitAt(text, start - 1);
  if (isLetter(before)) return opensWithLetters(text, start, end);
  if (end - start >= MIN_SINGLE_GROUP) return true;
  // More digits behind one or two separators.
  const next = unitAt(text, end);
  if (next < 0 || isAlphanumeric(next)) return false;
  const second = unitAt(text, end + 1);
  return (
    isDigit(second) ||
    second === 40 ||
    second === 32 ||
    second === 45 ||
    (next === 32 && second === 47) ||
    isDigit(unitAt(text, end + 2))
  );
}

/** One to six letters in front: IBAN, NINO, codice fiscale and the like, or `%B` of a track. */
function opensWithLetters(text: string, start: number, end: number): boolean {
  const letters = startOf(text, start, LETTER, start - MAX_LEADING_LETTERS);
  if (classAt(text, letters - 1) & ALPHANUMERIC) return false;
  const count = start - letters;
  const digits = end - start;
  if (count === 1) return digits >= 7;
  // `SSN536228741`
  if (count === 3) return digits === 9;
  return count === 2 ? digits >= 2 : count >= 5 && digits <= 4;
}
