// Whether a value is JSON within the limits, and where it is not. Nothing is converted and nothing is copied.
import { ProtectionError } from './errors.ts';
import { type KnownNames, remember } from './known-names.ts';
import type { Limits } from './limits.ts';
import { isLongNumber, longestNumber } from './long-number.ts';
import { nextPlace, placeInside } from './place.ts';
import { isPlain } from './plain-object.ts';
import { describePointer, pointerToken } from './pointer.ts';
import { isStorable, isWellFormed } from './well-formed.ts';

/** How text is checked: `storable` refuses lone surrogates and NUL, `sealed` lone surrogates only. */
export type TextCheck = 'storable' | 'sealed';

/** What checks of many payloads share. */
export interface Checking {
  readonly limits: Limits;
  /** Takes those of clear parts alone, not of values that are sealed. */
  readonly names: KnownNames;
}

/**
 * Checks one payload, piece by piece: limits count over all pieces, and `trail` says where the piece stands.
 * Errors: `payload_not_json`, `payload_too_deep`, `payload_too_large`, `text_malformed`.
 */
export class JsonChecker {
  /** Names and indices that lead to the piece; those from `depth` on are left over. */
  readonly trail: (string | number)[] = ['', '', '', '']; // an empty array makes room for 17 with the first name
  depth = 0;
  textCheck: TextCheck;
  private readonly limits: Limits;
  private readonly names: KnownNames;
  private values = 0;
  private textUnits = 0;

  constructor({ limits, names }: Checking, textCheck: TextCheck) {
    this.limits = limits;
    this.names = names;
    this.textCheck = textCheck;
  }

  /** A value with all that is in it. */
  value(value: unknown): void {
    const { values, textUnits } = this;
    const isSound = this.isSound(value, this.limits.maxDepth - this.depth, 0);
    if (isSound && this.textUnits <= this.limits.maxTextUnits) return;
    // Once more, now with a trail, to say what is wrong and where.
    this.values = values;
    this.textUnits = textUnits;
    this.located(value);
  }

  /** The same checks without a trail, in half the time. False where anything is wrong or unusual. */
  private isSound(value: unknown, levels: number, place: number): boolean {
    if (typeof value === 'string') return this.isSoundText(value);
    if (typeof value === 'number') return this.isSoundNumber(value);
    if (typeof value !== 'object') return typeof value === 'boolean';
    if (value === null) return true;
    if (levels === 0) return false;
    return Array.isArray(value)
      ? this.areSoundElements(value, levels - 1, place)
      : this.areSoundMembers(value as Record<string, unknown>, levels - 1, placeInside(place));
  }

  private areSoundElements(array: readonly unknown[], levels: number, place: number): boolean {
    this.values += array.length;
    if (this.values > this.limits.maxValues || 'toJSON' in array) return false;
    for (let i = 0; i < array.length; i++) if (!this.isSound(array[i], levels, place)) return false;
    return true;
  }

  // Also goes through what a tampered Object.prototype adds, which is either sound or looked at again.
  private areSoundMembers(object: Record<string, unknown>, levels: number, start: number): boolean {
    if (!isPlain(object)) return false;
    let place = start;
    for (const name in object) {
      place = nextPlace(place);
      if (++this.values > this.limits.maxValues || !this.isSoundName(name, place)) return false;
      const member = object[name];
      if (typeof member === 'string' ? !this.isSoundText(member) : !this.isSound(member, levels, place)) return false;
    }
    return true;
  }

  private isSoundNumber(value: number): boolean {
    if (this.textCheck === 'storable' && isLongNumber(value)) this.textUnits += longestNumber;
    return Number.isFinite(value);
  }

  private isSoundName(name: string, place: number): boolean {
    if (name === this.names[place]) {
      this.textUnits += name.length;
      return true;
    }
    if (!this.isSoundText(name)) return false;
    if (this.textCheck === 'storable') remember(this.names, place, name);
    return true;
  }

  private isSoundText(text: string): boolean {
    this.textUnits += text.length;
    return this.textCheck === 'storable' ? isStorable(text) : isWellFormed(text);
  }

  private located(value: unknown): void {
    if (typeof value === 'string') this.text(value);
    else if (typeof value !== 'object' || value === null) this.scalar(value);
    else if (Array.isArray(value)) this.elements(value);
    else this.members(value as Record<string, unknown>);
  }

  private elements(array: readonly unknown[]): void {
    const { length } = array;
    this.enterArray(array);
    this.count(length);
    for (let i = 0; i < length; i++) {
      this.trail[this.depth - 1] = i;
      this.located(array[i]);
    }
    this.depth--;
  }

  private members(object: Record<string, unknown>): void {
    this.enterObject(object);
    const names = Object.keys(object);
    this.count(names.length);
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      this.trail[this.depth - 1] = name;
      this.text(name);
      this.located(object[name]);
    }
    this.depth--;
  }

  /** An array without its elements. The caller sets `trail` for each of them, and goes back a level after them. */
  enterArray(array: readonly unknown[]): void {
    if ('toJSON' in array) this.refuse('payload_not_json', 'holds an array with a toJSON method');
    this.enter();
  }

  /** A plain object without its members; otherwise as `enterArray`. */
  enterObject(object: object): void {
    if (!isPlain(object)) this.refuseObject(object);
    this.enter();
  }

  private enter(): void {
    if (this.depth >= this.limits.maxDepth) this.tooDeep();
    this.depth++;
  }

  /** For so many members and elements more, which are not counted yet. */
  demandRoom(values: number): void {
    if (this.values + values > this.limits.maxValues) this.tooLarge();
  }

  private count(values: number): void {
    this.demandRoom(values);
    this.values += values;
  }

  scalar(value: unknown): void {
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) this.refuse('payload_not_json', 'holds a number that JSON lacks (NaN, Infinity)');
      this.isSoundNumber(value);
      if (this.textUnits > this.limits.maxTextUnits) this.tooLarge();
    } else if (value !== null && typeof value !== 'boolean') {
      this.refuse('payload_not_json', `holds ${value === undefined ? 'undefined' : `a ${typeof value}`}`);
    }
  }

  text(text: string): void {
    this.textUnits += text.length;
    if (this.textUnits > this.limits.maxTextUnits) this.tooLarge();
    if (this.textCheck === 'storable' ? isStorable(text) : isWellFormed(text)) return;
    if (!isWellFormed(text)) this.refuse('text_malformed', 'holds a lone surrogate; send well-formed Unicode');
    this.refuse('text_malformed', 'holds a NUL character, which databases refuse; remove it, or seal the field');
  }

  /** JSON Pointer of the place. */
  place(): string {
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
    this.refuse('payload_too_deep', `is nested deeper than ${this.limits.maxDepth} levels, or contains itself`);
  }

  private refuseObject(object: object): never {
    if (object instanceof Uint8Array) this.refuse('payload_not_json', 'holds bytes; encode them as text');
    this.refuse('payload_not_json', 'holds an object that is not plain (a class instance, a Date, a Map); convert it');
  }

  private refuse(code: 'payload_not_json' | 'payload_too_deep' | 'text_malformed', problem: string): never {
    throw new ProtectionError(code, `the payload ${problem}, at ${describePointer(this.place())}`);
  }
}
