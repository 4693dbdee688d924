// Proposes what a job type's policy should seal, from a sample of its payloads.
import type { KindsDetector } from './detector.ts';
import type { FindingKind } from './kinds.ts';
import { selectorOf } from './path-pattern.ts';
import type { ScanReport } from './scan-counter.ts';

/** One selector of a proposed policy. */
export interface SelectorProposal {
  /** For `piiFields` of a policy; ends in `?` when some samples lack it. `''` is the whole payload: seal all of it. */
  readonly selector: string;
  /** Kinds found there, the most frequent first. */
  readonly kinds: readonly FindingKind[];
  /** Samples in which something was found there. */
  readonly hits: number;
  /** `hits` divided by the number of samples, 0 to 1. */
  readonly hitRate: number;
  /** Highest confidence of a finding there, 0 to 1; 1 for an unscannable part. */
  readonly confidence: number;
}

/** A proposal and what it rests on. */
export interface SchemaProposal {
  readonly samples: number;
  /** The most frequent first. */
  readonly selectors: readonly SelectorProposal[];
}

interface Place {
  hits: number;
  confidence: number;
  readonly kinds: Map<FindingKind, number>;
}

/** Covered by a proposal above it: `a.b` by `a`, anything by the root. */
function isCovered(selector: string, places: ReadonlyMap<string, Place>): boolean {
  if (selector !== '' && places.has('')) return true;
  for (let dot = selector.lastIndexOf('.'); dot > 0; dot = selector.lastIndexOf('.', dot - 1)) {
    if (places.has(selector.slice(0, dot))) return true;
  }
  return false;
}

/** Selectors for a job type, from the findings of `detector` in `samples`. Holds no values. */
export function proposeSelectors(detector: Pick<KindsDetector, 'detect'>, samples: Iterable<unknown>): SchemaProposal {
  const places = new Map<string, Place>();
  let count = 0;
  for (const sample of samples) {
    count++;
    const seen = new Set<string>();
    const note = (pointer: string, kind: FindingKind | undefined, confidence: number) => {
      const selector = selectorOf(pointer);
      const place = places.get(selector) ?? { hits: 0, confidence: 0, kinds: new Map<FindingKind, number>() };
      if (!seen.has(selector)) place.hits++;
      seen.add(selector);
      place.confidence = Math.max(place.confidence, confidence);
      if (kind) place.kinds.set(kind, (place.kinds.get(kind) ?? 0) + 1);
      places.set(selector, place);
    };
    const { findings, unscannable } = detector.detect(sample);
    for (const { pointer, kind, confidence } of findings) note(pointer, kind, confidence);
    for (const { pointer } of unscannable) note(pointer, undefined, 1);
  }
  return { samples: count, selectors: proposalsOf(places, count) };
}

function proposalsOf(places: ReadonlyMap<string, Place>, count: number): readonly SelectorProposal[] {
  return [...places]
    .filter(([selector]) => !isCovered(selector, places))
    .map(([selector, { hits, confidence, kinds }]) => ({
      selector: hits < count && selector !== '' ? `${selector}?` : selector,
      kinds: [...kinds].sort((a, b) => b[1] - a[1]).map(([kind]) => kind),
      hits,
      hitRate: hits / count,
      confidence,
    }))
    .sort((a, b) => b.hits - a.hits || (a.selector < b.selector ? -1 : 1));
}

/** The same proposal from what a counter has seen, where the payloads are too many to keep. */
export function selectorsOf(report: ScanReport): readonly SelectorProposal[] {
  const places = new Map<string, Place>();
  for (const { path, kind, payloads, confidence } of report.counts) {
    const place = places.get(path) ?? { hits: 0, confidence: 0, kinds: new Map<FindingKind, number>() };
    place.hits = Math.max(place.hits, payloads);
    place.confidence = Math.max(place.confidence, confidence);
    if (kind !== 'unscannable') place.kinds.set(kind, payloads);
    places.set(path, place);
  }
  return proposalsOf(places, report.payloads);
}
