// The detectors in use, sorted by how the scan of a text calls them.
import type { KindDetector } from './kind-detector.ts';
import { DIGIT } from './units.ts';

/** A detector of runs, and what a run must have. All of one shape, so that the engine reads them at once. */
interface RunStep {
  readonly units: number;
  readonly needs: number;
  readonly minUnits: number;
  readonly run: NonNullable<KindDetector['run']>;
}

/** The detectors in use, by how they are called. */
export interface DetectorPlan {
  readonly runs: readonly RunStep[];
  readonly digits: readonly NonNullable<KindDetector['digits']>[];
  /** Classes of units that make a short run worth a look. */
  readonly units: number;
  /** Runs of this many units are always looked at. */
  readonly longRun: number;
}

const ANY_UNITS = 0xffff;
/** Behind the end of every text. */
const NEVER = 1 << 30;

/** Sorts the detectors by how they are called. */
export function planOf(detectors: readonly KindDetector[]): DetectorPlan {
  const runs: RunStep[] = [];
  const digits: NonNullable<KindDetector['digits']>[] = [];
  let units = 0;
  let longRun = NEVER;
  for (const detector of detectors) {
    const { minUnits = 1, needs = ANY_UNITS } = detector;
    if (detector.digits) digits.push(detector.digits);
    if (!detector.run) continue;
    runs.push({ units: detector.units ?? 0, needs, minUnits, run: detector.run });
    if (detector.units === ANY_UNITS) longRun = Math.min(longRun, minUnits);
    else units |= detector.units ?? 0;
  }
  return { runs, digits, units: digits.length > 0 ? units | DIGIT : units, longRun };
}
