// Phone numbers: `+` and a calling code (E.164), North American numbers set in 3-3-4, and national numbers where a
// field name or a word says so.
import { callingCode, isInternational } from './calling-code.ts';
import { CUE_OTHER, CUE_PHONE, CUE_PHONE_WEAK, CUE_PLACE, cuesBehind } from './cues.ts';
import { isDate } from './date.ts';
import { closesNumber, digitRunEnd, digitsOf, opensNumber, sameDigits } from './digits.ts';
import { type KindDetector, PRIORITY_PHONE } from './kind-detector.ts';
import { isNanp, nanpConfidence, readNanp } from './nanp.ts';
import { nextGroup, startsSequence } from './phone-groups.ts';
import { cuesAt, propose, type TextScan } from './scan.ts';
import { classAt, DASH, DIGIT, DOT, isAll, LETTER, PLUS, textBefore, unitAt, WORD } from './units.ts';

const MIN_DIGITS = 7;
const MAX_DIGITS = 15;

/** A number may not go on behind its end: letters, decimals, more groups set with the same mark. */
function closesPhone(text: string, end: number): boolean {
  if (!closesNumber(text, end)) return extensionEnd(text, end) > end;
  const mark = text[end];
  // A host or a file: "415-555-2671.example"; a sentence begins with a capital.
  if (mark === '.' && classAt(text, end + 1) & LETTER && unitAt(text, end + 1) > 90) return false;
  if (mark !== '/' || !(classAt(text, end + 1) & DIGIT)) return true;
  // Another number, or its end: "555-2671/2672".
  return /^(..)..\/\1\d\d(?!\d)/.test(text.slice(end - 4, end + 6)) || readNanp(text, end + 1) !== undefined;
}

