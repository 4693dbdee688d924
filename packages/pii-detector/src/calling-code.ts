// Calling codes (E.164), and how long the numbers behind them are.
import { CALLING_CODES } from './calling-codes.generated.ts';

/** Bit masks of national lengths, by calling code. */
const lengthsByCode: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ CALLING_CODES.trim()
    .split('\n')
    .flatMap((line) => {
      const [lengths = '', ...codes] = line.split(' ');
      const mask = lengths.split(',').reduce((bits, length) => bits | (1 << Number(length)), 0);
      return codes.map((code) => [code, mask] as const);
    }),
);

/** The calling code at the start of `digits`: its length, and the bit mask of national lengths. */
export function callingCode(digits: string): { length: number; lengths: number } | undefined {
  for (let length = 1; length <= 3; length++) {
    const lengths = lengthsByCode.get(digits.slice(0, length));
    if (lengths !== undefined) return { length, lengths };
  }
  return undefined;
}

/** A calling code and as many digits as its countries have, without the `+`. */
export function isInternational(digits: string): boolean {
  const code = callingCode(digits);
  return code !== undefined && code.length > 1 && (code.lengths & (1 << (digits.length - code.length))) !== 0;
}
