// The walk over a parsed value: members and elements, their names, and what cannot be looked at.
import { isForeign, isoDate, unboxed } from './boxed.ts';
import type { Finding, Unscannable } from './finding.ts';
import type { KnownName, KnownNames } from './known-names.ts';
import type { LeafScanner } from './leaf.ts';
import { containerOf, isSchema, LABELS, labelled, matchBelow, type NameMatch, NO_MATCH } from './name-match.ts';
import type { Limits } from './options.ts';
import { isRemark } from './placeholder.ts';
import { type ReportSettings, type WalkMode, WalkReport } from './walk-report.ts';

/** What a walk works with. */
export interface WalkSettings extends ReportSettings {
  readonly leaves: LeafScanner;
  readonly names: KnownNames;
  readonly scanKeys: boolean;
}

/** What a walk has found. */
export interface WalkResult {
  readonly findings: Finding[];
  readonly unscannable: Unscannable[];
}

type Key = string | number | undefined;

const MAX_POINTER_UNITS = 1024;
/** Levels below which pointers are not measured. */
const LONG_PATH = 8;
const MAX_NAMED_ELEMENTS = 100;
const MAX_NAMED_UNITS = 500;
/** Digits of the largest integer that is looked at; longer ones are no identifier that we know. */
const LARGEST_BIGINT = 10n ** 40n;
const MAX_LABEL_UNITS = 80;

const lookupGetter = (Object.prototype as { __lookupGetter__(key: PropertyKey): unknown }).__lookupGetter__;

class Walk {
  readonly report: WalkReport;
  readonly #settings: WalkSettings;
  readonly #leaves: LeafScanner;
  readonly #limits: Limits;
  readonly #mode: WalkMode;
  readonly #firstOnly: boolean;
  readonly #parents: object[] = [];
  #nodesLeft: number;

  constructor(settings: WalkSettings, mode: WalkMode) {
    this.report = new WalkReport(settings, mode);
    this.#settings = settings;
    this.#leaves = settings.leaves;
    this.#mode = mode;
    this.#firstOnly = mode !== 'findings' && settings.allow === undefined;
    this.#limits = settings.leaves.settings.limits;
    this.#nodesLeft = this.#limits.maxNodes;
  }

  member(value: unknown, key: Key, match: NameMatch): void {
    if (--this.#nodesLeft < 0) {
      this.report.overflow();
      return;
    }
    if (typeof value === 'string') {
      if (value.length > 0) this.#leaf(value, key, match, false);
    } else if (typeof value === 'number') {
      if (!this.#leaves.isOrdinaryNumber(value, match)) this.#leaf(`${value}`, key, match, true);
    } else if (typeof value === 'object') {
      if (value !== null) this.#branch(value, key, match);
    } else if (typeof value === 'bigint') {
      if (value > LARGEST_BIGINT || value < -LARGEST_BIGINT) this.report.skip(key, 'too_long');
      else this.#leaf(`${value}`, key, match, true);
    }
  }

  #leaf(text: string, key: Key, match: NameMatch, numeric: boolean): void {
    const leaves = this.#leaves;
    if (text.length > this.#limits.maxTextUnits) {
      this.report.skip(key, 'too_long');
      return;
    }
    const candidates = leaves.scan(text, match, numeric, this.#firstOnly);
    if (candidates.length > 0) this.report.add(candidates, text, key, false);
    if (leaves.failure !== undefined) this.report.skip(key, leaves.failure);
  }

  /** An object or array, with what keeps the walk from entering it. */
  #branch(value: object, key: Key, match: NameMatch): void {
    const parents = this.#parents;
    if (parents.includes(value)) {
      this.report.skip(key, 'cycle');
      return;
    }
    if (parents.length >= this.#limits.maxDepth) {
      this.report.skip(key, 'too_deep');
      return;
    }
    let keys: readonly string[] | undefined;
    let size: number;
    let whole: boolean;
    try {
      if (Array.isArray(value) && !('toJSON' in value)) {
        size = value.length;
        whole = size > 0 && match.rule?.container === true && !this.#eachIsNamed(value, match);
      } else {
        if (isForeign(value)) {
          this.#foreign(value, key, match);
          return;
        }
        keys = Object.keys(value);
        size = keys.length;
        whole = size > 0 && match.rule !== undefined && !isSchema(value, keys);
      }
    } catch {
      this.report.skip(key, 'unreadable');
      return;
    }
    const container = whole ? containerOf(match, this.#leaves.settings.scan) : undefined;
    const named = container !== undefined && this.report.add([container], '', key, false);
    if (named && this.#mode !== 'findings') return;
    if (key !== undefined) this.report.enter(key);
    parents.push(value);
    // A pointer longer than all sense would be repeated for everything below.
    const hides = this.#isLongPath(key) && this.report.hide();
    const below = named ? NO_MATCH : match;
    if (keys !== undefined) this.#object(value, keys, below);
    else this.#array(value as unknown[], size, below);
    if (hides) this.report.show();
    parents.pop();
    if (key !== undefined) this.report.leave();
  }

  #isLongPath(key: Key): boolean {
    if (typeof key === 'string' && key.length > MAX_POINTER_UNITS) return true;
    return this.#parents.length > LONG_PATH && this.report.pointerOf(undefined).length > MAX_POINTER_UNITS;
  }

  #foreign(value: object, key: Key, match: NameMatch): void {
    const inside = unboxed(value) ?? isoDate(value);
    if (inside !== undefined) this.member(inside, key, match);
    else this.report.skip(key, 'not_json');
  }

