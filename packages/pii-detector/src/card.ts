// Payment card numbers: Luhn, an issued prefix and length, and a grouping that cards have.
import { CUE_ADJACENT, CUE_CARD, CUE_OTHER } from './cues.ts';
import { closesNumber, digitRunEnd, digitsOf, opensNumber, passesLuhn, sameDigits } from './digits.ts';
import { ISSUED, ISSUED_WEAK, issuedAs } from './issuers.ts';
import type { KindDetector } from './kind-detector.ts';
import { PRIORITY_CARD } from './kind-detector.ts';
import { cuesAt, propose, type TextScan } from './scan.ts';
import { ALPHANUMERIC, classAt, DIGIT, LETTER, shapeEnd, startOf, textBefore } from './units.ts';

const MIN_DIGITS = 12;
const MAX_DIGITS = 19;

/** How the groups of a card may be set. */
const GROUPINGS = ' 4444 44443 465 464 44442 613 ';
/** The same where a word or field name says "card". */
const WEAK_GROUPINGS = ' 445 4443 4441 44441 ';

/** The first six digits, of which the separators behind four of them are two units at most. */
function prefixOf(text: string, start: number): string {
  return digitsOf(text, start, start + 8);
}

function propositionOf(scan: TextScan, start: number, end: number, digits: number, weakShape: boolean): boolean {
  const { text } = scan;
  const issued = issuedAs(prefixOf(text, start), digits) || (scan.field.cues & CUE_CARD ? ISSUED_WEAK : 0);
  if (issued === 0 || !passesLuhn(text, start, end) || sameDigits(text, start, end)) return false;
  const cues = cuesAt(scan, start);
  const named = (cues & CUE_CARD) !== 0;
  const grouped = end - start > digits;
  let confidence = 0.99;
  if (!named && (issued === ISSUED_WEAK || weakShape)) confidence = 0.3;
  else if (!named && !grouped && cues & CUE_OTHER && cues & CUE_ADJACENT) confidence = 0.2;
  const reasons = `luhn${issued === ISSUED ? ' issuer' : ''}${grouped ? ' grouping' : ''}${named ? ' cue' : ''}`;
  propose(scan, 'credit_card', start, end, confidence, reasons, PRIORITY_CARD);
  return true;
}

/** PAN in track data may follow `%B` directly; a blank in a URL's query is a `+`. */
function opensCard(text: string, start: number): boolean {
  return opensNumber(text, start) || /%b$|[a-z]\+$/.test(textBefore(text, start, 2));
}

function bareCard(scan: TextScan, start: number, end: number): number {
  const { text } = scan;
  if (end - start > MAX_DIGITS || !opensCard(text, start) || !closesNumber(text, end)) return 0;
  return propositionOf(scan, start, end, end - start, false) ? end : 0;
}

function groupedCard(scan: TextScan, start: number, firstEnd: number): number {
  const { text } = scan;
  const separator = text[firstEnd] ?? '';
  // A `+` is a blank in a form's encoding.
  if (!' -.+'.includes(separator || 'x')) return 0;
  if (!opensCard(text, start) || continuesLeft(scan, start, separator)) return 0;
  let groups = String(firstEnd - start);
  let digits = firstEnd - start;
  let end = firstEnd;
  let found = 0;
  while (text[end] === separator && digits <= MAX_DIGITS) {
    // As read by a machine: two blanks.
    const from = text.startsWith('  ', end) ? end + 2 : end + 1;
    const groupEnd = digitRunEnd(text, from);
    const length = groupEnd - from;
    if (length === 0 || (length > 6 && length !== 13)) break;
    digits += length;
    end = groupEnd;
    groups += length;
    if (digits < MIN_DIGITS || digits > MAX_DIGITS || (found > 0 && groups === '44442')) continue;
    const usual = GROUPINGS.includes(` ${groups} `);
    if (!usual && !WEAK_GROUPINGS.includes(` ${groups} `) && !(scan.field.cues & CUE_CARD)) continue;
    // Behind a group of five nothing goes on: an expiry or a code follows.
    if (!closesNumber(text, end) || (groups !== '465' && continuesRight(text, end, separator))) continue;
    if (propositionOf(scan, start, end, digits, !usual)) found = end;
  }
  return found;
}

/** A group of four before it with the same separator, that is no number of its own: a longer one, such as an IBAN. */
function continuesLeft({ text, candidates }: TextScan, start: number, separator: string): boolean {
  // `eth0 `, against `DE89 `
  if (text[start - 1] !== separator || !(classAt(text, start - 2) & DIGIT) || classAt(text, start - 3) & LETTER)
    return false;
  return candidates.at(-1)?.end !== start - 1 && startOf(text, start - 1, ALPHANUMERIC, start - 6) === start - 5;
}

/** `MMYY` or a year behind the number, and nothing of four digits behind that. */
function isExpiry(text: string, start: number): boolean {
  return /^(?:0[1-9]|1[0-2]|20)(?:[23]\d|4[0-5])(?!.\d{4})/s.test(text.slice(start, start + 9));
}

/** Another card begins here, four groups of four: it is no part of this one. */
function isCardInFours(text: string, start: number, separator: string): boolean {
  const end = shapeEnd(text, start, `9999${separator}9999${separator}9999${separator}9999`);
  return (
    end > 0 &&
    !(classAt(text, end) & DIGIT) &&
    issuedAs(prefixOf(text, start), 16) !== 0 &&
    passesLuhn(text, start, end)
  );
}

function continuesRight(text: string, end: number, separator: string): boolean {
  if (text[end] !== separator) return false;
  const groupEnd = digitRunEnd(text, end + 1);
  return (
    groupEnd - end === 5 &&
    text[groupEnd] !== '/' &&
    !(classAt(text, groupEnd) & LETTER) &&
    !isExpiry(text, end + 1) &&
    !isCardInFours(text, end + 1, separator)
  );
}

/** Under the name of a card also one whose check digit is wrong: 13 to 19 digits in groups, and not masked. */
function acceptsMistyped(value: string): number {
  const digits = digitsOf(value, 0, value.length).length;
  if (digits <= MIN_DIGITS || digits > MAX_DIGITS || sameDigits(value, 0, value.length)) return 0;
  return /^\d(?:[ -]?\d)*[ -]?$/.test(value) ? 0.6 : 0;
}

/** Names of objects that hold a card. */
export const CARD_PARENTS = 'card payment_method cc tarjeta carte karte';

/** Payment card numbers. */
export const creditCards: KindDetector = {
  kinds: ['credit_card'],
  names: [
    { kind: 'credit_card', cues: CUE_CARD, names: 'pan cc card tarjeta cartao kreditkarte 信用卡' },
    {
      kind: 'credit_card',
      cues: CUE_CARD,
      accepts: acceptsMistyped,
      names:
        'account_pan card_pan carta_credito carta_di_credito cartao_credito carte_bancaire carte_bleue cc_number ccn credit_card creditcardnummer debit_card kaartnummer kartennummer kreditkartennummer num_cb numer_karty numero_carta numero_cartao numero_carte numero_cb numero_de_carte numero_de_tarjeta numero_do_cartao numero_tarjeta primary_account_number tarjeta_credito номер_карты カード番号 クレジットカード番号 信用卡号 卡号',
      under: { words: CARD_PARENTS, names: 'number' },
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
