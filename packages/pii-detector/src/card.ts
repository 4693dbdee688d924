// Payment card numbers: Luhn, an issued prefix and length, and a grouping that cards have.
import { CUE_ADJACENT, CUE_CARD, CUE_OTHER, CUE_TAX } from './cues.ts';
import { closesNumber, digitRunEnd, leadingDigits, opensNumber, passesLuhn, sameDigits } from './digits.ts';
import { ISSUED, ISSUED_WEAK, issuedAs } from './issuers.ts';
import type { KindDetector } from './kind-detector.ts';
import { PRIORITY_CARD } from './kind-detector.ts';
import { cuesAt, propose, type TextScan } from './scan.ts';
import { isAlphanumeric, isDigit, isLetter, unitAt } from './units.ts';

const MIN_DIGITS = 12;
const MAX_DIGITS = 19;

/** How the groups of a card may be set: their lengths, and whether a word or field name has to say "card". */
const GROUPINGS: readonly (readonly [groups: string, weak: boolean])[] = [
  ['4444', false],
  ['44443', false],
  ['465', false],
  ['464', false],
  ['44442', false],
  ['613', false],
  ['445', true],
  ['4443', true],
  ['4441', true],
  ['44441', true],
];

function propositionOf(scan: TextScan, start: number, end: number, digits: number, weakShape: boolean): boolean {
  const { text } = scan;
  const cues = cuesAt(scan, start);
  const named = (cues & CUE_CARD) !== 0;
  let issued = issuedAs(leadingDigits(text, start, 6), digits);
  if (issued === 0 && scan.field.cues & CUE_CARD) issued = ISSUED_WEAK;
  if (issued === 0 || sameDigits(text, start, end) || !passesLuhn(text, start, end)) return false;
  const grouped = end - start > digits;
  let confidence = 0.99;
  if (!named && (issued === ISSUED_WEAK || weakShape)) confidence = 0.3;
  else if (!named && !grouped && cues & CUE_OTHER && cues & CUE_ADJACENT) confidence = 0.2;
  const reasons = `luhn${issued === ISSUED ? ' issuer' : ''}${grouped ? ' grouping' : ''}${named ? ' cue' : ''}`;
  propose(scan, 'credit_card', start, end, confidence, reasons, PRIORITY_CARD);
  return true;
}

/** PAN in track data may follow `%B` directly. */
function opensCard(text: string, start: number): boolean {
  if (opensNumber(text, start)) return true;
  // A blank in a URL's query.
  if (unitAt(text, start - 1) === 43 && isLetter(unitAt(text, start - 2))) return true;
  return (unitAt(text, start - 1) | 32) === 98 && unitAt(text, start - 2) === 37;
}

function bareCard(scan: TextScan, start: number, end: number): number {
  const { text } = scan;
  const length = end - start;
  if (length < MIN_DIGITS || length > MAX_DIGITS || !opensCard(text, start) || !closesNumber(text, end)) return 0;
  return propositionOf(scan, start, end, length, false) ? end : 0;
}

function groupedCard(scan: TextScan, start: number, firstEnd: number): number {
  const { text } = scan;
  const separator = unitAt(text, firstEnd);
  if (separator !== 32 && separator !== 45 && separator !== 46) return 0;
  if (!opensCard(text, start) || continuesLeft(text, start, separator)) return 0;
  let groups = String(firstEnd - start);
  let digits = firstEnd - start;
  let end = firstEnd;
  let found = 0;
  while (unitAt(text, end) === separator && digits <= MAX_DIGITS) {
    const groupEnd = digitRunEnd(text, end + 1);
    const length = groupEnd - end - 1;
    if (length === 0 || (length > 6 && length !== 13)) break;
    digits += length;
    end = groupEnd;
    groups += length;
    if (digits < MIN_DIGITS || digits > MAX_DIGITS) continue;
    const grouping = GROUPINGS.find(([shape]) => shape === groups);
    const anyGroups = (scan.field.cues & CUE_CARD) !== 0;
    if ((!grouping && !anyGroups) || (found > 0 && groups === '44442')) continue;
    if (!closesNumber(text, end) || continuesRight(text, end, separator)) continue;
    if (propositionOf(scan, start, end, digits, grouping ? grouping[1] : true)) found = end;
  }
  return found;
}

