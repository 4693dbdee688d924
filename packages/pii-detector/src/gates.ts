// Cheap looks at a run or a group of digits that spare the detectors what can hold nothing of theirs: UUIDs, times,
// small numbers.
import { AT, isAlphanumeric, isDigit, isHex, isLetter } from './units.ts';

const UUID_UNITS = 36;
const MAX_TIME_UNITS = 35;
/** No identifier is a single group of fewer digits. */
const MIN_SINGLE_GROUP = 6;
const MAX_LEADING_LETTERS = 6;

/** True for a run that is a UUID or an ISO 8601 date or time, whatever numbers its parts would make. */
export function isOrdinary(text: string, start: number, end: number, units: number): boolean {
  const length = end - start;
  if (length < 10 || length > UUID_UNITS || (units & AT) !== 0) return false;
  if (length === UUID_UNITS && isUuid(text, start)) return true;
  return text.charCodeAt(start + 4) === 45 && text.charCodeAt(start + 7) === 45 && isIsoTime(text, start, end);
}

function isUuid(text: string, start: number): boolean {
  for (let i = 0; i < UUID_UNITS; i++) {
    const unit = text.charCodeAt(start + i);
    if (i === 8 || i === 13 || i === 18 || i === 23 ? unit !== 45 : !isHex(unit)) return false;
  }
  return true;
}

/** `YYYY-MM-DD`, alone or with `T` and a time. */
function isIsoTime(text: string, start: number, end: number): boolean {
  if (end - start > MAX_TIME_UNITS) return false;
  for (let i = 0; i < 10; i++) {
    if (i !== 4 && i !== 7 && !isDigit(text.charCodeAt(start + i))) return false;
  }
  if (end === start + 10) return true;
  if ((text.charCodeAt(start + 10) | 32) !== 116) return false;
  for (let i = start + 11; i < end; i++) {
    const unit = text.charCodeAt(i);
    // Digits : . + - Z
    if (!isDigit(unit) && unit !== 58 && unit !== 46 && unit !== 43 && unit !== 45 && (unit | 32) !== 122) return false;
  }
  return true;
}

/** False for a group of digits that no kind can begin or contain: a small number alone, the end of a word. */
export function canBeIdentifier(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (isLetter(before)) return opensWithLetters(text, start, end);
  if (end - start >= MIN_SINGLE_GROUP) return true;
  // More digits behind one or two separators.
  const next = text.charCodeAt(end);
  if (Number.isNaN(next) || isAlphanumeric(next)) return false;
  const second = text.charCodeAt(end + 1);
  return isDigit(second) || second === 40 || second === 32 || second === 45 || isDigit(text.charCodeAt(end + 2));
}

/** One to six letters in front: IBAN, NINO, codice fiscale and the like, or `%B` of a track. */
function opensWithLetters(text: string, start: number, end: number): boolean {
  let letters = start;
  while (letters > 0 && start - letters <= MAX_LEADING_LETTERS && isLetter(text.charCodeAt(letters - 1))) letters--;
  const count = start - letters;
  if (count > MAX_LEADING_LETTERS || isAlphanumeric(text.charCodeAt(letters - 1))) return false;
  const digits = end - start;
  if (count === 1) return digits >= 7;
  return count === 2 ? digits >= 2 : count >= 5 && digits <= 4;
}
