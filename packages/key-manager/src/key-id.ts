// What names are made of: key ids, scopes, actors. Checked once, at the surface.

const maxLength = 255;

/** Refuses what a name cannot be: not a string, too long, not well-formed Unicode, control characters. */
function assertName(what: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw new TypeError(`${what} must be a string, got ${typeof value}`);
  if (value.length > maxLength) {
    throw new RangeError(`${what} may have ${maxLength} characters at most, got ${value.length}`);
  }
  if (!isWellFormed(value) || /[\u0000-\u001f\u007f]/.test(value)) {
    throw new TypeError(`${what} must be well-formed text without control characters`);
  }
}

/** A key id has 1 to 255 characters. */
export function assertKeyId(value: unknown): asserts value is string {
  assertName('A key id', value);
  if (value === '') throw new RangeError('A key id must not be empty');
}

/** A scope has 0 to 255 characters. */
export function assertScope(value: unknown): asserts value is string {
  assertName('A scope', value);
}

/** An actor has 1 to 255 characters. */
export function assertActor(value: unknown): asserts value is string {
  assertName('An actor', value);
  if (value === '') throw new RangeError('An actor must not be empty');
}

/** A key version is an integer from 1. */
export function assertVersion(value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    throw new RangeError(`A key version is an integer from 1, got ${String(value)}`);
  }
}

/** False for text with a lone surrogate, which UTF-8 cannot hold. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
