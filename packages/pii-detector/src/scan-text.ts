// One pass over a text: runs of units between white space and brackets, each given to the detectors whose units it
// holds, and each group of digits to those that read digits.
import type { DetectorPlan } from './detector-plan.ts';
import { hasEscapes, unescaped } from './escapes.ts';
import { foldForScan } from './fold.ts';
import { canBeIdentifier, isDigest, isOrdinary, isSmallDecimal } from './gates.ts';
import { type Candidate, doubled, type RunPoints, shrinkPoints, type TextScan } from './scan.ts';
import {
  AT,
  COLON,
  classOf,
  DELIMITER,
  DIGIT,
  EQUALS,
  FOLDABLE,
  FOREIGN,
  HEX_OR_DASH,
  isDigit,
  JOINED,
  LETTER,
  SKIPPED,
  unitAt,
} from './units.ts';

/** No kind is shorter: `a@b.cd`, `1.2.3.4`. */
const MIN_TEXT_UNITS = 6;
/** No identifier has more digits in one group: an IBAN has 31 behind its country. */
const MAX_DIGIT_GROUP = 31;

/** Collects the places of the run that starts at `start`; answers with its classes of units, and leaves its end. */
function collectPoints(text: string, start: number, points: RunPoints): number {
  const { length } = text;
  let { words, groups, marks } = points;
  let units = 0;
  let common = HEX_OR_DASH;
  let before = 0;
  let wordCount = 0;
  let groupCount = 0;
  let markCount = 0;
  let i = start;
  for (; i < length; i++) {
    const unit = text.charCodeAt(i);
    const unitClass = classOf(unit);
    if (unitClass === DELIMITER) break;
    units |= unitClass;
    common &= unitClass;
    if (unitClass & LETTER) {
      if (before === 0) words[wordCount++] = i;
      before = LETTER;
    } else if (unitClass & DIGIT) {
      if (before === 0) words[wordCount++] = i;
      if (before !== DIGIT) {
        if (groupCount === groups.length) groups = points.groups = doubled(groups);
        groups[groupCount++] = i;
      }
      before = DIGIT;
    } else {
      if (unitClass & (AT | COLON | EQUALS)) marks[markCount++] = i;
      // Scripts without spaces touch what they speak of; other letters are part of the word.
      before = unitClass === (FOREIGN | JOINED) ? LETTER : 0;
      if (wordCount === words.length) words = points.words = doubled(words);
      if (markCount === marks.length) marks = points.marks = doubled(marks);
    }
  }
  points.wordCount = wordCount;
  points.groupCount = groupCount;
  points.markCount = markCount;
  points.end = i;
  return (units & ~HEX_OR_DASH) | common;
}

function scanDigits(scan: TextScan, plan: DetectorPlan): void {
  const { text } = scan;
  const { groups, groupCount } = scan.points;
  for (let k = 0; k < groupCount; k++) {
    const from = groups[k]!;
    if (from < scan.digitsDone || from < scan.consumed) continue;
    let end = from + 1;
    while (isDigit(unitAt(text, end))) end++;
    if (end - from > MAX_DIGIT_GROUP || !canBeIdentifier(text, from, end)) continue;
    scan.digitsDone = end;
    for (const read of plan.digits) {
      const taken = read(scan, from, end);
      if (taken >= end) {
        scan.digitsDone = taken;
        break;
      }
    }
  }
}

function scanRun(scan: TextScan, plan: DetectorPlan, start: number, end: number, units: number): void {
  if (isOrdinary(scan.text, start, end, units) || isSmallDecimal(start, end, units)) return;
  for (const step of plan.runs) {
    if (units & step.units && units & step.needs && end - start >= step.minUnits) step.run(scan, start, end, units);
  }
  if (units & DIGIT && !isDigest(scan.text, start, end, units)) scanDigits(scan, plan);
}

/** Looks at the run that starts at `start`; answers with its end, or -1 when its units have to be folded first. */
function scanRunAt(scan: TextScan, plan: DetectorPlan, start: number): number {
  const units = collectPoints(scan.text, start, scan.points);
  const { end } = scan.points;
  if (units & FOLDABLE) return -1;
  scanRun(scan, plan, start, end, units);
  return end;
}

/** The first unit of the run around `index`, `floor` at the least. */
function runStart(text: string, index: number, floor: number): number {
  let start = index;
  while (start > floor && classOf(text.charCodeAt(start - 1)) !== DELIMITER) start--;
  return start;
}

