// What counts as an object of JSON.

/**
 * True for what `{}`, JSON.parse or Object.create(null) made, in this realm or another, and JSON.stringify does not
 * convert.
 */
export function isPlain(object: object): boolean {
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    if (Object.getPrototypeOf(prototype) !== null || !Object.hasOwn(prototype, 'isPrototypeOf')) return false;
  }
  return typeof (object as { toJSON?: unknown }).toJSON !== 'function';
}
