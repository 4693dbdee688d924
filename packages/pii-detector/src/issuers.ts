// Which prefixes are issued as payment cards, and with how many digits (ISO/IEC 7812; the issuers' public ranges).

/** The number proves itself when Luhn holds. */
export const ISSUED = 2;
/** Issued, but so loosely that a bare run of digits needs a word or a field name beside it. */
export const ISSUED_WEAK = 1;

type Range = readonly [low: number, high: number, lengths: string, weakLengths: string];

// Six-digit prefixes. The first that holds decides, so narrow ranges come first.
const RANGES: readonly Range[] = [
  [340000, 349999, '15', ''],
  [370000, 379999, '15', ''],
  [300000, 305999, '14 16 19', ''],
  [309500, 309599, '14 16 19', ''],
  [360000, 369999, '14 16 19', ''],
  [380000, 399999, '14 16 19', ''],
  [352800, 358999, '16 17 18 19', ''],
  [213100, 213199, '', '15'],
  [180000, 180099, '', '15'],
  [400000, 499999, '16 19', '13 18'],
  [501800, 501899, '14 15 16 19', '12 13 17 18'],
  [501900, 501999, '16', ''],
  [502000, 502099, '14 15 16 19', '12 13 17 18'],
  [503800, 503899, '14 15 16 19', '12 13 17 18'],
  [504175, 504175, '16', ''],
  [506099, 506198, '16 19', '18'],
  [506699, 506778, '16', ''],
  [507865, 507964, '16 19', '18'],
  [508000, 508999, '16', ''],
  [509000, 509999, '16', ''],
  [510000, 559999, '16', ''],
  [222100, 272099, '16', ''],
  [220000, 220499, '16 19', '17 18'],
  [589562, 589562, '16', ''],
  [589300, 589399, '14 15 16 19', '12 13 17 18'],
  [601100, 601199, '16 17 18 19', ''],
  [600000, 608999, '16', ''],
  [620000, 629999, '16 17 18 19', ''],
  [630400, 630499, '14 15 16 19', '12 13 17 18'],
  [636297, 636368, '16', ''],
  [637095, 637095, '16', ''],
  [637423, 637423, '16', ''],
  [637568, 637612, '16', ''],
  [644000, 659999, '16 17 18 19', ''],
  [675900, 675999, '14 15 16 19', '12 13 17 18'],
  [676100, 676399, '14 15 16 19', '12 13 17 18'],
  [810000, 829999, '16 17 18 19', ''],
  [979200, 979299, '16', ''],
];

/** `ISSUED`, `ISSUED_WEAK`, or 0, for the first six digits and the number of digits. */
export function issuedAs(prefix: number, length: number): number {
  const wanted = String(length);
  for (const [low, high, lengths, weakLengths] of RANGES) {
    if (prefix < low || prefix > high) continue;
    if (lengths.includes(wanted)) return ISSUED;
    return weakLengths.includes(wanted) ? ISSUED_WEAK : 0;
  }
  return 0;
}
