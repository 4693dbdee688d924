// Scan of one string or number in the light of its field: what the text proves, what the name adds, and JSON inside.
import { isOrdinaryText } from './gates.ts';
import { type JsonTextVisitor, looksLikeJson, readJsonText } from './json-text.ts';
import { PRIORITY_CUSTOM } from './kind-detector.ts';
import type { FindingKind, Kind } from './kinds.ts';
import { matchBelow, type NameMatch, NO_MATCH } from './name-index.ts';
import type { CustomDetector } from './options.ts';
import type { Candidate, TextScan } from './scan.ts';
import { type DetectorPlan, isPlain, scanText, settleOverlaps } from './scan-text.ts';

/** Regions of one leaf. */
export interface LeafScanner {
  /** Regions of `text`, in order and without overlap; valid until the next call. With `firstOnly` at least one of them. */
  scan(text: string, match: NameMatch, numeric: boolean, firstOnly: boolean): readonly Candidate[];
  /** Why the last text was not scanned to its end, if so. */
  readonly failure: 'too_deep' | 'detector_failed' | undefined;
}

/** What a leaf scanner works with. */
export interface LeafSettings {
  readonly scan: TextScan;
  readonly plan: DetectorPlan;
  readonly kinds: ReadonlySet<Kind>;
  readonly threshold: number;
  readonly custom: readonly CustomDetector[];
  readonly maxJsonLevels: number;
  readonly maxDepth: number;
  /** What a name says, from the cache. */
  readonly matchOf: (name: string) => NameMatch;
}

/** A region covers nearly all of a text when no more than these units lie outside of it. */
const SLACK_UNITS = 2;
const NOTHING: readonly Candidate[] = [];

/** Makes a scanner of leaves. It keeps state: one per walk. */
export function createLeafScanner(settings: LeafSettings): LeafScanner {
  const { scan, plan, kinds, threshold, custom, maxJsonLevels, maxDepth, matchOf } = settings;
  let failure: LeafScanner['failure'];

  /** The whole value by its name, unless the text has proved something about all of it. */
  function applyName(text: string, match: NameMatch, numeric: boolean): void {
    const { rule, evidence } = match;
    if (!rule?.accepts || !kinds.has(rule.kind)) return;
    const { candidates } = scan;
    if (rule.yields && candidates.length > 0) return;
    const offset = rule.offset?.(text) ?? 0;
    for (const { start, end, kind } of candidates) {
      if (kind === rule.kind || end - start >= text.length - offset - SLACK_UNITS) return;
    }
    const confidence = rule.accepts(text, numeric);
    if (confidence < threshold || confidence === 0) return;
    candidates.length = 0;
    const reasons = `field:${evidence.entry}`;
    candidates.push({
      kind: rule.kind,
      start: offset,
      end: text.length,
      confidence,
      reasons,
      priority: PRIORITY_CUSTOM,
    });
  }

  function applyCustom(text: string): void {
    const before = scan.candidates.length;
    for (const detector of custom) {
      try {
        for (const { start, end, confidence = 0.9 } of detector.find(text)) {
          if (!(start >= 0 && start < end && end <= text.length)) throw new RangeError('region outside of the text');
          const kind: FindingKind = detector.kind;
          if (confidence >= threshold) {
            scan.candidates.push({ kind, start, end, confidence, reasons: 'custom', priority: PRIORITY_CUSTOM });
          }
        }
      } catch {
        failure = 'detector_failed';
      }
    }
    if (scan.candidates.length > before && scan.candidates.length > 1) settleOverlaps(scan.candidates);
  }

  function plain(text: string, match: NameMatch, numeric: boolean, firstOnly: boolean): void {
    scan.field = match.evidence;
    scanText(scan, plan, text, firstOnly);
    if (custom.length > 0) applyCustom(text);
    if (match.rule !== undefined) applyName(text, match, numeric);
  }

  /** Reads the JSON in `text`; the regions of all its literals, or undefined when it is none. */
  function json(text: string, match: NameMatch, level: number): Candidate[] | undefined {
    const found: Candidate[] = [];
    const parents: NameMatch[] = [match];
    const containers: (Candidate | undefined)[] = [];
    const matchFor = (key: string | undefined) => {
      const parent = parents.at(-1)!;
      return key === undefined ? parent : matchBelow(matchOf(key), parent);
    };
    const take = (
      literal: string,
      offset: number,
      origins: Uint32Array | undefined,
      own: NameMatch,
      numeric: boolean,
    ) => {
      for (const candidate of inner(literal, own, numeric, false, level + 1)) {
        const start = offset + (origins ? origins[candidate.start]! : candidate.start);
        const end = offset + (origins ? origins[candidate.end]! : candidate.end);
        found.push({ ...candidate, start, end });
      }
    };
    const visitor: JsonTextVisitor = {
      enter(key, offset) {
        const own = matchFor(key);
        const rule = own.rule?.container && kinds.has(own.rule.kind) ? own.rule : undefined;
        parents.push(rule ? NO_MATCH : own);
        const reasons = `field:${own.evidence.entry}`;
        containers.push(rule && { kind: rule.kind, start: offset, end: offset, confidence: 0.8, reasons, priority: 0 });
      },
      leave(offset) {
        parents.pop();
        const container = containers.pop();
        if (container && container.confidence >= threshold) found.push({ ...container, end: offset });
      },
      key: (literal, offset, origins) => take(literal, offset, origins, NO_MATCH, false),
      string: (literal, offset, origins, key) => take(literal, offset, origins, matchFor(key), false),
      number: (literal, offset, key) => take(literal, offset, undefined, matchFor(key), true),
      tooDeep: () => {
        failure = 'too_deep';
      },
    };
    const stopped = readJsonText(text, visitor, maxDepth);
    if (stopped < text.length) {
      plain(text, match, false, false);
      found.push(...scan.candidates.map((candidate) => ({ ...candidate })));
    }
    settleOverlaps(found);
    return found;
  }

  function inner(
    text: string,
    match: NameMatch,
    numeric: boolean,
    firstOnly: boolean,
    level: number,
  ): readonly Candidate[] {
    if (match.rule === undefined && custom.length === 0 && (isPlain(plan, text) || isOrdinaryText(text)))
      return NOTHING;
    if (!numeric && looksLikeJson(text)) {
      if (level < maxJsonLevels) {
        const found = json(text, match, level);
        if (found) return found;
      } else {
        failure = 'too_deep';
      }
    }
    plain(text, match, numeric, firstOnly);
    return scan.candidates;
  }

  return {
    scan(text, match, numeric, firstOnly) {
      failure = undefined;
      return inner(text, match, numeric, firstOnly, 0);
    },
    get failure() {
      return failure;
    },
  };
}
