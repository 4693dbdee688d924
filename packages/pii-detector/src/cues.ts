// Words near a candidate. They lift digits that prove nothing by themselves, or say what else they are.
import { withoutAccents } from './field-name.ts';
import type { KindDetector } from './kind-detector.ts';
import { classOf, FOREIGN, isCurrency, isDigit, isLetter, isUnspaced, unitAt } from './units.ts';

export const CUE_CARD = 1;
export const CUE_SSN = 2;
export const CUE_PHONE = 4;
/** "call", "reach": enough for digits that already look like a phone number. */
export const CUE_PHONE_WEAK = 8;
export const CUE_IP = 16;
export const CUE_TAX = 32;
export const CUE_BANK = 64;
export const CUE_EMAIL = 128;
/** A version, section or object identifier: dots are not addresses. */
export const CUE_VERSION = 256;
/** An order, a serial number, a time: digits are not personal. */
export const CUE_OTHER = 512;
/** Set together with `CUE_OTHER`, `CUE_VERSION` or `CUE_ACCOUNT` when the word stands directly before the candidate. */
export const CUE_ADJACENT = 1024;

/** Set together with `CUE_OTHER` for a plain `id`, which may stand for a person: it says nothing against a full shape. */
export const CUE_ID = 2048;

/** An account, of a bank if "number" follows. */
export const CUE_ACCOUNT = 4096;

/** Set together with `CUE_OTHER` for a thing's own number, which may be set as a person's is; with `CUE_VERSION` for a product. */
export const CUE_THING = 8192;

/** A place in a text or a table: whatever stands in it, the words before it say nothing of it. */
export const CUE_PLACE = 16384;

const LOOK_BACK_UNITS = 40;
const MAX_WORDS = 8;

const WORDS: readonly (readonly [number, string])[] = [
  [
    CUE_CARD,
    'creditcard debitcard cardnumber visa mastercard amex discover diners maestro unionpay jcb credit debit karte carte carta kaart karta',
  ],
  [CUE_SSN, 'soc ss socialsecurity'],
  [
    CUE_PHONE,
    'cellular sms phonenumber handynummer voicemail pager telefoonnummer mobilnummer тел телефона telefonu 휴대폰 puh puhelin tlf tfno rappelez llame llamame chiama chiamami позвоните',
  ],
  [
    CUE_PHONE_WEAK,
    'call called calling dial ring reach reached contact text texted tl ph callback caller otp anruf appelez',
  ],
  [CUE_IP, 'ipv ipaddress addr address host client remote server gateway dns nameserver subnet'],
  [
    CUE_TAX,
    'tax steuerid steueridentifikationsnummer identifikationsnummer securite sociale ni taxpayer steuer steueridnr codice fiscale insurance vat ustid',
  ],
  [CUE_BANK, 'iban routing aba rtn bic swift konto transit'],
  [CUE_ACCOUNT, 'account acct kontonummer konto'],
  [
    CUE_VERSION,
    'v sect objectidentifier chapter clause article annex para abschnitt § fw bios patch hotfix figure fig upgrade bump pkg rel',
  ],
  [
    CUE_VERSION | CUE_THING,
    'kernel driver openssl chrome nginx sdk ios android oracle weblogic jdk firefox macos cuda dll exe plugin upgraded updated rollback fixed deprecated compatible',
  ],
  [CUE_PLACE, 'line row page'],
  [CUE_OTHER | CUE_ID, 'id ids'],
  [
    CUE_OTHER | CUE_THING,
    'order invoice ticket case po rma product docket container model sku part serial tracking ean upc isbn issn gtin asin imei imsi iccid barcode waybill awb shipment parcel batch lot commit sha hash etag checksum digest uuid guid price amount total lat lng lon latitude longitude',
  ],
  [
    CUE_OTHER,
    'trace span ref reference item zip epoch timestamp ts unix time date port pid coupon confirmation transaction txn bytes size count fedex ups usps dhl doi cas pmid md job task offset length request session build bestellung rechnung commande pedido bug issue pr usd eur gbp chf jpy inr matrix vector array € £ ¥ ₹ quantity qty cost sum nonce block height snowflake seed 注文番号 注文 订单号 订单 주문번호 balance duration index position seq sequence cursor score rank weight mac ms timeout',
  ],
];

/** Words that stand between a cue and its number and say nothing. */
const CONNECTORS =
  'sec security no nr num number numbers nos is was are my your her his their our us me code value n º nummer numero new old be';

/** The table of cue words. */
export type CueWords = ReadonlyMap<string, number>;

/** Makes the table, of the words above and of the names of fields in one word; connectors have no bits. */
export function createCueWords(detectors: readonly KindDetector[]): CueWords {
  const words = new Map<string, number>();
  const put = (cues: number, list: string) => {
    for (const word of list.split(' ')) words.set(withoutAccents(word), (words.get(withoutAccents(word)) ?? 0) | cues);
  };
  put(0, CONNECTORS);
  for (const [cues, list] of WORDS) put(cues, list);
  for (const { cues = 0, names } of detectors.flatMap((detector) => detector.names ?? []))
    if (cues > 0) put(cues & ~CUE_ADJACENT, names);
  return words;
}

function isCueUnit(unit: number): boolean {
  return isLetter(unit) || unit === 0xa7 || isCurrency(unit) || (unit > 0xbf && (classOf(unit) & FOREIGN) > 0);
}

/**
 * Cues in the 40 units before `index`, nearest word first; the search ends at the first word that says what the
 * digits are, at a number behind a cue, at the end of a line with words behind it, and at a line of 8 words.
 */
