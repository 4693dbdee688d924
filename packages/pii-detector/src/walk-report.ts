// What a walk has found, and the pointers to it.
import type { Finding, Unscannable, UnscannableReason } from './finding.ts';
import type { DetectorOptions } from './options.ts';
import { escapeToken } from './pointer.ts';
import type { Candidate } from './scan.ts';

/** What a walk is to find out: everything, the values to seal, or whether there is anything. */
export type WalkMode = 'findings' | 'pointers' | 'any';

/** What the findings of a walk are made with. */
export interface ReportSettings {
  readonly allow: DetectorOptions['allow'];
  /** The codes in a candidate's reasons, one shared list for the same codes. */
  readonly codesOf: (reasons: string) => readonly string[];
}

/** With more parts that cannot be scanned the whole value counts as one. */
const MAX_UNSCANNABLE = 1000;
/** The same for findings: objects that share their parts have more paths than any memory holds. */
const MAX_FINDINGS = 1_000_000;

function tokenOf(key: string | number): string {
  return typeof key === 'number' ? `/${key}` : `/${escapeToken(key)}`;
}

/** The findings so far, and the place of the container that is being walked. */
export class WalkReport {
  readonly findings: Finding[] = [];
  readonly unscannable: Unscannable[] = [];
  /** The walk has to end: it has its answer, or there is more than is kept. */
  stopped = false;
  readonly #settings: ReportSettings;
  readonly #mode: WalkMode;
  readonly #path: (string | number)[] = [];
  /** Pointers of the containers on the path, made when they are first asked for. */
  readonly #pointers: (string | undefined)[] = [''];
  /** Below a key that holds personal data nothing is named: what is found there is said of the object above. */
  #namedDepth = Number.POSITIVE_INFINITY;
  readonly #hiddenKinds = new Set<string>();

  constructor(settings: ReportSettings, mode: WalkMode) {
    this.#settings = settings;
    this.#mode = mode;
  }

  /** Goes into the container under `key`. */
  enter(key: string | number): void {
    this.#path.push(key);
    this.#pointers.push(undefined);
  }

  /** Comes out of it. */
  leave(): void {
    this.#path.pop();
    this.#pointers.pop();
  }

  /** Pointer of the value under `key` in the current container, or of the container. */
  pointerOf(key: string | number | undefined): string {
    const level = Math.min(this.#path.length, this.#namedDepth);
    let known = level;
    while (this.#pointers[known] === undefined) known--;
    let pointer = this.#pointers[known]!;
    while (known < level) {
      pointer += tokenOf(this.#path[known]!);
      this.#pointers[++known] = pointer;
    }
    return key === undefined || this.#namedDepth < Number.POSITIVE_INFINITY ? pointer : pointer + tokenOf(key);
  }

  /** From here on nothing below the current container is named. False when that holds already. */
  hide(): boolean {
    if (this.#namedDepth < Number.POSITIVE_INFINITY) return false;
    this.#namedDepth = this.#path.length;
    return true;
  }

  /** Ends what `hide` began. */
  show(): void {
    this.#namedDepth = Number.POSITIVE_INFINITY;
    this.#hiddenKinds.clear();
  }

  /** Notes that the value under `key` was not scanned. */
  skip(key: string | number | undefined, reason: UnscannableReason): void {
    this.unscannable.push({ pointer: this.pointerOf(key), reason });
    if (this.#mode === 'any') this.stopped = true;
    else if (this.unscannable.length >= MAX_UNSCANNABLE) this.overflow();
  }

  /** Ends the walk: the whole value counts as not scanned. */
  overflow(): void {
    if (!this.stopped) this.unscannable.push({ pointer: '', reason: 'too_many' });
    this.stopped = true;
  }

  /** Notes the regions of `text`, the value under `key`; true when any was reported. */
  add(candidates: readonly Candidate[], text: string, key: string | number | undefined, inKey: boolean): boolean {
    const before = this.findings.length;
    if (this.#namedDepth < Number.POSITIVE_INFINITY) this.#addHidden(candidates);
    else this.#addNamed(candidates, text, this.pointerOf(key), inKey);
    return this.findings.length > before;
  }

  #addNamed(candidates: readonly Candidate[], text: string, pointer: string, inKey: boolean): void {
    const { codesOf } = this.#settings;
    for (const { kind, start, end, confidence, reasons } of candidates) {
      const finding: Finding = { kind, pointer, start, end, confidence, reasons: codesOf(reasons), inKey };
      if (this.#isAllowed(finding, text)) continue;
      this.#put(finding);
      if (this.#mode !== 'findings' || this.stopped) return;
    }
  }

  /** One finding per kind, of the object that has the personal key, as a whole. */
  #addHidden(candidates: readonly Candidate[]): void {
    for (const { kind, confidence, reasons } of candidates) {
      if (this.#hiddenKinds.has(kind)) continue;
      this.#hiddenKinds.add(kind);
      const pointer = this.pointerOf(undefined);
      const codes = this.#settings.codesOf(reasons);
      this.#put({ kind, pointer, start: 0, end: 0, confidence, reasons: codes, inKey: false });
    }
  }

  #put(finding: Finding): void {
    this.findings.push(finding);
    if (this.#mode === 'any') this.stopped = true;
    else if (this.findings.length >= MAX_FINDINGS) this.overflow();
  }

  /** The caller's `allow` lets it pass; one that throws lets nothing pass, and is noted. */
  #isAllowed(finding: Finding, text: string): boolean {
    const { allow } = this.#settings;
    if (allow === undefined) return false;
    try {
      return allow(finding, text.slice(finding.start, finding.end));
    } catch {
      this.unscannable.push({ pointer: finding.pointer, reason: 'detector_failed' });
      return false;
    }
  }
}
