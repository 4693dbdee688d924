// Groups of digits as phone numbers have them.
import { isDigit, unitAt } from './units.ts';

/** Units that may stand between two groups. */
const MAX_SEPARATOR_UNITS = 3;

/** `-`, `.` and `/`, of which one at most stands between two groups. */
function isMark(unit: number): boolean {
  return unit >= 45 && unit <= 47;
}

function isBlankOrBracket(unit: number): boolean {
  return unit === 32 || unit === 40 || unit === 41;
}

/** Start of the next group of digits behind a separator at `index`, or 0. */
export function nextGroup(text: string, index: number): number {
  let marks = 0;
  for (let i = index; i <= index + MAX_SEPARATOR_UNITS; i++) {
    const unit = unitAt(text, i);
    if (isDigit(unit)) return i > index ? i : 0;
    if (isMark(unit)) marks++;
    if (marks > 1 || !(isMark(unit) || isBlankOrBracket(unit))) return 0;
  }
  return 0;
}

/** No digit group stands before `start` that belongs to the same sequence. */
export function startsSequence(text: string, start: number): boolean {
  for (let i = start - 1; start - i <= MAX_SEPARATOR_UNITS; i--) {
    const unit = unitAt(text, i);
    if (!isMark(unit) && !isBlankOrBracket(unit)) return !isDigit(unit);
  }
  return true;
}
