// The way in: one walk that checks that a payload is JSON within the limits and takes out what is to be sealed.
import { ProtectionError } from './errors.ts';
import type { JsonValue } from './json.ts';
import type { Limits } from './limits.ts';
import { type MaskName, maskOf } from './mask.ts';
import { descend, type Matcher } from './matcher.ts';
import { describePointer, parsePointer, pointerToken } from './pointer.ts';
import { isStorable, isWellFormed } from './well-formed.ts';

export interface Taken {
  /** The payload with null or a mask where a value was taken; unsealed parts are shared with it. */
  readonly clear: JsonValue;
  readonly pointers: readonly string[];
  /** JSON of one object from pointer to value. */
  readonly plaintext: string;
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

export interface TakeOptions {
  readonly limits: Limits;
  readonly selected: Matcher | undefined;
  /** Places found by detection. */
  readonly found?: Matcher | undefined;
  readonly masks?: readonly (MaskName | undefined)[];
  /** By selector position: the place that a selector names outright. */
  readonly labels?: readonly (Label | undefined)[];
  /** Nothing of the value stays clear: NUL is allowed. */
  readonly sealed?: boolean;
  /** Clear text is checked later, when it is written out. */
  readonly textUnchecked?: boolean;
}

/** Errors: `payload_not_json`, `payload_too_deep`, `payload_too_large`, `text_malformed`. */
export function takeValues(payload: unknown, options: TakeOptions): Taken {
  const walk = new Walk(options);
  const { selected, found } = options;
  const clear =
    found !== undefined && found.ends.length > 0
      ? walk.seal(payload, selected, [])
      : walk.value(payload, selected, found);
  return { clear, pointers: walk.pointers, plaintext: `{${walk.members}}`, matched: walk.matched };
}

const none: readonly never[] = [];

class Walk {
  readonly pointers: string[] = [];
  readonly matched: boolean[] = [];
  members = '';
  private readonly limits: Limits;
  private readonly masks: readonly (MaskName | undefined)[];
  private readonly labels: readonly (Label | undefined)[];
  private readonly textUnchecked: boolean;
  /** Inside a value that is sealed as a whole: nothing more is taken, selectors are only marked as matched. */
  private sealing: boolean;
  /** Names from the root to the place of the walk, `depth` of them. */
  private readonly trail: (string | number)[] = [];
  private depth = 0;
  private values = 0;
  private textUnits = 0;

  constructor(options: TakeOptions) {
    this.limits = options.limits;
    this.masks = options.masks ?? none;
    this.labels = options.labels ?? none;
    this.textUnchecked = options.textUnchecked ?? false;
    this.sealing = options.sealed ?? false;
  }

  /** Returns the clear form of `value`: itself where nothing below was taken. */
  value(value: unknown, selected: Matcher | undefined, found: Matcher | undefined): JsonValue {
    switch (typeof value) {
      case 'string':
        this.text(value);
        return value;
      case 'number':
        if (!Number.isFinite(value)) this.refuse('payload_not_json', 'holds a number that JSON lacks (NaN, Infinity)');
        return value;
      case 'boolean':
        return value;
      case 'object':
        if (value === null) return null;
        if (this.depth >= this.limits.maxDepth) this.tooDeep();
        if (Array.isArray(value)) return this.array(value, selected, found);
        return this.object(value as Record<string, unknown>, selected, found);
      default:
        return this.refuse(
          'payload_not_json',
          `holds ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`,
        );
    }
  }

  /** Takes the whole of `value`. */
  seal(value: unknown, selected: Matcher | undefined, ends: readonly number[]): JsonValue {
    if (value === null) return null;
    this.sealing = true;
    const whole = this.value(value, selected, undefined);
    this.sealing = false;
    const { pointer, member } = (ends.length > 0 ? this.labels[ends[0]!] : undefined) ?? this.label();
    this.pointers.push(pointer);
    this.members += (this.pointers.length > 1 ? ',' : '') + member + JSON.stringify(whole);
    for (const end of ends) {
      const mask = this.masks[end];
      if (mask !== undefined) return maskOf(mask, whole);
    }
    return null;
  }

