// Proposes what a job type's policy should seal, from a sample of its payloads.
import type { FindingKind } from './kinds.ts';
import type { Place } from './scan-counter.ts';

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

/** Covered by a proposal above it: `a.b` by `a`, anything by the root. */
function isCovered(selector: string, places: ReadonlyMap<string, Place>): boolean {
  if (selector !== '' && places.has('')) return true;
  for (let dot = selector.lastIndexOf('.'); dot > 0; dot = selector.lastIndexOf('.', dot - 1)) {
    if (places.has(selector.slice(0, dot))) return true;
  }
  return false;
}

/** Selectors of the places in which something was found. Holds no values. */
export function proposalsOf(places: ReadonlyMap<string, Place>, samples: number): readonly SelectorProposal[] {
  return [...places]
    .filter(([path]) => !isCovered(path, places))
    .map(([path, { hits, kinds }]) => {
      const counts = [...kinds.values()].sort((a, b) => b.findings - a.findings);
      return {
        selector: hits < samples && path !== '' ? `${path}?` : path,
        kinds: counts.map(({ kind }) => kind).filter((kind) => kind !== 'unscannable'),
        hits,
        hitRate: hits / samples,
        confidence: Math.max(...counts.map(({ confidence }) => confidence)),
      };
    })
    .sort((a, b) => b.hits - a.hits || (a.selector < b.selector ? -1 : 1));
}
