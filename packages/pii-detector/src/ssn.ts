// US Social Security numbers (SSA POMS RM 10201.035) and individual taxpayer numbers (ITIN).
import { CUE_ADJACENT, CUE_ID, CUE_OTHER, CUE_SSN, CUE_TAX, cuesBehind } from './cues.ts';
import { closesNumber, digitsOf, opensNumber } from './digits.ts';
import { type KindDetector, PRIORITY_SSN } from './kind-detector.ts';
import { cuesAt, propose, type TextScan } from './scan.ts';
import { DIGIT, isAll, isDigit, shapeEnd, unitAt } from './units.ts';

/** Area, group and serial can have been assigned. Since 2011 every area below 900 except 000 and 666 can. */
export function isSsn(digits: string): boolean {
  return /^(?!000|666|9|...00|.{5}0000)/.test(digits);
}

/** An ITIN: 9xx, and a group of 50-65, 70-88, 90-92 or 94-99; 987-65-432x are kept for advertisements. */
export function isItin(digits: string): boolean {
  return /^9(?!8765432)..(?:5|6[0-5]|7|8[0-8]|9[0-24-9])/.test(digits);
}

function assess(scan: TextScan, start: number, end: number, separator: string): number {
  const { text } = scan;
  const digits = digitsOf(text, start, end);
  const cues = cuesAt(scan, start);
  const named = (cues & CUE_SSN) !== 0 || (cuesBehind(text, end, scan.words) & CUE_SSN) !== 0;
  const vetoed = (cues & (CUE_OTHER | CUE_ID)) === CUE_OTHER && (cues & CUE_ADJACENT) !== 0;
  if (!isSsn(digits)) {
    if (!isItin(digits) || !(named || cues & CUE_TAX)) return 0;
    propose(scan, 'tax_id', start, end, 0.85, 'us-itin cue', PRIORITY_SSN);
    return end;
  }
  let confidence = 0.2;
  if (named) confidence = 0.95;
  else if (separator === '-') confidence = vetoed || isPartOfPath(text, end) ? 0.4 : 0.85;
  const reasons = `ssn-ranges${separator ? ' grouping' : ''}${named ? ' cue' : ''}`;
  propose(scan, 'ssn', start, end, confidence, reasons, PRIORITY_SSN);
  return confidence >= scan.threshold ? end : 0;
}

/** `SSN-667-47-5176`, `SSN536228741` */
function isLabelled(text: string, start: number): boolean {
  return /(?<![A-Za-z\d_])ssn-?$/i.test(text.slice(Math.max(0, start - 5), start));
}

/** `INV/123-45-6789/2`: a longer number, set with slashes. */
function isPartOfPath(text: string, end: number): boolean {
  if (unitAt(text, end) !== 47 || !isDigit(unitAt(text, end + 1))) return false;
  // Another one behind the slash.
  return unitAt(text, end + 4) !== 45 || unitAt(text, end + 7) !== 45;
}

function grouped(scan: TextScan, start: number, firstEnd: number): number {
  const { text } = scan;
  const mark = text[firstEnd] ?? '';
  if (mark !== '-' && mark !== ' ' && mark !== '.') return 0;
  const end = shapeEnd(text, start, `999${mark}99${mark}9999`);
  if (end === 0 || !closesNumber(text, end)) return 0;
  if (!opensNumber(text, start) && !isLabelled(text, start)) return 0;
  if (mark === '.' && !(cuesAt(scan, start) & CUE_SSN)) return 0;
  return assess(scan, start, end, mark);
}

function bare(scan: TextScan, start: number, end: number): number {
  const { text } = scan;
  if (!(opensNumber(text, start) || isLabelled(text, start)) || !closesNumber(text, end)) return 0;
  return assess(scan, start, end, '');
}

/** A JSON number has lost its leading zeros: 7 to 9 digits. */
function acceptsNumber(value: string, numeric: boolean): number {
  return numeric && (value.length === 7 || value.length === 8) && isAll(value, DIGIT) && isSsn(value.padStart(9, '0'))
    ? 0.9
    : 0;
}

/** US Social Security numbers, and ITINs (as `tax_id`). */
export const socialSecurityNumbers: KindDetector = {
  kinds: ['ssn', 'tax_id'],
  names: [
    {
      kind: 'ssn',
      cues: CUE_SSN,
      accepts: acceptsNumber,
      names: 'ssn soc_security ss_number soc_sec social social_security social_sec',
    },
    {
      kind: 'tax_id',
      cues: CUE_TAX,
      accepts: (value) => (digitsOf(value, 0, value.length).length === 9 && value.length <= 11 ? 0.85 : 0),
      names: 'itin tin taxpayer_id taxpayer_identification_number',
    },
  ],
  digits(scan, start, end) {
    const length = end - start;
    if (length === 3) return grouped(scan, start, end);
    return length === 9 ? bare(scan, start, end) : 0;
  },
};