/** Looks at runs of at least `longRun` units between two places: one look at every `longRun`th unit finds them. */
function scanLongRuns(scan: TextScan, plan: DetectorPlan, from: number, to: number): void {
  const { text } = scan;
  const { longRun } = plan;
  for (let i = from + longRun - 1; i < to; i += longRun) {
    if (classOf(text.charCodeAt(i)) === DELIMITER) continue;
    const start = runStart(text, i, from);
    while (i < to && classOf(text.charCodeAt(i)) !== DELIMITER) i++;
    if (i - start >= longRun) scanRunAt(scan, plan, start);
  }
}

/** True when nothing in this part of a text is worth a look, as in most: no unit of interest, no long run. */
export function isPlain(plan: DetectorPlan, text: string, start: number, end: number): boolean {
  const wanted = plan.units | FOLDABLE;
  const { longRun } = plan;
  let run = 0;
  for (let i = start; i < end; i++) {
    const unit = classOf(text.charCodeAt(i));
    // Zero at a delimiter, without a branch: words are of any length.
    run = (run + 1) & (-unit >> 31);
    if (unit & wanted || run >= longRun) return false;
  }
  return true;
}

/** Folding could change what has been found. */
function hasFoldable(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) if (classOf(text.charCodeAt(i)) & FOLDABLE) return true;
  return false;
}

/** Runs over `scan.text`; false when it met a unit that has to be folded first. */
function passOver(scan: TextScan, plan: DetectorPlan, firstOnly: boolean): boolean {
  const { text } = scan;
  const length = text.length;
  const wanted = plan.units | FOLDABLE;
  let done = 0;
  for (let i = 0; i < length; i++) {
    if ((classOf(text.charCodeAt(i)) & wanted) === 0) continue;
    const start = runStart(text, i, done);
    scanLongRuns(scan, plan, done, start);
    done = scanRunAt(scan, plan, start);
    if (done < 0) return false;
    i = done;
    if (firstOnly && scan.candidates.length > 0) {
      if (!hasFoldable(text, i)) return true;
      firstOnly = false;
    }
  }
  scanLongRuns(scan, plan, done, length);
  return true;
}

function reset(scan: TextScan, text: string): void {
  scan.text = text;
  if (scan.candidates.length > 0) scan.candidates.length = 0;
  scan.cueIndex = -1;
  scan.consumed = 0;
  scan.digitsDone = 0;
  scan.valuesDone = 0;
  if (scan.bodies.size > 0) scan.bodies.clear();
}

/** The end of a region, behind the rest of an escape that is its last unit. */
function escapeEnd(text: string, plain: string, end: number): number {
  while (end < text.length && plain.charCodeAt(end) !== text.charCodeAt(end) && plain.charCodeAt(end) === SKIPPED)
    end++;
  return end;
}

/** Scans `text`; the regions are left in `scan.candidates`, in order and without overlap, in units of `text`. */
export function scanText(scan: TextScan, plan: DetectorPlan, text: string, firstOnly: boolean): void {
  let plain = text.length < MIN_TEXT_UNITS ? '' : text;
  if (hasEscapes(plain)) plain = unescaped(plain);
  reset(scan, plain);
  if (plain === '') return;
  if (!passOver(scan, plan, firstOnly)) {
    plain = unescaped(plain);
    const folded = foldForScan(plain);
    reset(scan, folded.text);
    passOver(scan, plan, firstOnly);
    if (folded.origins) {
      for (const candidate of scan.candidates) {
        candidate.start = folded.origins[candidate.start]!;
        candidate.end = escapeEnd(text, plain, folded.origins[candidate.end - 1]! + 1);
      }
    }
  }
  shrinkPoints(scan.points);
  if (scan.candidates.length > 1) settleOverlaps(scan.candidates);
}

function outranks(a: Candidate, b: Candidate): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.end - a.start > b.end - b.start;
}

/**
 * Leaves one candidate per region: the one with the higher priority, then the longer. What the other covers besides stays
 * its own, but for what an assignment takes with it in front of a token.
 */
export function settleOverlaps(candidates: Candidate[]): void {
  candidates.sort((a, b) => a.start - b.start || b.end - a.end);
  if (!candidates.some((candidate, i) => i > 0 && candidate.start < candidates[i - 1]!.end)) return;
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    const last = kept.at(-1);
    if (!last || candidate.start >= last.end) {
      kept.push(candidate);
      continue;
    }
    // Of three that overlap, the last one may begin in front of what is left of the second.
    candidate.start = Math.max(candidate.start, last.start);
    if (candidate.start >= candidate.end) continue;
    const wins = outranks(candidate, last);
    const rest = wins ? { ...last, start: candidate.end } : { ...candidate, start: last.end };
    if (wins) {
      last.end = candidate.start;
      if (last.start === last.end || last.reasons === 'assignment') kept.pop();
      kept.push(candidate);
    }
    if (rest.start < rest.end) kept.push(rest);
  }
  // In place: the list is that of the scan.
  Object.assign(candidates, kept).length = kept.length;
}
