// Numbers that a database gives back as much longer text than JSON.stringify writes.

/** A jsonb column gives `1e308`, 5 characters, back as 309, and `5e-324` as 326. */
export const longestNumber = 330;

/** Whether JSON writes it with an exponent (ECMA-262, Number::toString). */
export function isLongNumber(value: number): boolean {
  const size = Math.abs(value);
  return size >= 1e21 || (size < 1e-6 && size > 0);
}