export function cuesBefore(text: string, index: number, words: CueWords): number {
  const stop = Math.max(0, index - LOOK_BACK_UNITS);
  let cues = 0;
  let adjacent = CUE_ADJACENT;
  let id = 0;
  let i = index;
  // A line or a number stands between: a version is that of something else ("from 1.2 to 1.3" is one of the same).
  let isApart = false;
  let isLinked = false;
  // Any word, but the tag of an element.
  let isSaid = false;
  for (let count = 0; count < MAX_WORDS && i > stop; count++) {
    let stopped = false;
    while (i > stop && !isCueUnit(unitAt(text, i - 1))) {
      const unit = unitAt(text, --i);
      // A digit or a comma between the word and the candidate: the word is about something else.
      if (unit === 10 || unit === 44 || isDigit(unit)) adjacent = 0;
      if (unit === 46) stopped = true;
      // "1.2 -> 1.3"
      if (unit === 62) isLinked = true;
      if (isDigit(unit) && (cues | id) !== 0) return cues | id;
      if (unit === 44 && id !== 0) return cues | id;
      // The cells of a row have no words for each other.
      if (unit === 44 || unit === 124 || unit === 9) isSaid = false;
      if (unit === 10 && isSaid) return cues | id;
      if (unit === 10 || (isDigit(unit) && !isLinked)) isApart = true;
    }
    const end = i;
    // A word is read whole, also beyond the 40 units.
    while (i > stop - LOOK_BACK_UNITS && isCueUnit(unitAt(text, i - 1))) i--;
    if (i === end) break;
    // The end of a token is no word.
    const word = text.slice(i, end);
    const known = isDigit(unitAt(text, i - 1)) ? undefined : wordCues(word, words);
    // "nginx: 66.249.66.1", "[kernel] 10.2.3.4": a program that speaks of a host.
    const speaks = known === (CUE_VERSION | CUE_THING) && (unitAt(text, end) === 58 || unitAt(text, end) === 93);
    const found = known && (isApart || speaks) ? known & ~CUE_VERSION : known;
    if (unitAt(text, i - 1) !== 60) isSaid = true;
    if (word === 'to') isLinked = true;
    // A full stop ends the sentence, unless it is that of "no." or "Tel.".
    if (found === undefined || (stopped && found & (CUE_OTHER | CUE_VERSION))) adjacent = 0;
    if (found === undefined && id !== 0) break;
    if (found === undefined || found === 0) continue;
    if (found === CUE_PLACE) return cues | id | found;
    const decides = (found & (CUE_OTHER | CUE_VERSION)) !== 0;
    if (found & CUE_ID && id === 0) {
      id = found | adjacent;
    } else if (decides) {
      return cues | found | (id === 0 ? adjacent : id & CUE_ADJACENT);
    } else if (found === CUE_PHONE_WEAK && id !== 0) {
      // "call id": whose it is, a verb does not say.
      return cues | id;
    } else {
      // "tax ID", "Steuer-ID": the word before the `id` says whose it is.
      cues |= found & CUE_ACCOUNT ? found | adjacent : found;
      id = 0;
    }
    adjacent = 0;
  }
  return cues | id;
}

const BEHIND_UNITS = 32;
/** Words between a name and its value. */
export const COPULAS = ' is was ist lautet est es \xe9 \xe8 jest ';

/** Cues of the words behind `end`: "123456789 is my SSN", "07911 123456 (mobile)". */
export function cuesBehind(text: string, end: number, words: CueWords): number {
  let from = unitAt(text, end) === 32 ? end + 1 : end;
  const bracket = unitAt(text, from) === 40;
  let stated = false;
  if (bracket) from++;
  else if (from === end) return 0;
  let unknown = 0;
  while (from < end + BEHIND_UNITS) {
    let close = from;
    while (close < end + BEHIND_UNITS && isCueUnit(unitAt(text, close))) close++;
    const word = text.slice(from, close).toLowerCase();
    const found = wordCues(word, words);
    const next = unitAt(text, close);
    // "..., SSN: 987..." speaks of the number after it.
    if (found) {
      const ends = bracket
        ? next === 41
        : next !== 58 && next !== 61 && next !== 35 && !isDigit(unitAt(text, close + 1));
      return ends && (bracket || stated || word === 'ssn') ? found : 0;
    }
    if (COPULAS.includes(` ${word} `)) stated = true;
    else if (word === 'not' || word === 'of' || (found === undefined && stated && unknown++ > 0)) return 0;
    if (close === from || next !== 32) return 0;
    from = close + 1;
  }
  return 0;
}

function wordCues(word: string, words: CueWords): number | undefined {
  const lower = withoutAccents(word).toLowerCase();
  const found =
    words.get(lower) ?? (lower.length > 3 && lower.endsWith('s') ? words.get(lower.slice(0, -1)) : undefined);
  if (found !== undefined) return found;
  if (isUnspaced(unitAt(word, word.length - 1))) return endingCues(word, words);
  // camelCase: the last hump and, failing that, the one before it ("clientIp", "phoneNumber").
  let cut = word.length - 2;
  while (cut > 0 && !(unitAt(word, cut) >= 65 && unitAt(word, cut) <= 90)) cut--;
  if (cut <= 0) return undefined;
  const last = words.get(lower.slice(cut));
  return last === 0 ? words.get(lower.slice(0, cut)) : last;
}

const MAX_UNSPACED_WORD = 4;

/** In scripts without spaces a word ends the run of letters, perhaps with the particle `は`: "お電話は03-...". */
function endingCues(run: string, words: CueWords): number | undefined {
  const end = run.endsWith('は') ? run.length - 1 : run.length;
  for (let units = MAX_UNSPACED_WORD; units > 0; units--) {
    const found = units <= end ? words.get(run.slice(end - units, end)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
