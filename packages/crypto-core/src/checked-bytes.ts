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
const getByteLength = getter<number>('byteLength');
const bytesPrototype = Uint8Array.prototype;
const { at } = bytesPrototype;
const { isView } = ArrayBuffer;
const { getPrototypeOf } = Object;

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
  if (!isBytes(value)) throw new TypeError(`${what} must be a Uint8Array, got ${typeName(value)}`);
  const length = getLength.call(value);
  if (length === 0) checkLive(value, what);
  if (Shared && getBuffer.call(value) instanceof Shared) {
    throw new CryptoError('input_malformed', `${what} is over shared memory; copy it first: new Uint8Array(bytes)`);
  }
  return length;
}

/** By what the platform made, and without asking a prototype, which might be a Proxy and run code of its own. */
function isTagged(value: unknown): value is Uint8Array {
  return getTag.call(value as Uint8Array) === 'Uint8Array';
}

/**
 * The same for JavaScriptCore, which takes 19 ns to tell the tag. No view is a Proxy, so that the first prototype may be
 * asked for; a view that has another's has elements of one byte at least.
 */
export function isPlainOrTagged(value: unknown): value is Uint8Array {
  if (isView(value) && getPrototypeOf(value) === bytesPrototype) {
    return getByteLength.call(value as Uint8Array) === getLength.call(value as Uint8Array);
  }
  return isTagged(value);
}

export const isBytes: (value: unknown) => value is Uint8Array = isJavaScriptCore() ? isPlainOrTagged : isTagged;

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
