// Counts over many payloads, per place and kind. Values are looked at and let go of.
import type { KindsDetector } from './detector.ts';
import type { FindingKind } from './kinds.ts';
import { selectorOf } from './path-pattern.ts';

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
}

const MAX_PLACES = 10_000;

/** A counter that uses `detector`. It keeps paths, kinds and numbers, never a value. */
export function createScanCounter(detector: Pick<KindsDetector, 'detect'>): ScanCounter {
  const counts = new Map<
    string,
    { path: string; kind: FindingKind | 'unscannable'; findings: number; payloads: number; confidence: number }
  >();
  let payloads = 0;
  let affected = 0;
  let truncated = false;

  function count(path: string, kind: FindingKind | 'unscannable', confidence: number, seen: Set<string>): void {
    let id = `${path}\n${kind}`;
    if (!counts.has(id) && counts.size >= MAX_PLACES) {
      truncated = true;
      path = '**';
      id = `${path}\n${kind}`;
    }
    const entry = counts.get(id) ?? { path, kind, findings: 0, payloads: 0, confidence: 0 };
    entry.findings++;
    entry.confidence = Math.max(entry.confidence, confidence);
    if (!seen.has(id)) entry.payloads++;
    seen.add(id);
    counts.set(id, entry);
  }

  return {
    add(value) {
      const { findings, unscannable } = detector.detect(value);
      const seen = new Set<string>();
      payloads++;
      for (const { pointer, kind, confidence } of findings) count(selectorOf(pointer), kind, confidence, seen);
      for (const { pointer } of unscannable) count(selectorOf(pointer), 'unscannable', 1, seen);
      if (seen.size > 0) affected++;
    },
    report() {
      const sorted = [...counts.values()].sort((a, b) => (a.path + a.kind < b.path + b.kind ? -1 : 1));
      return { payloads, affected, counts: sorted.map((entry) => ({ ...entry })), truncated };
    },
  };
}
