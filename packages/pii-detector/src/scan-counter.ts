// Counts over many payloads, per place and kind. Values are looked at and let go of.
import type { KindsDetector } from './detector.ts';
import type { FindingKind } from './kinds.ts';
import { selectorOf } from './path-pattern.ts';
import { proposalsOf, type SchemaProposal } from './schema.ts';

/** How often a kind was found in a place. */
export interface PathCount {
  /** Selector of the place, such as `customers.*.email`; `''` for the root. Holds no values, indices or record keys. */
  readonly path: string;
  readonly kind: FindingKind | 'unscannable';
  readonly findings: number;
  /** Payloads with at least one. */
  readonly payloads: number;
  /** Highest confidence of a finding there, 0 to 1; 1 for an unscannable part. */
  readonly confidence: number;
}

/** What has been counted so far. */
export interface ScanReport {
  readonly payloads: number;
  /** Payloads with any finding or unscannable part. */
  readonly affected: number;
  /** By path, then by kind. */
  readonly counts: readonly PathCount[];
  /** True when there were more places than are kept (10,000); the rest is counted under the path `**`. */
  readonly truncated: boolean;
}

/** Counts findings over payloads. */
export interface ScanCounter {
  add(value: unknown): void;
  report(): ScanReport;
  /** What a policy should seal of payloads like these. */
  proposal(): SchemaProposal;
}

/** What has been found in one place. */
export interface Place {
  /** Payloads with anything there. */
  hits: number;
  readonly kinds: Map<PathCount['kind'], { -readonly [name in keyof PathCount]: PathCount[name] }>;
}

const MAX_PLACES = 10_000;
/** The place of all others. */
const ELSEWHERE = '**';

/** A counter that uses `detector`. It keeps paths, kinds and numbers, never a value. */
export function createScanCounter(detector: Pick<KindsDetector, 'detect'>): ScanCounter {
  const places = new Map<string, Place>();
  let payloads = 0;
  let affected = 0;
  let truncated = false;

  /** `seen` holds what has been counted of the same payload. */
  function count(pointer: string, kind: PathCount['kind'], confidence: number, seen: Set<unknown>): void {
    let path = selectorOf(pointer);
    if (!places.has(path) && places.size >= MAX_PLACES) {
      truncated = true;
      path = ELSEWHERE;
    }
    const place = places.get(path) ?? { hits: 0, kinds: new Map() };
    const entry = place.kinds.get(kind) ?? { path, kind, findings: 0, payloads: 0, confidence: 0 };
    entry.findings++;
    entry.confidence = Math.max(entry.confidence, confidence);
    if (!seen.has(entry)) entry.payloads++;
    if (!seen.has(place)) place.hits++;
    seen.add(entry).add(place);
    place.kinds.set(kind, entry);
    places.set(path, place);
  }

  return {
    add(value) {
      const { findings, unscannable } = detector.detect(value);
      const seen = new Set();
      payloads++;
      for (const { pointer, kind, confidence } of findings) count(pointer, kind, confidence, seen);
      for (const { pointer } of unscannable) count(pointer, 'unscannable', 1, seen);
      if (seen.size > 0) affected++;
    },
    report() {
      const counts = [...places.values()].flatMap(({ kinds }) => [...kinds.values()].map((entry) => ({ ...entry })));
      counts.sort((a, b) => ((a.path === b.path ? a.kind < b.kind : a.path < b.path) ? -1 : 1));
      return { payloads, affected, counts, truncated };
    },
    proposal: () => ({ samples: payloads, selectors: proposalsOf(places, payloads) }),
  };
}
