// Canonical JSON (RFC 8785) of a parsed value: members sorted by UTF-16 code units, no white space, ECMAScript numbers.
//
// JSON.stringify does everything but the sorting, and is several times faster than a serialiser in JavaScript. So the
// members are put in order first and the whole is written in one call. Names like "10", which an object always
// lists first, and `__proto__`, which cannot be assigned, take the slow way.
import type { JsonValue } from './json.ts';

/** Thrown inside where sorting objects is not enough. */
const unsortable: unique symbol = Symbol('unsortable');

/** RangeError where `value` is nested deeper than `maxDepth`; TypeError where it is no JSON. */
export function canonicalJson(value: unknown, maxDepth: number): string {
  const sorted = sortMembers(value, maxDepth);
  return sorted === unsortable ? writeCanonical(value as JsonValue) : JSON.stringify(sorted);
}

function sortMembers(value: unknown, depthLeft: number): unknown {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    return value;
  if (typeof value !== 'object') throw new TypeError('not JSON');
  if (depthLeft === 0) throw new RangeError('nested too deep');
  return Array.isArray(value)
    ? sortElements(value, depthLeft)
    : sortObject(value as Record<string, unknown>, depthLeft);
}

function sortElements(array: readonly unknown[], depthLeft: number): unknown {
  let copy: unknown[] | undefined;
  for (let i = 0; i < array.length; i++) {
    const sorted = sortMembers(array[i], depthLeft - 1);
    if (sorted === unsortable) return unsortable;
    if (sorted !== array[i]) {
      copy ??= array.slice();
      copy[i] = sorted;
    }
  }
  return copy ?? array;
}

function sortObject(object: Record<string, unknown>, depthLeft: number): unknown {
  const names = Object.keys(object);
  let inOrder = true;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (isIndexLike(name) || name === '__proto__') {
      // Depth still has to be checked below.
      for (const each of names) sortMembers(object[each], depthLeft - 1);
      return unsortable;
    }
    if (i > 0 && names[i - 1]! > name) inOrder = false;
  }
  if (!inOrder) names.sort();
  let copy: Record<string, unknown> | undefined = inOrder ? undefined : {};
  for (const [i, name] of names.entries()) {
    const sorted = sortMembers(object[name], depthLeft - 1);
    if (sorted === unsortable) return unsortable;
    if (copy !== undefined) copy[name] = sorted;
    else if (sorted !== object[name]) {
      copy = {};
      for (const before of names.slice(0, i)) copy[before] = object[before];
      copy[name] = sorted;
    }
  }
  return copy ?? object;
}

function isIndexLike(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

/** The readable twin, and the way for names that objects reorder. */
export function writeCanonical(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writeCanonical).join(',')}]`;
  const object = value as { readonly [name: string]: JsonValue };
  const members = Object.keys(object).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${writeCanonical(object[name]!)}`).join(',')}}`;
}
