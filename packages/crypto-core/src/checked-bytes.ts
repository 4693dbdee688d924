// What every array from outside passes before any work is done with it. An array's own properties are not believed: a
// `length` that was put on it says how much a sealer thinks it copies, and the platform's `set` copies all there is, over
// the keys that lie behind. So all lengths are the platform's, and what goes on is a plain view, on which nothing can be
// overridden (30 ns; looking for overridden properties takes as long).
import { CryptoError } from './errors.ts';
import { isJavaScriptCore } from './runtime.ts';

/** Undefined where pages are not isolated from each other. */
const Shared = globalThis.SharedArrayBuffer as SharedArrayBufferConstructor | undefined;

const typedArray: object = Object.getPrototypeOf(Uint8Array.prototype);
const getBuffer = getter<ArrayBufferLike>('buffer');
const getOffset = getter<number>('byteOffset');
const getLength = getter<number>('length');
const getTag = getter<string | undefined>(Symbol.toStringTag);
const bytesPrototype = Uint8Array.prototype;
const { at } = bytesPrototype;
const { isView } = ArrayBuffer;
const { getPrototypeOf, hasOwn } = Object;

function getter<T>(name: PropertyKey): (this: Uint8Array) => T {
  return Object.getOwnPropertyDescriptor(typedArray, name)!.get as () => T;
}

/**
 * A plain view of the same bytes. Throws `TypeError` for what is no `Uint8Array` and `input_malformed` for one over
 * detached or shared memory: shared bytes could change between the check and the use.
 */
export function checkBytes(value: Uint8Array, what: string): Uint8Array {
  checkedLength(value, what);
  return plainView(value);
}

/** A view of the same bytes on which nothing is overridden. */
export function plainView(value: Uint8Array): Uint8Array {
  return new Uint8Array(getBuffer.call(value) as ArrayBuffer, getOffset.call(value), getLength.call(value));
}

/** The platform's length of an array that was checked. */
export function lengthOf(value: Uint8Array): number {
  return getLength.call(value);
}

/** The same checks; returns the array's true length, for who reads by index, or by what the platform does with it. */
export function checkedLength(value: Uint8Array, what: string): number {
  const length = bytesLength(value);
  if (length < 0) throw new TypeError(`${what} must be a Uint8Array, got ${typeName(value)}`);
  if (length === 0) checkLive(value, what);
  if (Shared && getBuffer.call(value) instanceof Shared) {
    throw new CryptoError('input_malformed', `${what} is over shared memory; copy it first: new Uint8Array(bytes)`);
  }
  return length;
}

export function isBytes(value: unknown): value is Uint8Array {
  return bytesLength(value) >= 0;
}

/**
 * The true length of a `Uint8Array`, -1 for all else. By what the platform made, and without asking a prototype, which
 * might be a Proxy and run code of its own.
 */
export function taggedLength(value: unknown): number {
  return getTag.call(value as Uint8Array) === 'Uint8Array' ? getLength.call(value as Uint8Array) : -1;
}

/**
 * The same for JavaScriptCore, which takes 19 ns to tell the tag and 4 for a getter that is called, but none for an
 * array's own `length`. No view is a Proxy, so that the first prototype may be asked for; where that is the platform's
 * and nothing lies before it, properties are true. A view that has another's has elements of one byte at least.
 */
export function plainLength(value: unknown): number {
  if (isView(value) && getPrototypeOf(value) === bytesPrototype) {
    if (!(hasOwn(value, 'length') || hasOwn(value, 'byteLength'))) {
      const { length, byteLength } = value as Uint8Array;
      if (length === byteLength) return length;
    }
  }
  return taggedLength(value);
}

const bytesLength: (value: unknown) => number = isJavaScriptCore() ? plainLength : taggedLength;

/** `at` is specified to throw for detached and out-of-bounds arrays, which otherwise look empty. */
function checkLive(value: Uint8Array, what: string): void {
  try {
    at.call(value, 0);
  } catch (cause) {
    throw new CryptoError('input_malformed', `${what} was detached (transferred or resized away)`, { cause });
  }
}

export function typeName(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