  /** A list of strings, each of them what its name says: every element is reported by itself. */
  #eachIsNamed(elements: readonly unknown[], match: NameMatch): boolean {
    const accepts = match.rule?.accepts;
    if (!accepts || elements.length > MAX_NAMED_ELEMENTS) return false;
    for (let i = 0; i < elements.length; i++) {
      if (lookupGetter.call(elements, i) !== undefined) return false;
      const value = elements[i];
      if (typeof value !== 'string' || value.length > MAX_NAMED_UNITS) return false;
      if (!isRemark(value) && accepts(value, false) < this.#leaves.settings.scan.threshold) return false;
    }
    return true;
  }

  #object(holder: object, keys: readonly string[], match: NameMatch): void {
    const { names } = this.#settings;
    let name: KnownName | undefined;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      name = names.after(name, key);
      if (!name.personal || !this.#personalKey(key)) {
        this.#visit(holder, key, name.match, match);
        if (this.report.stopped) return;
        continue;
      }
      if (this.#mode !== 'findings' || this.report.stopped) return;
      const hides = this.report.hide();
      this.#visit(holder, key, name.match, match);
      if (hides) this.report.show();
    }
  }

  #visit(holder: object, key: string, own: NameMatch, parent: NameMatch): void {
    const value = this.#read(holder, key);
    const beside =
      own !== NO_MATCH && own.generic && key.toLowerCase() === 'value' ? this.#beside(holder, key) : NO_MATCH;
    this.member(value, key, beside === NO_MATCH ? matchBelow(own, parent) : beside);
  }

  /** What the label beside a `value` says. */
  #beside(holder: object, value: string): NameMatch {
    try {
      for (const key of Object.keys(holder)) {
        const label = key.toLowerCase();
        if (!LABELS.includes(label)) continue;
        const name: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
        if (typeof name !== 'string' || name.length > MAX_LABEL_UNITS) continue;
        const match = labelled(label, this.#leaves.labelled(name));
        if (match !== NO_MATCH) return match;
      }
    } catch {
      this.report.skip(value, 'unreadable');
    }
    return NO_MATCH;
  }

  /** The own member, without calling a getter; undefined after it has been reported. */
  #read(holder: object, key: string): unknown {
    let descriptor: PropertyDescriptor | undefined;
    try {
      descriptor = Object.getOwnPropertyDescriptor(holder, key);
    } catch {
      this.report.skip(key, 'unreadable');
      return undefined;
    }
    if (descriptor?.get === undefined) return descriptor?.value;
    this.report.skip(key, 'getter');
    return undefined;
  }

  /** Reports what the key itself holds; then nothing below it is named by a pointer. */
  #personalKey(key: string): boolean {
    if (!this.#settings.scanKeys) return false;
    const leaves = this.#leaves;
    const added = this.report.add(leaves.scan(key, NO_MATCH, false, this.#firstOnly), key, undefined, true);
    if (leaves.failure !== undefined) this.report.skip(undefined, leaves.failure);
    return added;
  }

  #array(elements: readonly unknown[], size: number, match: NameMatch): void {
    if (size > this.#nodesLeft) {
      this.report.overflow();
      return;
    }
    // `["--password", "x"]`: behind a flag stands its value.
    let flag = NO_MATCH;
    for (let i = 0; i < size && !this.report.stopped; i++) {
      const value = this.#element(elements, i);
      const isFlag = typeof value === 'string' && value.startsWith('--');
      if (value !== undefined) this.member(value, i, isFlag || flag === NO_MATCH ? match : flag);
      flag = isFlag ? this.#leaves.labelled(value) : NO_MATCH;
    }
  }

  /** `#read` for an element: asking for a getter alone is three times faster on arrays. */
  #element(elements: readonly unknown[], index: number): unknown {
    try {
      if (lookupGetter.call(elements, index) === undefined) return elements[index];
    } catch {
      this.report.skip(index, 'unreadable');
      return undefined;
    }
    this.report.skip(index, 'getter');
    return undefined;
  }
}

/** Walks `value`. One walk at a time per settings. */
export function walk(settings: WalkSettings, value: unknown, mode: WalkMode): WalkResult {
  const walked = new Walk(settings, mode);
  walked.member(value, undefined, NO_MATCH);
  const { findings, unscannable } = walked.report;
  return { findings, unscannable };
}
