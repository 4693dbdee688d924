// The state of one text scan, which the detectors of the single kinds share.
import type { CueWords } from './cues.ts';
import { CUE_ADJACENT, CUE_ID, CUE_OTHER, cuesBefore } from './cues.ts';
import type { FindingKind, Kind } from './kinds.ts';
import type { NameIndex } from './name-index.ts';
import type { BodyRun } from './token-body.ts';
import { textBefore, unitAt } from './units.ts';

/** What the field around a text says. One object per field name, kept and shared. */
export interface FieldEvidence {
  /** Cue bits of the name. */
  readonly cues: number;
  /** The reason that it gives, such as `field:card_number`: a dictionary entry, never the caller's own text. */
  readonly reasons: string;
}

/** A region that a detector proposes. */
export interface Candidate {
  kind: FindingKind;
  start: number;
  end: number;
  confidence: number;
  /** Codes, separated by spaces. */
  reasons: string;
  /** What keeps its region when two overlap: the higher. */
  priority: number;
}

/** Places in a run. The lists are reused and longer than their counts. */
export interface RunPoints {
  /** Where ASCII letters or digits begin behind something else. */
  words: Int32Array;
  wordCount: number;
  /** Where groups of digits begin. */
  groups: Int32Array;
  groupCount: number;
  /** Where `@`, `:` and `=` stand. */
  marks: Int32Array;
  markCount: number;
  /** End of the run. */
  end: number;
}

const POINTS = 1024;

/** Lists without places. */
export function createRunPoints(): RunPoints {
  return {
    words: new Int32Array(POINTS),
    wordCount: 0,
    groups: new Int32Array(POINTS),
    groupCount: 0,
    marks: new Int32Array(POINTS),
    markCount: 0,
    end: 0,
  };
}

/** The list with room for twice as many places, for a run with more of them than any before. */
export function doubled(list: Int32Array): Int32Array {
  const longer = new Int32Array(list.length * 2);
  longer.set(list);
  return longer;
}

/** Gives back the memory that one very long run took. */
export function shrinkPoints(points: RunPoints): void {
  const { words, groups, marks } = points;
  if (words.length + groups.length + marks.length > POINTS * 16) Object.assign(points, createRunPoints());
}

/** State of the scan of one text. Reused from text to text, so that a clean text allocates nothing. */
export interface TextScan {
  /** Folded text. Long loops read it by methods of strings, which `linear.test.ts` counts. */
  text: string;
  /** What the field says that the text is the value of. */
  field: FieldEvidence;
  /** Proposals so far, in no particular order. */
  readonly candidates: Candidate[];
  /** Last run of body units that was walked, by alphabet. */
  readonly bodies: Map<number, BodyRun>;
  /** Places in the run that is being looked at, so that no detector has to walk it again. */
  readonly points: RunPoints;
  /** Start of the last run that has been looked at for its cues, and what they were. */
  cueIndex: number;
  cueBits: number;
  /** Everything before it has been given to a finding that is certain, such as a PEM block. */
  consumed: number;
  /** Values of assignments before it have been looked at. */
  valuesDone: number;
  /** Digits before it have been looked at. */
  digitsDone: number;
  readonly threshold: number;
  readonly kinds: ReadonlySet<Kind>;
  readonly words: CueWords;
  /** What a name inside of a text says. It may be anything, so that nothing of it is kept. */
  readonly lookup: NameIndex['lookup'];
  readonly validatePhone: ((candidate: string) => boolean) | undefined;
}

export const NO_FIELD: FieldEvidence = { cues: 0, reasons: '' };

/** Proposes a region, unless it is below the threshold or its kind is not asked for. */
export function propose(
  scan: TextScan,
  kind: Kind,
  start: number,
  end: number,
  confidence: number,
  reasons: string,
  priority: number,
): void {
  if (confidence < scan.threshold || !scan.kinds.has(kind)) return;
  scan.candidates.push({ kind, start, end, confidence, reasons, priority });
}

/** Gives each `mark` of the run to `take`, which answers with the end of what it took; not those before that end. */
export function eachMark(scan: TextScan, mark: number, take: (scan: TextScan, at: number) => number): void {
  const { marks, markCount } = scan.points;
  let done = 0;
  for (let k = 0; k < markCount; k++) {
    const at = marks[k]!;
    if (at >= done && unitAt(scan.text, at) === mark) done = take(scan, at);
  }
}

const FIELD_AGAINST = CUE_OTHER | CUE_ADJACENT | CUE_ID;
const WORD_BEFORE_UNITS = 24;

function hasWordBefore(text: string, index: number): boolean {
  return /[a-z][a-z ]/.test(textBefore(text, index, WORD_BEFORE_UNITS));
}

/** Cues for a candidate at `index`: those of the field and those of the words before it. */
export function cuesAt(scan: TextScan, index: number): number {
  if (scan.cueIndex !== index) {
    scan.cueIndex = index;
    scan.cueBits = cuesBefore(scan.text, index, scan.words);
  }
  const { cues } = scan.field;
  // What a field says against digits it says of digits that are its value, not of a number in a sentence.
  const own = cues & CUE_OTHER && index > 0 && hasWordBefore(scan.text, index) ? cues & ~FIELD_AGAINST : cues;
  return scan.cueBits | own;
}
