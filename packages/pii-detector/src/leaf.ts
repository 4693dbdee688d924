// Scan of one string or number in the light of its field: what the text proves, what the name adds, and JSON inside.
import type { DetectorPlan } from './detector-plan.ts';
import { isOrdinaryText } from './gates.ts';
import { JsonReader, looksLikeJson, nextObject } from './json-text.ts';
import { PRIORITY_CUSTOM } from './kind-detector.ts';
import type { FindingKind } from './kinds.ts';
import type { KnownName } from './known-names.ts';
import { type NameMatch, NO_MATCH } from './name-match.ts';
import type { CustomDetector, Limits } from './options.ts';
import { isMasked } from './placeholder.ts';
import type { Candidate, TextScan } from './scan.ts';
import { isPlain, scanText, settleOverlaps } from './scan-text.ts';

/** What a leaf scanner works with. */
export interface LeafSettings {
  readonly scan: TextScan;
  readonly plan: DetectorPlan;
  readonly limits: Limits;
  readonly custom: readonly CustomDetector[];
  /** Every number has to be looked at: for a custom detector, or at a threshold below the default. */
  readonly wantsNumbers: boolean;
  /** What a name says, from the cache. */
  readonly known: (name: string) => KnownName;
}

/** A region covers nearly all of a text when no more than these units lie outside of it. */
const SLACK_UNITS = 2;
/** Of `field:` in front of the entry of the dictionary. */
const FIELD_UNITS = 6;
/** No bare number below is a card: those of 12 and 13 digits want a word, and the shortest of 14 begins with a 3. */
const ORDINARY_INTEGER = 2e13;
/** `a {"pin":"4821"}` */
const MIN_AROUND_UNITS = 16;
const NOTHING: readonly Candidate[] = [];

/** The label of the field: "First name" in `first_name`. */
function isOwnName(text: string, reasons: string): boolean {
  if (text.length + FIELD_UNITS !== reasons.length || text.at(-1)?.toLowerCase() !== reasons.at(-1)) return false;
  const lower = text.toLowerCase();
  return text[0] !== lower[0] && reasons.endsWith(lower.replaceAll(' ', '_'));
}

/** A scanner of leaves. It keeps state: one per walk. */
export class LeafScanner {
  /** Why the last text was not scanned to its end, if so. */
  failure: 'too_deep' | 'detector_failed' | undefined;
  readonly settings: LeafSettings;
  readonly #scan: TextScan;
  readonly #plan: DetectorPlan;
  readonly #isCustom: boolean;
  /** Levels of JSON in strings that are being read. */
  #level = 0;
  /** What values say that are the names of fields beside them: often the same ones in one text, and perhaps personal. */
  readonly #labels = new Map<string, NameMatch>();

  constructor(settings: LeafSettings) {
    this.failure = undefined;
    this.settings = settings;
    this.#scan = settings.scan;
    this.#plan = settings.plan;
    this.#isCustom = settings.custom.length > 0;
  }

  /** Regions of `text`, in order and without overlap; valid until the next call. With `firstOnly` at least one of them. */
  scan(text: string, match: NameMatch, numeric: boolean, firstOnly: boolean): readonly Candidate[] {
    this.failure = undefined;
    return this.isClean(text, match, 0, text.length) ? NOTHING : this.inner(text, match, numeric, firstOnly);
  }

  /** What a value says that is the name of the field beside it. */
  labelled(value: string): NameMatch {
    const match = this.#labels.get(value) ?? this.#scan.lookup(value);
    this.#labels.set(value, match);
    return match;
  }

