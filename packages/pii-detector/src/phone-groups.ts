// Groups of digits as phone numbers have them.
import { classAt, DIGIT, unitAt } from './units.ts';

/** Units that may stand between two groups. */
export const MAX_SEPARATOR_UNITS = 3;

/** Start of the next group of digits behind a separator at `index`, or 0. */
export function nextGroup(text: string, index: number): number {
  let marks = 0;
  for (let i = index; i <= index + MAX_SEPARATOR_UNITS; i++) {
    if (classAt(text, i) & DIGIT) return i > index ? i : 0;
    const unit = unitAt(text, i);
    if (unit === 45 || unit === 46 || unit === 47) marks++;
    else if (unit !== 32 && unit !== 40 && unit !== 41) return 0;
    if (marks > 1) return 0;
  }
  return 0;
}
