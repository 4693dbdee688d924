// What every array from outside passes before any work is done with it.
import { CryptoError } from './errors.ts';

/** Undefined where pages are not isolated from each other. */
const Shared = globalThis.SharedArrayBuffer as SharedArrayBufferConstructor | undefined;

/**
 * Throws `TypeError` for what is no `Uint8Array` and `input_malformed` for one over detached or shared memory: shared
 * bytes could change between the check and the use.
 */
export function checkBytes(value: Uint8Array, what: string): void {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${what} must be a Uint8Array, got ${typeName(value)}`);
  if (value.length === 0) checkLive(value, what);
  checkUnshared(value, what);
}

export function checkUnshared(value: Uint8Array, what: string): void {
  if (Shared && value.buffer instanceof Shared) {
    throw new CryptoError('input_malformed', `${what} is over shared memory; copy it first: new Uint8Array(bytes)`);
  }
}

/** `at` is specified to throw for detached and out-of-bounds arrays, which otherwise look empty. */
export function checkLive(value: Uint8Array, what: string): void {
  try {
    value.at(0);
  } catch (cause) {
    throw new CryptoError('input_malformed', `${what} was detached (transferred or resized away)`, { cause });
  }
}

export function typeName(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
