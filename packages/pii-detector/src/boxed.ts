// Boxed primitives (`new String('x')`) and dates, which JSON writes as what is in them, unless they say themselves what
// it is to write; and objects of which JSON sees nothing.

/** What is in the box, without a call into the value; undefined for anything else. */
export function unboxed(value: object): string | number | bigint | undefined {
  if ('toJSON' in value) return undefined;
  const Box = [String, Number, BigInt].find((Type) => value instanceof Type);
  return Box && Reflect.apply(Box.prototype.valueOf, value, []);
}

/** What JSON writes for a date, empty for an invalid one; undefined for anything else and for a date of its own kind. */
export function isoDate(value: object): string | undefined {
  const isPlain = Object.getPrototypeOf(value) === Date.prototype && Reflect.ownKeys(value).length === 0;
  return isPlain ? ((value as Date).toJSON() ?? '') : undefined;
}

/** The object stands for something else, or JSON sees nothing of what it holds. */
export function isForeign(value: object): boolean {
  // JSON calls it if it can, shown by the object or not.
  if ('toJSON' in value) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return false;
  if (unboxed(value) !== undefined) return true;
  return value instanceof Map || value instanceof Set || ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}
