// Phone numbers: `+` and a calling code (E.164), North American numbers set in 3-3-4, and national numbers where a
// field name or a word says so.
import { CALLING_CODES } from './calling-codes.generated.ts';
import {
  CUE_ADJACENT,
  CUE_BANK,
  CUE_CARD,
  CUE_ID,
  CUE_OTHER,
  CUE_PHONE,
  CUE_PHONE_WEAK,
  CUE_SSN,
  CUE_TAX,
  CUE_VERSION,
} from './cues.ts';
import { isDate } from './date.ts';
import { closesNumber, digitRunEnd, digitsOf, leadingDigits, opensNumber, sameDigits, touchesComma } from './digits.ts';
import { type KindDetector, PRIORITY_PHONE } from './kind-detector.ts';
import { cuesAt, propose, type TextScan } from './scan.ts';
import { isDigit, isLetter, isWordUnit, unitAt } from './units.ts';

const MIN_DIGITS = 7;
const MAX_DIGITS = 15;
const MAX_SEPARATOR_UNITS = 3;

/** Bit masks of national lengths, by calling code. */
const lengthsByCode: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ CALLING_CODES.trim()
    .split(' ')
    .map((entry) => {
      const [code = '', lengths = ''] = entry.split(':');
      return [code, Number.parseInt(lengths, 36)] as const;
    }),
);

/** The calling code at the start of `digits`: its length, and the bit mask of national lengths. */
function callingCode(digits: string): { length: number; lengths: number } | undefined {
  for (let length = 1; length <= 3 && length <= digits.length; length++) {
    const lengths = lengthsByCode.get(digits.slice(0, length));
    if (lengths !== undefined) return { length, lengths };
  }
  return undefined;
}

/** A calling code and as many digits as its countries have, without the `+`. */
function isInternational(digits: string): boolean {
  const code = callingCode(digits);
  return code !== undefined && code.length > 1 && (code.lengths & (1 << (digits.length - code.length))) !== 0;
}

/** Start of the next group of digits behind a separator at `index`, or 0. */
function nextGroup(text: string, index: number): number {
  let marks = 0;
  for (let i = index; i < index + MAX_SEPARATOR_UNITS + 1; i++) {
    const unit = unitAt(text, i);
    if (isDigit(unit)) return i > index ? i : 0;
    if (unit === 45 || unit === 46 || unit === 47) marks++;
    else if (unit !== 32 && unit !== 40 && unit !== 41) return 0;
    if (marks > 1) return 0;
  }
  return 0;
}

/** A number may not go on behind its end: letters, decimals, more groups set with the same mark. */
function closesPhone(text: string, end: number): boolean {
  if (!closesNumber(text, end)) return extensionEnd(text, end) > end;
  const unit = unitAt(text, end);
  // A host or a file: "415-555-2671.example"; a sentence begins with a capital.
  if (unit === 46 && isLetter(unitAt(text, end + 1)) && unitAt(text, end + 1) > 90) return false;
  return !(unit === 47 && isDigit(unitAt(text, end + 1))) || readNanp(text, end + 1) !== undefined;
}

const EXTENSIONS = ['extension', 'ext.', 'ext', 'x.', 'x', '#', ';ext=', 'durchwahl'];
const MAX_EXTENSION_DIGITS = 7;

/** End of an extension behind a number (`x123`, `ext. 123`, `;ext=123`), or `end`. */
function extensionEnd(text: string, end: number): number {
  let i = end;
  while (i < end + 2 && (unitAt(text, i) === 32 || unitAt(text, i) === 44)) i++;
  const ahead = text.slice(i, i + 9).toLowerCase();
  const mark = EXTENSIONS.find((entry) => ahead.startsWith(entry));
  if (!mark) return end;
  i += mark.length;
  while (unitAt(text, i) === 32 && i < end + 14) i++;
  if (unitAt(text, i) === 58) i++;
  const close = digitRunEnd(text, i);
  if (close === i || close - i > MAX_EXTENSION_DIGITS || isWordUnit(unitAt(text, close))) return end;
  return close;
}

