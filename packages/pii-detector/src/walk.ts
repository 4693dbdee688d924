// The walk over a parsed value: members and elements, their names, and what cannot be looked at.
import { unboxed } from './boxed.ts';
import type { Finding, Unscannable, UnscannableReason } from './finding.ts';
import type { FindingKind } from './kinds.ts';
import type { LeafScanner } from './leaf.ts';
import { matchBelow, type NameMatch, NO_MATCH } from './name-index.ts';
import type { DetectorOptions, Limits } from './options.ts';
import { escapeToken } from './pointer.ts';
import type { Candidate } from './scan.ts';

/** What a walk is to find out: everything, the values to seal, or whether there is anything. */
export type WalkMode = 'findings' | 'pointers' | 'any';

/** A name and whether it holds personal data itself. */
export interface KnownName {
  readonly match: NameMatch;
  readonly personal: boolean;
}

/** What a walk works with. */
export interface WalkSettings {
  readonly leaves: LeafScanner;
  readonly limits: Limits;
  readonly allow: DetectorOptions['allow'];
  readonly scanKeys: boolean;
  readonly hasKind: (kind: FindingKind) => boolean;
  readonly threshold: number;
  /** What a name says, from the cache; scans it as a key. */
  readonly known: (name: string) => KnownName;
  /** Every number has to be looked at: for a custom detector, or at a threshold below the default. */
  readonly wantsNumbers: boolean;
  /** The codes in a candidate's reasons, one shared list for the same codes. */
  readonly codesOf: (reasons: string) => readonly string[];
}

/** What a walk has found. */
export interface WalkResult {
  readonly findings: Finding[];
  readonly unscannable: Unscannable[];
}

const CONTAINER_CONFIDENCE = 0.8;
/** With more parts that cannot be scanned the whole value counts as one. */
const MAX_UNSCANNABLE = 1000;
const MAX_POINTER_UNITS = 1024;
/** Levels below which pointers are not measured. */
const LONG_PATH = 8;
const MAX_NAMED_ELEMENTS = 100;
const MAX_NAMED_UNITS = 500;
/** No bare number below is a card: those of 12 and 13 digits want a word, and the shortest of 14 begins with a 3. */
const ORDINARY_INTEGER = 2e13;
/** Digits of the largest integer that is looked at; longer ones are no identifier that we know. */
const LARGEST_BIGINT = 10n ** 40n;

const lookupGetter = (Object.prototype as { __lookupGetter__(key: PropertyKey): unknown }).__lookupGetter__;

/** Why a walk ended before its end. */
class Stop {}

