// Boxed primitives (`new String('x')`), which JSON writes as what is in them.

/** What is in the box, without a call into the value; undefined for anything else. */
export function unboxed(value: object): string | number | bigint | undefined {
  if (value instanceof String) return String.prototype.valueOf.call(value);
  if (value instanceof Number) return Number.prototype.valueOf.call(value);
  return value instanceof BigInt ? BigInt.prototype.valueOf.call(value) : undefined;
}