function report(scan: TextScan, start: number, end: number, confidence: number, reasons: string): number {
  const close = extensionEnd(scan.text, end);
  if (confidence >= scan.threshold && scan.validatePhone && !scan.validatePhone(scan.text.slice(start, close)))
    return 0;
  propose(scan, 'phone', start, close, confidence, reasons, PRIORITY_PHONE);
  return confidence >= scan.threshold ? close : 0;
}

/** `+`, a calling code, and as many digits as its countries have. */
function international(scan: TextScan, plus: number, from: number): number {
  const { text } = scan;
  const before = unitAt(text, plus - 1);
  if (isWordUnit(before) || before === 43 || before === 45 || before === 46) return 0;
  const firstEnd = digitRunEnd(text, from);
  const code = callingCode(text.slice(from, firstEnd));
  if (!code) return 0;
  let digits = firstEnd - from - code.length;
  let end = firstEnd;
  let best = 0;
  let groups = 1;
  let trunk = false;
  for (;;) {
    if (digits > 3 && digits <= MAX_DIGITS && code.lengths & (1 << digits) && endsHere(text, end)) best = end;
    const next = nextGroup(text, end);
    if (next === 0 || digits > MAX_DIGITS) break;
    const groupEnd = digitRunEnd(text, next);
    const isTrunk =
      !trunk && groups === 1 && groupEnd - next === 1 && unitAt(text, next) === 48 && unitAt(text, next - 1) === 40;
    if (isTrunk) trunk = true;
    else digits += groupEnd - next;
    groups++;
    end = groupEnd;
  }
  if (best === 0 || sameDigits(text, from + code.length, best)) return 0;
  // "+40.7127": a decimal, unless it is as long as a number in a domain register ("+1.4155552671").
  if (groups === 2 && unitAt(text, firstEnd) === 46 && digits < 9) return 0;
  if (code.length === 1 && unitAt(text, from) === 49 && !startsArea(text, from + 1)) return 0;
  const start =
    unitAt(text, plus - 1) === 40 && text.slice(plus, best).includes(')') && !balanced(text, plus, best)
      ? plus - 1
      : plus;
  return report(scan, start, best, 0.92, 'calling-code');
}

/** More closing than opening brackets. */
function balanced(text: string, start: number, end: number): boolean {
  let depth = 0;
  for (let i = start; i < end; i++) {
    const unit = unitAt(text, i);
    if (unit === 40) depth++;
    else if (unit === 41) depth--;
  }
  return depth === 0;
}

/** The next digit opens an area code of North America. */
function startsArea(text: string, from: number): boolean {
  return leadingDigits(text, from, 1) >= 2;
}

function endsHere(text: string, end: number): boolean {
  if (!closesPhone(text, end)) return false;
  const unit = unitAt(text, end);
  return !((unit === 45 || unit === 46) && isDigit(unitAt(text, end + 1)));
}

/** Area and exchange that can be assigned: `[2-9]xx`, not N11, not the reserved 37x, 96x and N9x areas. */
export function isNanp(digits: string): boolean {
  if (digits.length !== 10 || digits[0]! < '2' || digits[3]! < '2') return false;
  if (digits.slice(1, 3) === '11' || digits.slice(4, 6) === '11') return false;
  return digits[1] !== '9' && !digits.startsWith('37') && !digits.startsWith('96');
}

interface Groups {
  /** First unit, a bracket included. */
  start: number;
  end: number;
  digits: string;
  bracketed: boolean;
  spaced: boolean;
  /** Set with a slash behind the area code. */
  slashed: boolean;
}

