// Calling codes (E.164), and how long the numbers behind them are.
import { CALLING_CODES, NATIONAL_LENGTHS } from './calling-codes.generated.ts';

/** A calling code: its own length, and the least and most digits of a national number. */
export interface CallingCode {
  readonly length: number;
  readonly least: number;
  readonly most: number;
}

const rows: readonly string[] = /* @__PURE__ */ CALLING_CODES.split(',');
const ranges: readonly (readonly number[])[] = /* @__PURE__ */ NATIONAL_LENGTHS.split(' ').map((range) =>
  range.split('-').map(Number),
);

/** The calling code at the start of `digits`. */
export function callingCode(digits: string): CallingCode | undefined {
  const single = rows[Number(digits[0])];
  const row = single || rows[Number(digits.slice(0, 2))] || '';
  const place = row.length > 1 ? digits[2] && row[Number(digits[2])] : row;
  const [least, most] = ranges[Number.parseInt(place ?? '', 36)] ?? [];
  if (!least || !most) return undefined;
  return { length: single ? 1 : row.length > 1 ? 3 : 2, least, most };
}

/** A calling code and as many digits as its countries have, without the `+`. */
export function isInternational(digits: string): boolean {
  const code = callingCode(digits);
  if (code === undefined || code.length === 1) return false;
  const national = digits.length - code.length;
  return national >= code.least && national <= code.most;
}
