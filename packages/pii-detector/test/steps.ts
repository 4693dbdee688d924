// Counts the units of text that a call looks at, so that linear time can be tested without a clock: methods of strings are
// counted while the call runs. `text[i]` and expressions cannot be.

type Method = (this: string, ...args: never[]) => unknown;

/** What one call costs, in units of text. */
const COSTS: Readonly<Record<string, (text: string, result: unknown, args: readonly unknown[]) => number>> = {
  charCodeAt: () => 1,
  slice: (_text, result) => 1 + String(result).length,
  toLowerCase: (text) => text.length,
  trim: (text) => text.length,
  split: (text) => text.length,
  replace: (text) => text.length,
  replaceAll: (text) => text.length,
  includes: (text) => text.length,
  startsWith: () => 1,
  indexOf: (text, result, [, from = 0]) => (Number(result) < 0 ? text.length : Number(result)) - Number(from) + 1,
  lastIndexOf: (text) => text.length,
};

/** Runs `call` and answers with the units it looked at. */
export function countSteps(call: () => unknown): number {
  let steps = 0;
  const counted = Object.entries(COSTS).map(([name, costOf]) => {
    const prototype = String.prototype as unknown as Record<string, Method>;
    const original = prototype[name]!;
    const counting: Method = function (this: string, ...args) {
      const result = original.apply(this, args);
      // The costs themselves read no text.
      steps += costOf(this, result, args);
      return result;
    };
    return { name, original, prototype, counting };
  });
  try {
    for (const { name, prototype, counting } of counted) prototype[name] = counting;
    call();
  } finally {
    for (const { name, prototype, original } of counted) prototype[name] = original;
  }
  return steps;
}
