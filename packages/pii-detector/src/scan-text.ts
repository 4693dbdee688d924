// One pass over a text: runs of units between white space and brackets, each given to the detectors whose units it
// holds, and each group of digits to those that read digits.
import { foldForScan } from './fold.ts';
import { canBeIdentifier, isOrdinary } from './gates.ts';
import type { KindDetector } from './kind-detector.ts';
import type { Candidate, TextScan } from './scan.ts';
import { classOf, DELIMITER, DIGIT, FOLDABLE, isDigit } from './units.ts';

/** The detectors in use, by how they are called. */
export interface DetectorPlan {
  readonly runs: readonly KindDetector[];
  readonly digits: readonly KindDetector[];
  /** Classes of units that make a short run worth a look. */
  readonly units: number;
  /** Runs of this many units are always looked at. */
  readonly longRun: number;
}

/** No kind is shorter: `a@b.cd`, `1.2.3.4`. */
const MIN_TEXT_UNITS = 6;
const MAX_DIGIT_GROUP = 24;
const ANY_UNITS = 0xffff;
const NEVER = 1 << 30;

/** Sorts the detectors by how they are called. */
export function planOf(detectors: readonly KindDetector[]): DetectorPlan {
  const runs = detectors.filter((detector) => detector.run);
  const digits = detectors.filter((detector) => detector.digits);
  let units = digits.length > 0 ? DIGIT : 0;
  let longRun = NEVER;
  for (const detector of runs) {
    if (detector.units === ANY_UNITS) longRun = Math.min(longRun, detector.minUnits ?? 1);
    else units |= detector.units ?? 0;
  }
  return { runs, digits, units, longRun };
}

function scanDigits(scan: TextScan, plan: DetectorPlan, start: number, end: number): void {
  const { text } = scan;
  for (let i = Math.max(start, scan.digitsDone); i < end; ) {
    if (!isDigit(text.charCodeAt(i))) {
      i++;
      continue;
    }
    const from = i;
    while (isDigit(text.charCodeAt(i))) i++;
    if (i - from > MAX_DIGIT_GROUP || !canBeIdentifier(text, from, i)) continue;
    for (const detector of plan.digits) {
      const taken = detector.digits!(scan, from, i);
      if (taken >= i) {
        i = taken;
        break;
      }
    }
    scan.digitsDone = i;
  }
}

function scanRun(scan: TextScan, plan: DetectorPlan, start: number, end: number, units: number): void {
  if (isOrdinary(scan.text, start, end, units)) return;
  for (const detector of plan.runs) {
    if (units & detector.units! && end - start >= (detector.minUnits ?? 1)) detector.run!(scan, start, end, units);
  }
  if (units & DIGIT) scanDigits(scan, plan, start, end);
}

/** Runs over `scan.text`; false when it met a unit that has to be folded first. */
function passOver(scan: TextScan, plan: DetectorPlan, firstOnly: boolean): boolean {
  const { text } = scan;
  const length = text.length;
  const { units: wanted, longRun } = plan;
  for (let i = 0; i < length; i++) {
    const start = i;
    let units = 0;
    for (; i < length; i++) {
      const unit = classOf(text.charCodeAt(i));
      if (unit === DELIMITER) break;
      units |= unit;
    }
    if (units & FOLDABLE) return false;
    if ((units & wanted) === 0 && i - start < longRun) continue;
    scanRun(scan, plan, start, i, units);
    if (firstOnly && scan.candidates.length > 0) return true;
  }
  return true;
}

function reset(scan: TextScan, text: string): void {
  scan.text = text;
  scan.candidates.length = 0;
  scan.footer = -1;
  scan.footerSoughtFrom = NEVER;
  scan.cueIndex = -1;
  scan.consumed = 0;
  scan.digitsDone = 0;
  if (scan.bodies.size > 0) scan.bodies.clear();
}

/** Scans `text`; the regions are left in `scan.candidates`, in order and without overlap, in units of `text`. */
export function scanText(scan: TextScan, plan: DetectorPlan, text: string, firstOnly: boolean): void {
  reset(scan, text);
  if (text.length < MIN_TEXT_UNITS) return;
  if (!passOver(scan, plan, firstOnly)) {
    const folded = foldForScan(text);
    reset(scan, folded.text);
    passOver(scan, plan, firstOnly);
    if (folded.origins) {
      for (const candidate of scan.candidates) {
        candidate.start = folded.origins[candidate.start]!;
        candidate.end = folded.origins[candidate.end - 1]! + 1;
      }
    }
  }
  if (scan.candidates.length > 1) settleOverlaps(scan.candidates);
}

function outranks(a: Candidate, b: Candidate): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.end - a.start > b.end - b.start;
}

/** Leaves one candidate per region: the one with the higher priority, then the longer. */
export function settleOverlaps(candidates: Candidate[]): void {
  candidates.sort((a, b) => a.start - b.start || b.end - a.end);
  let kept = 0;
  for (const candidate of candidates) {
    const last = kept > 0 ? candidates[kept - 1]! : undefined;
    if (!last || candidate.start >= last.end) candidates[kept++] = candidate;
    else if (outranks(candidate, last)) candidates[kept - 1] = candidate;
  }
  candidates.length = kept;
}
