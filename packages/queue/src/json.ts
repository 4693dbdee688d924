// Values of kinds without a policy on their way into a jsonb column. (Kinds with a policy: payload-protection checks.)
import { QueueError } from './errors.ts';

const maxDepth = 100;
const maxCharacters = 16 * 1024 * 1024;
/** A jsonb column gives `1e308`, 5 characters, back as 309, and `5e-324` as 326: 16 MiB as 900, more than a string holds. */
const longestNumber = 330;

// In JSON.stringify's output these escapes stand for NUL and for lone surrogates only.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/**
 * The JSON text of `value`.
 * Errors: `value_not_json`, `value_too_deep`, `value_too_large`, `text_malformed`.
 */
export function encodeJson(value: unknown): string {
  const longNumbers = requireJson(value, 0);
  const text = JSON.stringify(value);
  const length = text.length + longNumbers * longestNumber;
  if (length > maxCharacters)
    throw new QueueError('value_too_large', `The value has ${length} characters of JSON; ${maxCharacters} may be.`);
  if (unstorable.test(text))
    throw new QueueError('text_malformed', 'A text holds NUL or a lone surrogate, which databases cannot store.');
  return text;
}

/** How many numbers there are that JSON writes with an exponent. */
function requireJson(value: unknown, depth: number): number {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return 0;
  if (typeof value === 'number' && Number.isFinite(value)) return hasExponent(value) ? 1 : 0;
  if (typeof value !== 'object') throw notJson(typeof value === 'number' ? `${value}` : typeof value);
  if (depth >= maxDepth)
    throw new QueueError('value_too_deep', `The value is nested deeper than ${maxDepth} levels, or contains itself.`);
  let longNumbers = 0;
  if (Array.isArray(value)) {
    for (const element of value) longNumbers += requireJson(element, depth + 1);
    return longNumbers;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw notJson('an instance of a class');
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') throw notJson('an object with toJSON');
  for (const member of Object.values(value)) longNumbers += requireJson(member, depth + 1);
  return longNumbers;
}

/** ECMA-262, Number::toString. */
function hasExponent(value: number): boolean {
  const size = Math.abs(value);
  return size >= 1e21 || (size < 1e-6 && size > 0);
}

function notJson(found: string): QueueError {
  return new QueueError('value_not_json', `The value is not JSON: it holds ${found}. Convert it before enqueueing.`);
}