  /** Lets go of the last text, and of such values. */
  forget(): void {
    this.#scan.text = '';
    if (this.#labels.size > 0) this.#labels.clear();
  }

  /** A number that is no datum by itself, and has no name that makes it one. */
  isOrdinaryNumber(value: number, match: NameMatch): boolean {
    return match.rule === undefined && value < ORDINARY_INTEGER && !this.settings.wantsNumbers;
  }

  /** Whether the name of a field holds personal data itself, or could not be scanned. Leaves `failure` as it is. */
  isPersonal(name: string): boolean {
    const { failure } = this;
    const personal = this.scan(name, NO_MATCH, false, true).length > 0 || this.failure !== undefined;
    this.failure = failure;
    return personal;
  }

  /** A part of a text in which nothing can be found, seen without taking it out. */
  isClean(text: string, match: NameMatch, start: number, end: number): boolean {
    if (match.rule?.accepts !== undefined || this.#isCustom) return false;
    return isPlain(this.#plan, text, start, end) || isOrdinaryText(text, start, end);
  }

  /** `scan` of a text that is not known to be clean, or of a literal of the JSON that is being read. */
  inner(text: string, match: NameMatch, numeric: boolean, firstOnly = false): readonly Candidate[] {
    const start = numeric ? -1 : looksLikeJson(text) ? 0 : text.length < MIN_AROUND_UNITS ? -1 : nextObject(text, 0);
    if (start >= 0) {
      if (this.#level < this.settings.limits.maxJsonLevels) return this.#json(text, match, start);
      this.failure = 'too_deep';
    }
    this.#plain(text, match, numeric, firstOnly);
    return this.#scan.candidates;
  }

  #plain(text: string, match: NameMatch, numeric: boolean, firstOnly: boolean): void {
    const scan = this.#scan;
    scan.field = match.evidence;
    scanText(scan, this.#plan, text, firstOnly);
    if (this.#isCustom) this.#applyCustom(text);
    if (match.rule !== undefined) this.#applyName(text, match, numeric);
  }

  /** The whole value by its name, unless the text has proved something about all of it. */
  #applyName(text: string, { rule, evidence }: NameMatch, numeric: boolean): void {
    const { candidates, kinds, threshold } = this.#scan;
    if (!rule?.accepts || !kinds.has(rule.kind)) return;
    if (rule.yields && candidates.length > 0) return;
    const isSecret = rule.kind === 'password' || rule.kind === 'api_key';
    if (isOwnName(text, evidence.reasons) || (!isSecret && isMasked(text))) return;
    const offset = rule.offset?.(text) ?? 0;
    for (const { start, end, kind } of candidates) {
      if (kind === rule.kind || end - start >= text.length - offset - SLACK_UNITS) return;
    }
    const confidence = rule.accepts(text, numeric);
    if (confidence < threshold || confidence === 0) return;
    candidates.length = 0;
    const { reasons } = evidence;
    const { kind } = rule;
    candidates.push({ kind, start: offset, end: text.length, confidence, reasons, priority: PRIORITY_CUSTOM });
  }

  #applyCustom(text: string): void {
    const { candidates, threshold } = this.#scan;
    const { custom } = this.settings;
    const before = candidates.length;
    for (const detector of custom) {
      try {
        for (const { start, end, confidence = 0.9 } of detector.find(text)) {
          if (!(start >= 0 && start < end && end <= text.length)) throw new RangeError('region outside of the text');
          const kind: FindingKind = detector.kind;
          if (confidence >= threshold)
            candidates.push({ kind, start, end, confidence, reasons: 'custom', priority: PRIORITY_CUSTOM });
        }
      } catch {
        this.failure = 'detector_failed';
      }
    }
    if (candidates.length > before) settleOverlaps(candidates);
  }

  /** The regions of all literals of the JSON in `text`, which begins at `start`, and of what is around it. */
  #json(text: string, match: NameMatch, start: number): Candidate[] {
    this.#level++;
    try {
      const reader = new JsonReader(text, this);
      const { found } = reader;
      const end = reader.read(start, start > 0 ? NO_MATCH : match);
      if (start > 0 || end < text.length) {
        for (let next = nextObject(text, end); next >= 0; ) next = nextObject(text, reader.read(next, NO_MATCH));
        this.#plain(text, match, false, false);
        // One by one: a call takes no more than some 100,000 arguments.
        for (const candidate of this.#scan.candidates) found.push(candidate);
      }
      settleOverlaps(found);
      return found;
    } finally {
      this.#level--;
    }
  }
}
