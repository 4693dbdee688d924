// Boxed primitives (`new String('x')`) and dates, which JSON writes as what is in them, unless they say themselves what
// it is to write.

/** What is in the box, without a call into the value; undefined for anything else. */
export function unboxed(value: object): string | number | bigint | undefined {
  if ('toJSON' in value) return undefined;
  if (value instanceof String) return String.prototype.valueOf.call(value);
  if (value instanceof Number) return Number.prototype.valueOf.call(value);
  return value instanceof BigInt ? BigInt.prototype.valueOf.call(value) : undefined;
}

/** What JSON writes for a date, empty for an invalid one; undefined for anything else and for a date of its own kind. */
export function isoDate(value: object): string | undefined {
  const isPlain = Object.getPrototypeOf(value) === Date.prototype && Reflect.ownKeys(value).length === 0;
  return isPlain ? ((value as Date).toJSON() ?? '') : undefined;
}