const EXTENSION = /^[ ,]{0,2}(?:extension|ext\.?|x\.?|#|;ext=|durchwahl) {0,12}:?\d{1,7}/i;

/** End of an extension behind a number (`x123`, `ext. 123`, `;ext=123`), or `end`. */
function extensionEnd(text: string, end: number): number {
  if (end >= text.length) return end;
  const [extension = ''] = EXTENSION.exec(text.slice(end, end + 32)) ?? [];
  return classAt(text, end + extension.length) & WORD ? end : end + extension.length;
}

function report(scan: TextScan, start: number, end: number, confidence: number, reasons: string): number {
  const close = extensionEnd(scan.text, end);
  if (confidence < scan.threshold) return 0;
  try {
    if (scan.validatePhone?.(scan.text.slice(start, close)) === false) return 0;
  } catch {
    // A second opinion that throws is none.
  }
  propose(scan, 'phone', start, close, confidence, reasons, PRIORITY_PHONE);
  return close;
}

function opensSigned(text: string, plus: number): boolean {
  return !(classAt(text, plus - 1) & (WORD | PLUS | DASH | DOT));
}

/** `+`, a calling code, and as many digits as its countries have. */
function international(scan: TextScan, plus: number, from: number): number {
  const { text } = scan;
  if (!opensSigned(text, plus)) return 0;
  const firstEnd = digitRunEnd(text, from);
  const code = callingCode(text.slice(from, firstEnd));
  if (!code) return 0;
  const national = from + code.length;
  let digits = firstEnd - national;
  let end = firstEnd;
  let best = 0;
  let groups = 1;
  for (;;) {
    if (digits >= code.least && digits <= code.most && endsHere(text, end)) best = end;
    const next = nextGroup(text, end);
    if (next === 0 || digits > MAX_DIGITS) break;
    end = digitRunEnd(text, next);
    // The `(0)` of "+44 (0)20" is not dialled.
    const isTrunk = groups === 1 && end - next === 1 && text.startsWith('(0', next - 1);
    if (!isTrunk) digits += end - next;
    groups++;
  }
  if (best === 0 || sameDigits(text, national, best)) return 0;
  // "+40.7127", "+6073641856.9": a decimal, unless it is as long as a number in a domain register ("+1.4155552671").
  if (groups === 2 && text[firstEnd] === '.' && (digits < 9 || firstEnd > national || cuesAt(scan, plus) & CUE_OTHER))
    return 0;
  if (code.length === 1 && text[from] === '1' && digitsOf(text, national, national + 4) < '2') return 0;
  const written = text.slice(plus, best);
  // Latitude and longitude.
  if (/^.\d+\.\d+-\d+\./.test(written)) return 0;
  const opens = text[plus - 1] === '(' && written.split(')').length > written.split('(').length;
  return report(scan, opens ? plus - 1 : plus, best, 0.92, 'calling-code');
}

function endsHere(text: string, end: number): boolean {
  const goesOn = (text[end] === '-' || text[end] === '.') && classAt(text, end + 1) & DIGIT;
  return !goesOn && closesPhone(text, end);
}

function northAmerican(scan: TextScan, from: number, end: number): number {
  const { text } = scan;
  const prefixed = end - from === 1;
  const area = prefixed ? (text[from] === '1' && text[end] !== ')' ? nextGroup(text, end) : 0) : from;
  const groups = prefixed && area === 0 ? undefined : readNanp(text, area);
  if (!groups) return 0;
  const start = prefixed ? from : groups.start;
  if (!opensNumber(text, start) || !closesPhone(text, groups.end) || sameDigits(text, start, groups.end)) return 0;
  const before = text[start - 1];
  if (
    before === '#' ||
    (before === '/' && !/\d-\d{4}.$/.test(textBefore(text, start, 7))) ||
    (before === '.' && start > 1)
  )
    return 0;
  const cues = cuesAt(scan, start);
  // "Rank 1 (415) 555-2671"
  if (prefixed && cues & (CUE_OTHER | CUE_PLACE) && !(cues & (CUE_PHONE | CUE_PHONE_WEAK))) return 0;
  const confidence = nanpConfidence(text, start, groups, cues);
  return report(scan, start, groups.end, confidence, cues & CUE_PHONE ? 'nanp grouping cue' : 'nanp grouping');
}

/** National numbers, bare digits, and a `+` in front of none that there can be: all the digits, where something says phone. */
function national(scan: TextScan, from: number): number {
  const { text } = scan;
  const signed = text[from - 1] === '+';
  if (!(signed ? opensSigned(text, from - 1) : opensNumber(text, from)) || !startsSequence(text, from)) return 0;
  let end = digitRunEnd(text, from);
  let count = end - from;
  for (let next = nextGroup(text, end); next > 0 && count <= MAX_DIGITS; next = nextGroup(text, end)) {
    end = digitRunEnd(text, next);
    count += end - next;
  }
  if (count < MIN_DIGITS + Number(signed) || count > MAX_DIGITS || !closesPhone(text, end)) return 0;
  const start = signed || (text[from - 1] === '(' && text.slice(from, end).includes(')')) ? from - 1 : from;
  let cues = cuesAt(scan, start);
  if (!(cues & (CUE_PHONE | CUE_PHONE_WEAK | CUE_OTHER))) cues |= cuesBehind(text, end, scan.words) & CUE_PHONE;
  const written = text.slice(start, end);
  if (!(cues & (CUE_PHONE | CUE_PHONE_WEAK)) || isDate(written) || sameDigits(text, start, end)) return 0;
  const confidence = scan.field.cues & CUE_PHONE ? 0.9 : nationalConfidence(written, cues);
  return report(scan, start, end, confidence, 'national cue');
}

function nationalConfidence(written: string, cues: number): number {
  if (written[0] === '+') return written.includes('.') ? 0.2 : 0.85;
  const digits = digitsOf(written, 0, written.length);
  // A decimal, the parts of a social security number, seconds of the clock.
  if (/^(?:(?:0|[1-9]\d*)\.\d+|.*\.\d|\d{3}-\d\d-\d{4}|1\d{9})$/.test(written)) return 0.2;
  const nanp = isNanp(digits) || (digits[0] === '1' && isNanp(digits.slice(1)));
  const dialled = digits[0] === '0' && digits.length >= 9;
  if (nanp || dialled) return 0.85;
  if (!(cues & CUE_PHONE)) return 0.3;
  // 13 digits are also milliseconds; a calling code and a number of its length are not.
  return written === digits && digits.length > 12 && !isInternational(digits) ? 0.3 : 0.8;
}

/** A JSON number, or digits with letters around them that the scan of the text refuses. */
function acceptsNumber(value: string, numeric: boolean): number {
  return numeric && value.length >= MIN_DIGITS && value.length <= MAX_DIGITS && isAll(value, DIGIT) ? 0.9 : 0;
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
        'callback_number caller_number cell_number cellphone cellulaire cellulare celular contact_number dialed_number fax festnetz gsm handy helpline home_number hotline komorka landline mob mobiel mobil mobile movil msisdn numer_telefonu office_number pager ph_number phone portable rufnummer rückruf sms_number sms_to tel tel_no telefon telefone telefonnummer telefono telefoon telemovel telephone whatsapp work_number номер_телефона телефон 手机 手机号 携帯 携帯番号 携帯電話 电话 电话号码 電話 電話番号 전화 전화번호',
    },
    {
      kind: 'phone',
      cues: CUE_PHONE_WEAK,
      accepts: () => 0,
      names: 'called_number caller_id calling_number cell from_number to_number',
    },
  ],
  digits(scan, start, end) {
    const { text } = scan;
    const before = text[start - 1];
    if (before === '+') return international(scan, start - 1, start) || national(scan, start);
    if (before === '(' && text[start - 2] === '+') return international(scan, start - 2, start);
    const length = end - start;
    if (length > MAX_DIGITS) return 0;
    return ((length === 3 || length === 1) && northAmerican(scan, start, end)) || national(scan, start);
  },
};
