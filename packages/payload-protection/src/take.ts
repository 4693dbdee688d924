// The way in: one walk that checks that a payload is JSON within the limits and takes out what is to be sealed.
import type { JsonValue } from './json.ts';
import { JsonChecker, type TextCheck } from './json-checker.ts';
import type { Limits } from './limits.ts';
import { type MaskName, maskOf } from './mask.ts';
import { descend, type Matcher } from './matcher.ts';
import { parsePointer } from './pointer.ts';

/** A value that was taken, and the place it was taken from as a JSON member name, with its colon. */
export interface TakenValue {
  readonly member: string;
  readonly value: JsonValue;
}

export interface Taken {
  /** The payload with null or a mask where a value was taken; parts that no selector looks into are shared with it. */
  readonly clear: JsonValue;
  readonly pointers: readonly string[];
  readonly values: readonly TakenValue[];
  /** By selector position: whether it matched anything. */
  readonly matched: readonly boolean[];
}

/** A place that is known beforehand. */
export interface Label {
  readonly pointer: string;
  readonly tokens: readonly string[];
  /** The pointer as a JSON member name, with its colon. */
  readonly member: string;
}

export function labelOf(pointer: string): Label {
  return { pointer, tokens: parsePointer(pointer)!, member: `${JSON.stringify(pointer)}:` };
}

export interface TakeOptions {
  readonly limits: Limits;
  /** The parts that stay clear are checked by whoever writes them out. */
  readonly clearLater: boolean;
  readonly selected: Matcher | undefined;
  /** Places found by detection. */
  readonly found: Matcher | undefined;
  /** By selector position. */
  readonly masks: readonly (MaskName | undefined)[];
  /** By selector position: the place that a selector names outright. */
  readonly labels: readonly (Label | undefined)[];
}

const none: readonly never[] = [];

/** Errors: `payload_not_json`, `payload_too_deep`, `payload_too_large`, `text_malformed`. */
export function takeValues(payload: unknown, options: TakeOptions): Taken {
  const walk = new Walk(options, 'storable');
  const { selected, found } = options;
  const isWhole = found !== undefined && found.ends.length > 0;
  const clear = isWhole ? walk.take(payload, selected, none) : walk.value(payload, selected, found);
  return { clear, pointers: walk.pointers, values: walk.values, matched: walk.matched };
}

/** Errors: as `takeValues`. */
export function checkJson(value: unknown, limits: Limits, textCheck: TextCheck): asserts value is JsonValue {
  new JsonChecker(limits, textCheck).value(value);
}

/** Looks into every place and takes nothing. */
const everywhere: Matcher = {
  names: new Map(),
  get other() {
    return everywhere;
  },
  ends: none,
};

/**
 * A copy that shares nothing with `value`, each part of which is read once: what looks at it first and what works with
 * it later see the same. Errors: as `takeValues`, but for NUL, which is allowed.
 */
export function copyJson(value: unknown, limits: Limits): JsonValue {
  const options = { limits, clearLater: false, selected: everywhere, found: undefined, masks: none, labels: none };
  return new Walk(options, 'sealed').value(value, everywhere, undefined);
}

type Place = Matcher | undefined;

class Walk {
  readonly pointers: string[] = [];
  readonly matched: boolean[] = [];
  readonly values: TakenValue[] = [];
  private readonly options: TakeOptions;
  private readonly checker: JsonChecker;
  /** Inside a value that is taken as a whole: nothing more is taken, selectors are only marked as matched. */
  private taking = false;

  constructor(options: TakeOptions, textCheck: TextCheck) {
    this.options = options;
    this.checker = new JsonChecker(options.limits, textCheck);
  }

  /** The clear form of `value`: itself where nothing in it was taken. */
  value(value: unknown, selected: Place, found: Place): JsonValue {
    if (typeof value !== 'object' || value === null || (selected === undefined && found === undefined)) {
      return this.untouched(value);
    }
    if (Array.isArray(value)) return this.array(value, selected, found);
    return this.object(value as Record<string, unknown>, selected, found);
  }

  private untouched(value: unknown): JsonValue {
    if (this.taking || !this.options.clearLater) this.checker.value(value);
    return value as JsonValue;
  }

  // Elements and members are read once, by copying them, and all that follows looks at the copy: what a getter or a proxy
  // answers later would lie in clear. `slice` would leave the copying to the constructor of an array that has its own.
  private array(array: readonly unknown[], selected: Place, found: Place): JsonValue {
    const { checker } = this;
    const { length } = array;
    checker.enterArray(array, length);
    const copy: JsonValue[] = [];
    for (let i = 0; i < length; i++) copy.push(array[i] as JsonValue);
    for (let i = 0; i < length; i++) {
      const name = String(i);
      checker.trail[checker.depth - 1] = i;
      copy[i] = this.child(copy[i]!, selected && descend(selected, name), found && descend(found, name));
    }
    checker.depth--;
    return copy;
  }

  private object(object: Record<string, unknown>, selected: Place, found: Place): JsonValue {
    const { checker } = this;
    // What stays is checked where the clear payload is written out, if it is.
    const isCheckedLater = this.options.clearLater && !this.taking;
    checker.demandPlain(object);
    // Spread defines members, so that an own `__proto__` is one in the copy too, and assigning to it is safe.
    const copy = { ...object } as Record<string, JsonValue>;
    const names = checker.enterObject(copy);
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      const nextSelected = selected && descend(selected, name);
      const nextFound = found && descend(found, name);
      if (isCheckedLater && nextSelected === undefined && nextFound === undefined) continue;
      checker.trail[checker.depth - 1] = name;
      if (!isCheckedLater) checker.text(name);
      const was = copy[name]!;
      const is = this.child(was, nextSelected, nextFound);
      if (is !== was) copy[name] = is;
    }
    checker.depth--;
    return copy;
  }

  private child(value: unknown, selected: Place, found: Place): JsonValue {
    if (selected === undefined && found === undefined) return this.untouched(value);
    const ends = selected === undefined ? none : selected.ends;
    for (let i = 0; i < ends.length; i++) this.matched[ends[i]!] = true;
    const isNamed = ends.length > 0 || (found !== undefined && found.ends.length > 0);
    return isNamed && !this.taking ? this.take(value, selected, ends) : this.value(value, selected, found);
  }

  /** Takes the whole of `value`; gives what stays in its place. */
  take(value: unknown, selected: Place, ends: readonly number[]): JsonValue {
    if (value === null) return null;
    const { checker, options } = this;
    this.taking = true;
    checker.textCheck = 'sealed';
    const whole = this.value(value, selected, undefined);
    this.taking = false;
    checker.textCheck = 'storable';

    const { pointer, member } = (ends.length > 0 ? options.labels[ends[0]!] : undefined) ?? labelOf(checker.place());
    this.pointers.push(pointer);
    this.values.push({ member, value: whole });
    for (let i = 0; i < ends.length; i++) {
      const mask = options.masks[ends[i]!];
      if (mask !== undefined) return maskOf(mask, whole);
    }
    return null;
  }
}
