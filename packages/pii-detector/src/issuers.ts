// Which prefixes are issued as payment cards, and with how many digits (ISO/IEC 7812; the issuers' public ranges).

/** The number proves itself when Luhn holds. */
export const ISSUED = 2;
/** Issued, but so loosely that a bare run of digits needs a word or a field name beside it. */
export const ISSUED_WEAK = 1;

/** Numbers of digits, those that are weak, and prefixes or their ranges. The first that holds decides. */
const ISSUED_PREFIXES: readonly (readonly [lengths: string, weakLengths: string, prefixes: string])[] = [
  ['15', '', '34 37'],
  ['', '15', '1800 2131'],
  ['14 16 19', '', '300-305 3095 36 38-39'],
  ['16 17 18 19', '', '3528-3589 6011 62 644-659 81-82'],
  ['16 19', '13 18', '4'],
  ['16 19', '18', '506099-506198 507865-507964'],
  ['16 19', '17 18', '2200-2204'],
  ['14 15 16 19', '12 13 17 18', '5018 5020 5038 5893 6304 6759 6761-6763'],
  [
    '16',
    '',
    '5019 504175 506699-506778 508 509 51-55 2221-2720 589562 600-608 636297-636368 637095 637423 637568-637612 9792',
  ],
];

/** With the prefixes as numbers of six digits. */
interface IssuedRange {
  readonly low: number;
  readonly high: number;
  readonly lengths: string;
  readonly weakLengths: string;
}

const ranges: readonly IssuedRange[] = /* @__PURE__ */ ISSUED_PREFIXES.flatMap(([lengths, weakLengths, prefixes]) =>
  prefixes.split(' ').map((range) => {
    const [low = '', high = low] = range.split('-');
    return { low: Number(low.padEnd(6, '0')), high: Number(high.padEnd(6, '9')), lengths, weakLengths };
  }),
);

/** `ISSUED`, `ISSUED_WEAK`, or 0, for a card's first digits (six at least) and the number of its digits. */
export function issuedAs(digits: string, length: number): number {
  const prefix = Number(digits.slice(0, 6));
  const range = ranges.find(({ low, high }) => prefix >= low && prefix <= high);
  const wanted = String(length);
  if (range?.lengths.includes(wanted)) return ISSUED;
  return range?.weakLengths.includes(wanted) ? ISSUED_WEAK : 0;
}
