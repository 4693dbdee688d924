// Values of kinds without a policy on their way into a jsonb column. (Kinds with a policy: payload-protection checks.)
import { QueueError } from './errors.ts';

const maxDepth = 100;
const maxCharacters = 16 * 1024 * 1024;

// In JSON.stringify's output these escapes stand for NUL and for lone surrogates only.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/**
 * The JSON text of `value`.
 * Errors: `value_not_json`, `value_too_deep`, `value_too_large`, `text_malformed`.
 */
export function encodeJson(value: unknown): string {
  requireJson(value, 0);
  const text = JSON.stringify(value);
  if (text.length > maxCharacters)
    throw new QueueError(
      'value_too_large',
      `The value has ${text.length} characters of JSON; ${maxCharacters} may be.`,
    );
  if (unstorable.test(text))
    throw new QueueError('text_malformed', 'A text holds NUL or a lone surrogate, which databases cannot store.');
  return text;
}

function requireJson(value: unknown, depth: number): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (typeof value !== 'object') throw notJson(typeof value === 'number' ? `${value}` : typeof value);
  if (depth >= maxDepth)
    throw new QueueError('value_too_deep', `The value is nested deeper than ${maxDepth} levels, or contains itself.`);
  if (Array.isArray(value)) {
    for (const element of value) requireJson(element, depth + 1);
    return;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw notJson('an instance of a class');
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') throw notJson('an object with toJSON');
  for (const member of Object.values(value)) requireJson(member, depth + 1);
}

function notJson(found: string): QueueError {
  return new QueueError('value_not_json', `The value is not JSON: it holds ${found}. Convert it before enqueueing.`);
}