/** Reads `NXX NXX XXXX` with its separators, from the area code. */
function readNanp(text: string, area: number): Groups | undefined {
  const areaEnd = area + 3;
  const exchange = nextGroup(text, areaEnd);
  if (exchange === 0) return undefined;
  const closed = unitAt(text, areaEnd) === 41;
  // "(415-555-2671)": the bracket is the sentence's.
  const bracketed = closed && unitAt(text, area - 1) === 40;
  if (bracketed !== closed) return undefined;
  // "(415)5552671"
  const joined = bracketed && digitRunEnd(text, exchange) === exchange + 7;
  const line = joined ? exchange + 3 : nextGroup(text, exchange + 3);
  if (!joined && (digitRunEnd(text, exchange) !== exchange + 3 || line !== exchange + 4)) return undefined;
  if (digitRunEnd(text, line) !== line + 4) return undefined;
  const first = unitAt(text, bracketed ? areaEnd + 1 : areaEnd);
  const second = joined ? 45 : unitAt(text, exchange + 3);
  if (second !== 32 && second !== 45 && second !== 46) return undefined;
  if (!bracketed && (second === 46) !== (first === 46)) return undefined;
  return {
    start: bracketed ? area - 1 : area,
    end: line + 4,
    digits: text.slice(area, areaEnd) + text.slice(exchange, exchange + 3) + text.slice(line, line + 4),
    bracketed,
    spaced: !bracketed && first === 32 && second === 32,
    slashed: first === 47,
  };
}

/** `555-2671/`: another number ends in front of the slash. */
function endsPhone(text: string, end: number): boolean {
  return (
    end > 7 && digitRunEnd(text, end - 4) === end && unitAt(text, end - 5) === 45 && isDigit(unitAt(text, end - 6))
  );
}

/** A space-separated list of numbers, of which these three are a part. */
function isListed(text: string, start: number, end: number): boolean {
  const before = unitAt(text, start - 1) === 32 && isDigit(unitAt(text, start - 2));
  const after = unitAt(text, end) === 32 && isDigit(unitAt(text, end + 1));
  return before || after || touchesComma(text, start, end);
}

function northAmerican(scan: TextScan, from: number, end: number): number {
  const { text } = scan;
  let area = from;
  if (end - from === 1) {
    if (unitAt(text, from) !== 49) return 0;
    area = nextGroup(text, end);
    if (area === 0) return 0;
  }
  if (digitRunEnd(text, area) !== area + 3) return 0;
  const groups = readNanp(text, area);
  if (!groups) return 0;
  const start = area === from ? groups.start : from;
  if (!opensNumber(text, start) || !closesPhone(text, groups.end) || sameDigits(text, start, groups.end)) return 0;
  const before = unitAt(text, start - 1);
  if (before === 35 || (before === 47 && !endsPhone(text, start - 1)) || (before === 46 && start > 1)) return 0;
  if (touchesComma(text, start, groups.end) && groups.spaced) return 0;
  const cues = cuesAt(scan, start);
  const confidence = confidenceOf(groups, cues, isListed(text, start, groups.end), area !== from);
  return report(scan, start, groups.end, confidence, cues & CUE_PHONE ? 'nanp grouping cue' : 'nanp grouping');
}

function confidenceOf(groups: Groups, cues: number, listed: boolean, prefixed: boolean): number {
  if (cues & (CUE_PHONE | CUE_PHONE_WEAK)) return 0.9;
  if (cues & CUE_ADJACENT && (cues & (CUE_OTHER | CUE_ID)) === CUE_OTHER) return 0.3;
  if (groups.slashed || (cues & CUE_VERSION && cues & CUE_ADJACENT)) return 0.3;
  if (groups.spaced && cues & (CUE_TAX | CUE_BANK | CUE_SSN | CUE_CARD)) return 0.3;
  const fictional = groups.digits.startsWith('555');
  if (groups.bracketed) return isNanp(groups.digits) ? 0.9 : 0.6;
  if (!isNanp(groups.digits) && !fictional) return 0.3;
  if (groups.spaced && !prefixed) return listed || isRound(groups.digits) ? 0.3 : 0.6;
  return 0.8;
}

/** Powers of two and round numbers in a row: sizes, not a phone. */
function isRound(digits: string): boolean {
  const line = Number(digits.slice(6));
  return (line & (line - 1)) === 0 || (digits.endsWith('00') && digits.slice(4, 6) === '00');
}

