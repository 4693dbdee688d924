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
    'amex carta carte credit creditcard debit debitcard diners discover jcb kaart karta karte maestro mastercard unionpay visa',
  ],
  [CUE_SSN, 'soc socialsecurity ss'],
  [
    CUE_PHONE,
    'cell cellular chiama chiamami llamame llame pager puh puhelin rappelez sms telefonu tfno tlf voicemail позвоните тел телефона 휴대폰',
  ],
  [
    CUE_PHONE_WEAK,
    'anruf appelez call callback called caller calling contact dial otp ph reach reached ring text texted tl',
  ],
  [CUE_IP, 'addr address at client dns gateway host ipaddress ipv nameserver remote server subnet'],
  [
    CUE_TAX,
    'codice fiscale identifikationsnummer insurance ni securite sociale steuer steuerid steueridentifikationsnummer tax taxpayer ustid vat',
  ],
  [CUE_BANK, 'aba bic iban konto routing rtn swift transit'],
  [CUE_ACCOUNT, 'account acct konto'],
  [
    CUE_VERSION,
    'abschnitt annex article bios bump chapter clause fig figure fw hotfix objectidentifier para patch pkg rel sect upgrade v §',
  ],
  [
    CUE_VERSION | CUE_THING,
    'android chrome compatible cuda deprecated dll driver exe firefox fixed ios java jdk kernel macos nginx openssl oracle plugin rollback sdk updated upgraded weblogic',
  ],
  [CUE_PLACE, 'aviv line media network page row'],
  [CUE_OTHER | CUE_ID, 'id'],
  [
    CUE_OTHER | CUE_THING,
    'amount asin awb barcode batch case checksum commit container digest docket ean etag gtin guid hash iccid imei imsi invoice isbn issn lat latitude lng lon longitude lot model order parcel part po price product rma serial sha shipment sku ticket total tracking upc uuid waybill',
  ],
  [
    CUE_OTHER,
    'array balance bestellung block bug build bytes cas chf commande confirmation cost count coupon cursor date delta dhl doi drift duration epoch eur fedex gain gbp height index inr issue item job jpy length mac matrix md ms nonce offset pedido pid pmid port position pr qty quantity rank rate ratio rechnung ref reference request score seed seq sequence session size snowflake span sum task time timeout timestamp trace transaction ts txn unix ups usd usps vector weight zip £ ¥ € ₹ 注文 注文番号 订单 订单号 주문번호',
  ],
];

/** Words that stand between a cue and its number and say nothing. */
const CONNECTORS =
  'are be cells code her his is me my n new no nr num number numero nummer old our sec security their us value was your º';

/** The table of cue words. */
export type CueWords = ReadonlyMap<string, number>;

/** Makes the table, of the words above and of the names of fields in one word; connectors have no bits. */
export function createCueWords(detectors: readonly KindDetector[]): CueWords {
  const words = new Map<string, number>();
  const put = (cues: number, list: string) => {
    for (const word of withoutAccents(list).split(' ')) words.set(word, (words.get(word) ?? 0) | cues);
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
      const digit = isDigit(unit);
      if ((digit && (cues | id) !== 0) || (unit === 44 && id !== 0) || (unit === 10 && isSaid)) return cues | id;
      // A digit or a comma between the word and the candidate: the word is about something else.
      if (unit === 10 || unit === 44 || digit) adjacent = 0;
      if (unit === 46) stopped = true;
      // "1.2 -> 1.3"
      if (unit === 62) isLinked = true;
      // The cells of a row have no words for each other.
      if (unit === 44 || unit === 124 || unit === 9) isSaid = false;
      if (unit === 10 || (digit && !isLinked)) isApart = true;
    }
    const end = i;
    // A word is read whole, also beyond the 40 units.
    while (i > stop - LOOK_BACK_UNITS && isCueUnit(unitAt(text, i - 1))) i--;
    if (i === end) break;
    // The end of a token is no word.
    const word = text.slice(i, end);
    if (word.length === 6 && /values/i.test(word))
      return cues | id | columnCues(text.slice(Math.max(0, i - COLUMNS_UNITS), i), text.slice(end, index), words);
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
    // "SSN for case 12": whose number it is says the word before.
    const isFor = decides && text.startsWith('for ', i - 4);
    if ((found & CUE_ID || isFor) && id === 0) {
      id = found | adjacent;
      if (isFor) i -= 4;
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

const COLUMNS_UNITS = 200;

/** `(ssn, id) VALUES ('536228726', 12)`: the cues of the column that stands where the next value of the row does. */
function columnCues(columns: string, row: string, words: CueWords): number {
  const place = cellsOf(row).length - 1;
  const name = (cellsOf(columns)[place] ?? '').slice(-LOOK_BACK_UNITS);
  return cuesBefore(name, name.length, words);
}

function cellsOf(list: string): string[] {
  return list.slice(list.lastIndexOf('(') + 1).split(',');
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
  const whole = words.get(lower);
  if (whole !== undefined) return whole;
  if (isUnspaced(unitAt(word, word.length - 1))) return endingCues(word, words);
  // camelCase: the last hump and, failing that, what is before it ("clientIp", "userSSN", "phoneNumber").
  const cut = lower === word ? 0 : Math.max(0, word.search(/(?<=[a-z])[A-Z]{2,}$|[A-Z][a-z]+$/));
  const last = lower.slice(cut);
  const found =
    words.get(last) ??
    ('sro'.includes(last.at(-1)!) ? words.get(last.replace(/(?<=..)(?:nr|n[uo]m[mb]?ero?)?s?$/, '')) : undefined);
  const said = found === 0 && cut > 0 ? words.get(lower.slice(0, cut)) : found;
  // "call" is a verb, "calls" and "lastCall" are not.
  return said === CUE_PHONE_WEAK ? undefined : said;
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