/** A group of four before it with the same separator: a longer number, such as an IBAN. */
function continuesLeft(text: string, start: number, separator: number): boolean {
  if (unitAt(text, start - 1) !== separator) return false;
  let i = start - 1;
  while (i > 0 && start - i < 6 && isAlphanumeric(unitAt(text, i - 1))) i--;
  // The end of another number: "4012-8888-8888-1881 4012 8888 8888 1881".
  const mark = unitAt(text, i - 1);
  if (mark !== separator && (mark === 45 || mark === 46) && isDigit(unitAt(text, i - 2))) return false;
  return start - 1 - i === 4 && isDigit(unitAt(text, start - 2)) && !isCardInFours(text, start - 20, separator);
}

/** `MMYY` behind the number, and nothing of four digits behind that. */
function isExpiry(text: string, start: number): boolean {
  const month = leadingDigits(text, start, 2);
  const year = leadingDigits(text, start + 2, 2);
  const next = digitRunEnd(text, start + 5) - start - 5;
  return month >= 1 && month <= 12 && year >= 20 && year <= 45 && next <= 3;
}

const FOURS_UNITS = 19;

/** Another card begins here, four groups of four: it is no part of this one. */
function isCardInFours(text: string, start: number, separator: number): boolean {
  if (start < 0) return false;
  for (let i = 0; i < FOURS_UNITS; i++) {
    const unit = unitAt(text, start + i);
    if (i % 5 === 4 ? unit !== separator : !isDigit(unit)) return false;
  }
  return (
    issuedAs(leadingDigits(text, start, 6), 16) !== 0 &&
    !isDigit(unitAt(text, start + FOURS_UNITS)) &&
    passesLuhn(text, start, start + FOURS_UNITS)
  );
}

function continuesRight(text: string, end: number, separator: number): boolean {
  if (unitAt(text, end) !== separator || !isDigit(unitAt(text, end + 1))) return false;
  const groupEnd = digitRunEnd(text, end + 1);
  return (
    groupEnd - end - 1 === 4 &&
    unitAt(text, groupEnd) !== 47 &&
    !isLetter(unitAt(text, groupEnd)) &&
    !isExpiry(text, end + 1) &&
    !isCardInFours(text, end + 1, separator)
  );
}

/** Under the name of a card also one whose check digit is wrong: 13 to 19 digits in groups, and not masked. */
function acceptsMistyped(value: string): number {
  let digits = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = unitAt(value, i);
    if (isDigit(unit)) digits++;
    else if ((unit !== 32 && unit !== 45) || !isDigit(unitAt(value, i - 1))) return 0;
  }
  return digits > MIN_DIGITS && digits <= MAX_DIGITS && !sameDigits(value, 0, value.length) ? 0.6 : 0;
}

const PARENTS = 'card cards payment_card credit_card debit_card payment_method cc tarjeta carte karte';

/** Payment card numbers. */
export const creditCards: KindDetector = {
  kinds: ['credit_card'],
  names: [
    // India's permanent account number has the same name.
    { kind: 'credit_card', cues: CUE_CARD | CUE_TAX, names: 'pan' },
    { kind: 'credit_card', cues: CUE_CARD, names: 'cc card bank_card payment_card tarjeta cartao kreditkarte 信用卡' },
    {
      kind: 'credit_card',
      cues: CUE_CARD,
      accepts: acceptsMistyped,
      names:
        'card_no card_num card_number ccn ccnum cc_number cc_no credit_card debit_card primary_account_number payment_card_number account_pan card_pan kartennummer kreditkartennummer numero_carte numero_de_carte carte_bancaire carte_bleue num_cb numero_cb numero_tarjeta numero_de_tarjeta tarjeta_credito numero_cartao numero_do_cartao cartao_credito numero_carta carta_credito carta_di_credito kaartnummer creditcardnummer numer_karty номер_карты カード番号 クレジットカード番号 卡号 信用卡号',
      under: { words: PARENTS, names: 'number no num' },
    },
  ],
  digits(scan, start, end) {
    return end - start >= MIN_DIGITS
      ? bareCard(scan, start, end)
      : end - start === 4 || end - start === 6 || scan.field.cues & CUE_CARD
        ? groupedCard(scan, start, end)
        : 0;
  },
};
