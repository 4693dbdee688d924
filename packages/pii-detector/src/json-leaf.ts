// Regions in a string that holds JSON: every literal in the light of its own field name, in units of the string.
import { type JsonTextVisitor, readJsonText } from './json-text.ts';
import type { Kind } from './kinds.ts';
import type { KnownName } from './known-names.ts';
import { LABELS, matchBelow, type NameMatch, NO_MATCH } from './name-index.ts';
import type { Candidate } from './scan.ts';

/** What the reading of JSON in a string asks of the scanner of leaves. */
export interface LiteralScanner {
  readonly kinds: ReadonlySet<Kind>;
  readonly threshold: number;
  readonly maxDepth: number;
  /** What a name says, from the cache. */
  known(name: string): KnownName;
  /** Regions of one literal; valid until the next call. */
  literal(text: string, match: NameMatch, numeric: boolean): readonly Candidate[];
  tooDeep(): void;
}

const CONTAINER_CONFIDENCE = 0.8;

class JsonReader implements JsonTextVisitor {
  readonly found: Candidate[] = [];
  readonly #scanner: LiteralScanner;
  readonly #parents: NameMatch[];
  readonly #containers: (Candidate | undefined)[] = [];
  /** What the label says that stands beside a `value`, per level. */
  readonly #labels: NameMatch[] = [NO_MATCH];
  /** What the last key says. */
  #own: KnownName = { match: NO_MATCH, personal: false };

  constructor(scanner: LiteralScanner, match: NameMatch) {
    this.#scanner = scanner;
    this.#parents = [match];
  }

  enter(key: string | undefined, offset: number): void {
    const own = this.#matchFor(key);
    const { rule, evidence } = own;
    const named = rule?.container && this.#scanner.kinds.has(rule.kind) ? rule : undefined;
    this.#parents.push(named ? NO_MATCH : own);
    this.#labels.push(NO_MATCH);
    const region = { start: offset, end: offset, confidence: CONTAINER_CONFIDENCE, priority: 0 };
    this.#containers.push(named && { ...region, kind: named.kind, reasons: evidence.reasons });
  }

  leave(offset: number): void {
    this.#parents.pop();
    this.#labels.pop();
    const container = this.#containers.pop();
    if (container && container.confidence >= this.#scanner.threshold) this.found.push({ ...container, end: offset });
  }

  key(text: string, offset: number, origins: Uint32Array | undefined): void {
    this.#own = this.#scanner.known(text);
    if (this.#own.personal) this.#take(text, offset, origins, NO_MATCH, false);
  }

  string(text: string, offset: number, origins: Uint32Array | undefined, key: string | undefined): void {
    this.#take(text, offset, origins, this.#matchFor(key), false);
    if (key !== undefined && LABELS.includes(key))
      this.#labels[this.#labels.length - 1] = this.#scanner.known(text).match;
  }

  number(text: string, offset: number, key: string | undefined): void {
    this.#take(text, offset, undefined, this.#matchFor(key), true);
  }

  tooDeep(): void {
    this.#scanner.tooDeep();
  }

  #matchFor(key: string | undefined): NameMatch {
    const parent = this.#parents.at(-1)!;
    if (key === undefined) return parent;
    const label = key === 'value' ? this.#labels.at(-1)! : NO_MATCH;
    return label === NO_MATCH ? matchBelow(this.#own.match, parent) : label;
  }

  #take(text: string, offset: number, origins: Uint32Array | undefined, match: NameMatch, numeric: boolean): void {
    for (const candidate of this.#scanner.literal(text, match, numeric)) {
      const start = offset + (origins ? origins[candidate.start]! : candidate.start);
      const end = offset + (origins ? origins[candidate.end]! : candidate.end);
      this.found.push({ ...candidate, start, end });
    }
  }
}

/** Reads the JSON at the start of `text`: the regions of its literals, not in order, and where it ends. */
export function scanJson(text: string, match: NameMatch, scanner: LiteralScanner): { found: Candidate[]; end: number } {
  const reader = new JsonReader(scanner, match);
  const end = readJsonText(text, reader, scanner.maxDepth);
  return { found: reader.found, end };
}