/** Walks `value`. One walk at a time per settings. */
export function walk(settings: WalkSettings, value: unknown, mode: WalkMode): WalkResult {
  const { leaves, limits, allow, scanKeys, hasKind, threshold, known, codesOf, wantsNumbers } = settings;
  const findings: Finding[] = [];
  const unscannable: Unscannable[] = [];
  const path: (string | number)[] = [];
  const parents: object[] = [];
  let nodes = 0;
  const firstOnly = mode !== 'findings' && allow === undefined;

  // Below a key that holds personal data itself nothing is named: what is found there is said of the object above.
  let namedDepth = Number.POSITIVE_INFINITY;
  const hiddenKinds = new Set<string>();

  // Pointer of the current container, made when it is first asked for and shared by all that lies in it.
  let prefix: string | undefined;

  /** Pointer of the value under `key` at the current place. */
  function pointerOf(key: string | number | undefined): string {
    if (prefix === undefined) {
      prefix = '';
      for (const token of namedDepth < path.length ? path.slice(0, namedDepth) : path) prefix += tokenOf(token);
    }
    return key === undefined || namedDepth < Number.POSITIVE_INFINITY ? prefix : prefix + tokenOf(key);
  }

  function tokenOf(key: string | number): string {
    return typeof key === 'number' ? `/${key}` : `/${escapeToken(key)}`;
  }

  function skip(key: string | number | undefined, reason: UnscannableReason): void {
    unscannable.push({ pointer: pointerOf(key), reason });
    if (mode === 'any') throw new Stop();
    if (unscannable.length < MAX_UNSCANNABLE) return;
    nodes = limits.maxNodes;
    throw new Stop();
  }

  function report(
    candidates: readonly Candidate[],
    text: string,
    key: string | number | undefined,
    inKey: boolean,
  ): void {
    if (namedDepth < Number.POSITIVE_INFINITY) {
      reportHidden(candidates);
      return;
    }
    let pointer: string | undefined;
    for (const { kind, start, end, confidence, reasons } of candidates) {
      pointer ??= pointerOf(key);
      const finding: Finding = { kind, pointer, start, end, confidence, reasons: codesOf(reasons), inKey };
      if (allow?.(finding, text.slice(start, end))) continue;
      findings.push(finding);
      if (mode === 'any') throw new Stop();
      if (mode === 'pointers') return;
    }
  }

  /** One finding per kind, of the object that has the personal key, as a whole. */
  function reportHidden(candidates: readonly Candidate[]): void {
    for (const { kind, confidence, reasons } of candidates) {
      if (hiddenKinds.has(kind)) continue;
      hiddenKinds.add(kind);
      const pointer = pointerOf(undefined);
      findings.push({ kind, pointer, start: 0, end: 0, confidence, reasons: codesOf(reasons), inKey: false });
    }
  }

  function leaf(text: string, key: string | number | undefined, match: NameMatch, numeric: boolean): void {
    if (text.length > limits.maxTextUnits) {
      skip(key, 'too_long');
      return;
    }
    const candidates = leaves.scan(text, match, numeric, firstOnly);
    if (candidates.length > 0) report(candidates, text, key, false);
    if (leaves.failure) skip(key, leaves.failure);
  }

  function integer(value: number | bigint, key: string | number | undefined, match: NameMatch): void {
    if (typeof value === 'bigint' && (value > LARGEST_BIGINT || value < -LARGEST_BIGINT)) skip(key, 'too_long');
    else leaf(String(value), key, match, true);
  }

  /** The object stands for something else, or JSON sees nothing of what it holds. */
  function isForeign(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return false;
    if ('toJSON' in value) return true;
    if (unboxed(value) !== undefined) return true;
    return value instanceof Map || value instanceof Set || ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
  }

  function container(match: NameMatch, key: string | number | undefined): boolean {
    const { rule, evidence } = match;
    if (!rule?.container || !hasKind(rule.kind) || threshold > CONTAINER_CONFIDENCE) return false;
    const reasons = `field:${evidence.entry} container`;
    const before = findings.length;
    report(
      [{ kind: rule.kind, start: 0, end: 0, confidence: CONTAINER_CONFIDENCE, reasons, priority: 0 }],
      '',
      key,
      false,
    );
    return findings.length > before;
  }

  /** A list of strings, each of them what its name says: every element is reported by itself. */
  function eachIsNamed(elements: readonly unknown[], match: NameMatch): boolean {
    const accepts = match.rule?.accepts;
    if (!accepts || elements.length > MAX_NAMED_ELEMENTS) return false;
    for (let i = 0; i < elements.length; i++) {
      if (lookupGetter.call(elements, i) !== undefined) return false;
      const value = elements[i];
      if (typeof value !== 'string' || value.length > MAX_NAMED_UNITS || accepts(value, false) < threshold)
        return false;
    }
    return true;
  }

  function member(value: unknown, key: string | number | undefined, match: NameMatch): void {
    if (++nodes > limits.maxNodes) throw new Stop();
    switch (typeof value) {
      case 'string':
        if (value.length > 0) leaf(value, key, match, false);
        return;
      case 'number':
        if (match.rule !== undefined || value >= ORDINARY_INTEGER || wantsNumbers) integer(value, key, match);
        return;
      case 'bigint':
        integer(value, key, match);
        return;
      case 'object':
        if (value !== null) branch(value, key, match);
    }
  }

  /** An object or array, with what keeps the walk from entering it. */
  function branch(value: object, key: string | number | undefined, match: NameMatch): void {
    if (parents.includes(value)) {
      skip(key, 'cycle');
      return;
    }
    if (parents.length >= limits.maxDepth) {
      skip(key, 'too_deep');
      return;
    }
    let keys: readonly string[] | undefined;
    let size: number;
    let whole: boolean;
    try {
      if (Array.isArray(value)) {
        size = value.length;
        whole = size > 0 && match.rule?.container === true && !eachIsNamed(value, match);
      } else {
        if (isForeign(value)) {
          foreign(value, key, match);
          return;
        }
        keys = Object.keys(value);
        size = keys.length;
        whole = size > 0;
      }
    } catch (error) {
      if (error instanceof Stop) throw error;
      skip(key, 'unreadable');
      return;
    }
    const named = whole && container(match, key);
    if (named && mode !== 'findings') return;
    const outer = prefix;
    prefix = undefined;
    if (key !== undefined) path.push(key);
    parents.push(value);
    const below = named ? NO_MATCH : match;
    // A pointer longer than all sense would be repeated for everything below.
    if (isLongPath(key)) hidden(() => enter(value, keys, size, below));
    else enter(value, keys, size, below);
    parents.pop();
    if (key !== undefined) path.pop();
    prefix = outer;
  }

  function enter(value: object, keys: readonly string[] | undefined, size: number, match: NameMatch): void {
    if (keys) object(value, keys, match);
    else array(value as unknown[], size, match);
  }

  function isLongPath(key: string | number | undefined): boolean {
    if (typeof key === 'string' && key.length > MAX_POINTER_UNITS) return true;
    return parents.length > LONG_PATH && pointerOf(undefined).length > MAX_POINTER_UNITS;
  }

  function foreign(value: object, key: string | number | undefined, match: NameMatch): void {
    const inside = unboxed(value);
    if (inside !== undefined) member(inside, key, match);
    else if (value instanceof Date) {
      if (!Number.isNaN(value.getTime())) leaf(value.toISOString(), key, match, false);
    } else skip(key, 'not_json');
  }

  /** The own member, without calling a getter; undefined after it has been reported. */
  function read(holder: object, key: string): unknown {
    let descriptor: PropertyDescriptor | undefined;
    try {
      descriptor = Object.getOwnPropertyDescriptor(holder, key);
    } catch {
      skip(key, 'unreadable');
      return undefined;
    }
    if (descriptor?.get) {
      skip(key, 'getter');
      return undefined;
    }
    return descriptor?.value;
  }

  /** `read` for an element: asking for a getter alone is three times faster on arrays. */
  function element(elements: readonly unknown[], index: number): unknown {
    try {
      if (lookupGetter.call(elements, index) === undefined) return elements[index];
    } catch {
      skip(index, 'unreadable');
      return undefined;
    }
    skip(index, 'getter');
    return undefined;
  }

  function object(holder: object, keys: readonly string[], match: NameMatch): void {
    for (const key of keys) {
      const name = known(key);
      if (name.personal && personalKey(key)) {
        if (mode === 'pointers') return;
        hidden(() => visit(holder, key, name.match, match));
      } else visit(holder, key, name.match, match);
    }
  }

  /** Walks with the pointer of the current object for everything below. */
  function hidden(walkBelow: () => void): void {
    if (namedDepth < Number.POSITIVE_INFINITY) {
      walkBelow();
      return;
    }
    namedDepth = path.length;
    const outer = pointerOf(undefined);
    walkBelow();
    namedDepth = Number.POSITIVE_INFINITY;
    prefix = outer;
    hiddenKinds.clear();
  }

  function visit(holder: object, key: string, own: NameMatch, parent: NameMatch): void {
    const value = read(holder, key);
    if (typeof value === 'function') {
      if (key === 'toJSON') skip(undefined, 'not_json');
      return;
    }
    member(value, key, own === NO_MATCH ? NO_MATCH : matchBelow(own, parent));
  }

  /** Reports what the key itself holds; then nothing below it is named by a pointer. */
  function personalKey(key: string): boolean {
    if (!scanKeys) return false;
    const before = findings.length;
    report(leaves.scan(key, NO_MATCH, false, firstOnly), key, undefined, true);
    return findings.length > before;
  }

  function array(elements: readonly unknown[], size: number, match: NameMatch): void {
    if (size > limits.maxNodes - nodes) {
      nodes = limits.maxNodes;
      throw new Stop();
    }
    for (let i = 0; i < size; i++) {
      const value = element(elements, i);
      if (value !== undefined) member(value, i, match);
    }
  }

  try {
    member(value, undefined, NO_MATCH);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    if (nodes >= limits.maxNodes) unscannable.push({ pointer: '', reason: 'too_many' });
  }
  return { findings, unscannable };
}