  private array(array: readonly unknown[], selected: Matcher | undefined, found: Matcher | undefined): JsonValue {
    if ('toJSON' in array) this.refuse('payload_not_json', 'holds an array with a toJSON method');
    let copy: JsonValue[] | undefined;
    this.count(array.length);
    this.depth++;
    for (let i = 0; i < array.length; i++) {
      const was = array[i];
      this.trail[this.depth - 1] = i;
      const name = selected !== undefined || found !== undefined ? String(i) : '';
      const is = this.child(was, selected && descend(selected, name), found && descend(found, name));
      if (is !== was) {
        copy ??= array.slice() as JsonValue[];
        copy[i] = is;
      }
    }
    this.depth--;
    return copy ?? (array as JsonValue[]);
  }

  private object(
    object: Record<string, unknown>,
    selected: Matcher | undefined,
    found: Matcher | undefined,
  ): JsonValue {
    if (!isPlain(object)) this.refuseObject(object);
    let copy: Record<string, JsonValue> | undefined;
    const names = Object.keys(object);
    this.count(names.length);
    this.depth++;
    for (const name of names) {
      const was = object[name];
      this.trail[this.depth - 1] = name;
      this.text(name);
      const is = this.child(was, selected && descend(selected, name), found && descend(found, name));
      if (is !== was) {
        // Spread defines members, so that an own `__proto__` is one in the copy too, and assigning to it is safe.
        copy ??= { ...object } as Record<string, JsonValue>;
        copy[name] = is;
      }
    }
    this.depth--;
    return copy ?? (object as Record<string, JsonValue>);
  }

  private child(value: unknown, selected: Matcher | undefined, found: Matcher | undefined): JsonValue {
    if (selected === undefined && found === undefined) return this.value(value, undefined, undefined);
    const ends = selected?.ends ?? none;
    for (const end of ends) this.matched[end] = true;
    const taken = !this.sealing && (ends.length > 0 || (found !== undefined && found.ends.length > 0));
    return taken ? this.seal(value, selected, ends) : this.value(value, selected, found);
  }

  private text(text: string): void {
    this.textUnits += text.length;
    if (this.textUnits > this.limits.maxTextUnits) this.tooLarge();
    if (this.sealing ? isWellFormed(text) : this.textUnchecked || isStorable(text)) return;
    if (!isWellFormed(text)) this.refuse('text_malformed', 'holds a lone surrogate; send well-formed Unicode');
    this.refuse('text_malformed', 'holds a NUL character, which databases refuse; remove it, or seal the field');
  }

  private count(values: number): void {
    this.values += values;
    if (this.values > this.limits.maxValues) this.tooLarge();
  }

  private label(): { pointer: string; member: string } {
    const pointer = this.place();
    return { pointer, member: `${JSON.stringify(pointer)}:` };
  }

  private place(): string {
    let pointer = '';
    for (let i = 0; i < this.depth; i++) pointer += pointerToken(this.trail[i]!);
    return pointer;
  }

  private tooLarge(): never {
    const { maxValues, maxTextUnits } = this.limits;
    throw new ProtectionError(
      'payload_too_large',
      `the payload holds more than ${maxValues} values or ${maxTextUnits} characters; store large data elsewhere and send a reference`,
    );
  }

  private tooDeep(): never {
    this.depth = Math.min(this.depth, 12);
    this.refuse('payload_too_deep', `is nested deeper than ${this.limits.maxDepth} levels, or contains itself`);
  }

  private refuseObject(object: object): never {
    if (object instanceof Uint8Array) this.refuse('payload_not_json', 'holds bytes; encode them as text');
    this.refuse(
      'payload_not_json',
      'holds an object that is not plain (a class instance, a Date, a Map); convert it first',
    );
  }

  private refuse(code: 'payload_not_json' | 'payload_too_deep' | 'text_malformed', problem: string): never {
    throw new ProtectionError(code, `the payload ${problem}, at ${describePointer(this.place())}`);
  }
}

export function labelOf(pointer: string): Label {
  return { pointer, tokens: parsePointer(pointer)!, member: `${JSON.stringify(pointer)}:` };
}

// Plain: made by `{}`, JSON.parse or Object.create(null), in this realm or another; and not converted by JSON.stringify.
function isPlain(object: object): boolean {
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    if (Object.getPrototypeOf(prototype) !== null || !Object.hasOwn(prototype, 'isPrototypeOf')) return false;
  }
  return !('toJSON' in object) || typeof object.toJSON !== 'function';
}