/** National numbers and bare digits: the whole sequence of digits, where something says phone. */
function national(scan: TextScan, from: number): number {
  const { text } = scan;
  const bracketed = unitAt(text, from - 1) === 40;
  const start = bracketed ? from - 1 : from;
  if (!opensNumber(text, start) || !startsSequence(text, start)) return 0;
  let end = digitRunEnd(text, from);
  let count = end - from;
  for (let next = nextGroup(text, end); next > 0 && count <= MAX_DIGITS; next = nextGroup(text, end)) {
    end = digitRunEnd(text, next);
    count += end - next;
  }
  if (count < MIN_DIGITS || count > MAX_DIGITS || !closesPhone(text, end)) return 0;
  const cues = cuesAt(scan, start);
  const named = (scan.field.cues & CUE_PHONE) !== 0;
  if (!(cues & (CUE_PHONE | CUE_PHONE_WEAK)) || isDate(text.slice(start, end)) || sameDigits(text, start, end))
    return 0;
  const confidence = nationalConfidence(text.slice(start, end), digitsOf(text, start, end), cues, named);
  return report(scan, start, end, confidence, 'national cue');
}

function nationalConfidence(written: string, digits: string, cues: number, named: boolean): number {
  const bare = written.length === digits.length;
  if (named) return 0.9;
  if (written.includes('.') && !written.includes('.', written.indexOf('.') + 1) && digits.length < 9) return 0.2;
  const nanp = isNanp(digits) || (digits.length === 11 && digits[0] === '1' && isNanp(digits.slice(1)));
  const dialled = digits[0] === '0' && digits.length >= 9;
  if (nanp || dialled) return 0.85;
  if (!(cues & CUE_PHONE)) return 0.3;
  // 13 digits are also milliseconds; a calling code and a number of its length are not.
  return bare && digits.length > 12 && !isInternational(digits) ? 0.3 : 0.8;
}

/** No digit group stands before it that belongs to the same sequence. */
function startsSequence(text: string, start: number): boolean {
  for (let i = start - 1; i >= 0 && start - i <= MAX_SEPARATOR_UNITS; i--) {
    const unit = unitAt(text, i);
    if (isDigit(unit)) return false;
    if (unit !== 32 && unit !== 45 && unit !== 46 && unit !== 47 && unit !== 40 && unit !== 41) return true;
  }
  return true;
}

/** A JSON number, or digits with letters around them that the scan of the text refuses. */
function acceptsNumber(value: string, numeric: boolean): number {
  return numeric &&
    value.length >= MIN_DIGITS &&
    value.length <= MAX_DIGITS &&
    digitsOf(value, 0, value.length) === value
    ? 0.9
    : 0;
}

/** Phone numbers. */
export const phoneNumbers: KindDetector = {
  kinds: ['phone'],
  names: [
    {
      kind: 'phone',
      cues: CUE_PHONE,
      accepts: acceptsNumber,
      names:
        'phone callback_number caller_number callback_phone caller_phone ph_no ph_number contact_no 携帯 携帯電話 携帯番号 phone_num tel telephone mobile mobile_phone cell cellphone fax msisdn whatsapp sms_to contact_number home_phone work_phone office_phone phone_home phone_work phone_mobile landline hotline helpline telefon telefonnummer handy handynummer rufnummer mobilnummer telefono telefono_movil movil celular numero_telefono numero_de_telefono telefone telefone_celular telemovel cellulare cellulaire numero_tel numero_telephone numero_de_telephone portable telefoonnummer telefoon gsm numer_telefonu телефон номер_телефона 電話 電話番号 电话 电话号码 手机 手机号 전화 전화번호',
      under: { words: 'phone phones telephone mobile contact_phone tel cell fax', names: 'number no num value' },
    },
    { kind: 'phone', cues: CUE_PHONE_WEAK, names: 'caller_id calling_number called_number to_number from_number' },
  ],
  digits(scan, start, end) {
    const { text } = scan;
    const before = unitAt(text, start - 1);
    if (before === 43) return international(scan, start - 1, start);
    if (before === 40 && unitAt(text, start - 2) === 43) return international(scan, start - 2, start);
    const length = end - start;
    if (length > MAX_DIGITS) return 0;
    if (length === 3 || length === 1) {
      const found = northAmerican(scan, start, end);
      if (found > 0) return found;
    }
    return national(scan, start);
  },
};
