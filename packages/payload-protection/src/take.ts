// The way in: one walk that checks that a payload is JSON within the limits and takes out what is to be sealed.
import type { JsonValue } from './json.ts';
import { type Checking, JsonChecker, type TextCheck } from './json-checker.ts';
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

export interface WalkOptions extends Checking {
  /** By selector position. */
  readonly masks: readonly (MaskName | undefined)[];
  /** By selector position: the place that a selector names outright. */
  readonly labels: readonly (Label | undefined)[];
}

export interface TakeOptions extends WalkOptions {
  /** What stays clear is checked by whoever writes it out. */
  readonly clearLater: boolean;
  readonly selected: Matcher | undefined;
  /** Places found by detection. */
  readonly found: Matcher | undefined;
}

const none: readonly never[] = [];

/** Errors: `payload_not_json`, `payload_too_deep`, `payload_too_large`, `text_malformed`. */
export function takeValues(payload: unknown, options: TakeOptions): Taken {
  const walk = new Walk(options);
  const { selected, found } = options;
  const isWhole = found !== undefined && found.ends.length > 0;
  const clear = isWhole ? walk.take(payload, selected, none) : walk.value(payload, selected, found);
  if (!options.clearLater) walk.check(clear, 'storable');
  return { clear, pointers: walk.pointers, values: walk.values, matched: walk.matched };
}

/** Errors: as `takeValues`. */
export function checkJson(value: unknown, checking: Checking, textCheck: TextCheck): asserts value is JsonValue {
  new JsonChecker(checking, textCheck).value(value);
}

/** Looks into every place and takes nothing. */
const everywhere: Matcher = {
  names: new Map(),
  steps: none,
  get other() {
    return everywhere;
  },
  ends: none,
};

/**
 * A copy that shares nothing with `value`, each part of which is read once: what looks at it first and what works with
 * it later see the same. Errors: as `takeValues`, but for NUL, which is allowed.
 */
export function copyJson(value: unknown, checking: Checking): JsonValue {
  const walk = new Walk({ ...checking, masks: none, labels: none });
  const copy = walk.value(value, everywhere, undefined);
  walk.check(copy, 'sealed');
  return copy;
}

type Place = Matcher | undefined;

/** Finds, copies and takes; only what it takes is checked on the way. */
class Walk {
  readonly pointers: string[] = [];
  readonly matched: boolean[] = [];
  readonly values: TakenValue[] = [];
  private readonly options: WalkOptions;
  private readonly checker: JsonChecker;
  /** Inside a value that is taken as a whole: nothing more is taken, selectors are only marked as matched. */
  private taking = false;
  private visited = 0;

  constructor(options: WalkOptions) {
    this.options = options;
    this.checker = new JsonChecker(options, 'storable');
  }

  /** Checks a value with all that is in it; where the walk stands is its place. */
  check(value: unknown, textCheck: TextCheck): void {
    this.checker.textCheck = textCheck;
    this.checker.value(value);
  }

  /** The clear form of `value`: itself where nothing in it was taken. */
  value(value: unknown, selected: Place, found: Place): JsonValue {
    if (typeof value !== 'object' || value === null || (selected === undefined && found === undefined)) {
      return value as JsonValue;
    }
    if (Array.isArray(value)) return this.array(value, selected, found);
    return this.object(value as Record<string, unknown>, selected, found);
  }

  // Elements and members are read once, by copying them, and all that follows looks at the copy: what a getter or a proxy
  // answers later would lie in clear. `slice` would leave the copying to the constructor of an array that has its own.
  private array(array: readonly unknown[], selected: Place, found: Place): JsonValue {
    const { checker } = this;
    const { length } = array;
    checker.enterArray(array);
    this.visit(length);
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
    checker.enterObject(object);
    // Spread defines members, so that an own `__proto__` is one in the copy too, and assigning to it is safe.
    const copy = { ...object } as Record<string, JsonValue>;
    if (selected !== undefined && selected.other === undefined && found === undefined) {
      const { steps } = selected;
      for (let i = 0; i < steps.length; i++) {
        const { name, next } = steps[i]!;
        if (Object.hasOwn(copy, name)) this.member(copy, name, { selected: next, found });
      }
    } else {
      const names = Object.keys(copy);
      this.visit(names.length);
      for (const name of names) {
        this.member(copy, name, {
          selected: selected && descend(selected, name),
          found: found && descend(found, name),
        });
      }
    }
    checker.depth--;
    return copy;
  }

  /** Members are counted again where they are checked; here so that the walk ends where parts of a payload are shared. */
  private visit(members: number): void {
    this.visited += members;
    this.checker.demandRoom(this.visited);
  }

  private member(
    copy: Record<string, JsonValue>,
    name: string,
    { selected, found }: { selected: Place; found: Place },
  ) {
    const { checker } = this;
    checker.trail[checker.depth - 1] = name;
    const was = copy[name]!;
    const is = this.child(was, selected, found);
    if (is !== was) copy[name] = is;
  }

  private child(value: unknown, selected: Place, found: Place): JsonValue {
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
    const whole = this.value(value, selected, undefined);
    this.taking = false;
    this.check(whole, 'sealed');

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
