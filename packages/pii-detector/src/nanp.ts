// Numbers of the North American plan, set in 3-3-4.
import {
  CUE_ACCOUNT,
  CUE_ADJACENT,
  CUE_BANK,
  CUE_CARD,
  CUE_ID,
  CUE_OTHER,
  CUE_PHONE,
  CUE_PHONE_WEAK,
  CUE_PLACE,
  CUE_SSN,
  CUE_TAX,
  CUE_THING,
  CUE_VERSION,
} from './cues.ts';
import { digitRunEnd } from './digits.ts';
import { nextGroup } from './phone-groups.ts';
import { isDigit, unitAt } from './units.ts';

/** A number as it is written. */
export interface NanpText {
  /** First unit, a bracket included. */
  readonly start: number;
  readonly end: number;
  readonly digits: string;
  readonly bracketed: boolean;
  readonly spaced: boolean;
  /** Set as pages and a year are: `259-264 1970`. */
  readonly odd: boolean;
}

/** Area and exchange that can be assigned: `[2-9]xx`, not N11, not the reserved 37x, 96x and N9x areas. */
export function isNanp(digits: string): boolean {
  return /^(?!37|96|.11|...[01]|.{4}11)[2-9][0-8]\d{8}$/.test(digits);
}

/** Reads `NXX NXX XXXX` with its separators, from the area code. */
export function readNanp(text: string, area: number): NanpText | undefined {
  const areaEnd = area + 3;
  const exchange = nextGroup(text, areaEnd);
  if (exchange === 0 || digitRunEnd(text, area) !== areaEnd) return undefined;
  // "(415-555-2671)": the bracket is the sentence's.
  const bracketed = text[areaEnd] === ')';
  if (bracketed && text[area - 1] !== '(') return undefined;
  const exchangeEnd = exchange + 3;
  // "(415)5552671"
  const joined = bracketed && digitRunEnd(text, exchange) === exchange + 7;
  const line = joined ? exchangeEnd : nextGroup(text, exchangeEnd);
  const end = line + 4;
  if (!joined && (digitRunEnd(text, exchange) !== exchangeEnd || line !== exchange + 4)) return undefined;
  if (digitRunEnd(text, line) !== end) return undefined;
  const first = text[bracketed ? areaEnd + 1 : areaEnd];
  const second = joined ? '-' : text[exchangeEnd]!;
  if (!' -.'.includes(second) || (!bracketed && (second === '.') !== (first === '.'))) return undefined;
  return {
    start: bracketed ? area - 1 : area,
    end,
    digits: text.slice(area, areaEnd) + text.slice(exchange, exchangeEnd) + text.slice(line, end),
    bracketed,
    spaced: !bracketed && first === ' ' && second === ' ',
    odd: first === '-' && second === ' ',
  };
}

/** A space-separated list of numbers, of which these three are a part. */
function isListed(text: string, start: number, end: number): boolean {
  return (
    (text[start - 1] === ' ' && isDigit(unitAt(text, start - 2))) ||
    (text[end] === ' ' && isDigit(unitAt(text, end + 1)))
  );
}

/** Confidence in a number that begins at `start`, the `1` in front of it included. */
export function nanpConfidence(text: string, start: number, written: NanpText, cues: number): number {
  const { digits, spaced, end } = written;
  if (cues & (CUE_PHONE | CUE_PHONE_WEAK)) return 0.9;
  // Nothing else is set so, whatever it is called.
  if (written.bracketed && isNanp(digits)) return 0.9;
  if (cues & CUE_ADJACENT && (cues & CUE_ACCOUNT || (cues & (CUE_OTHER | CUE_ID)) === CUE_OTHER)) return 0.3;
  if (written.odd || (cues & CUE_VERSION && (text[end - 5] === '.' || (cues & CUE_ADJACENT && !(cues & CUE_THING)))))
    return 0.3;
  if (spaced && cues & (CUE_TAX | CUE_BANK | CUE_SSN | CUE_CARD | CUE_PLACE)) return 0.3;
  if (written.bracketed) return 0.6;
  // 555 is fictional, and reads as a phone number all the same.
  if (!isNanp(digits) && !digits.startsWith('555')) return 0.3;
  if (spaced && start === written.start) return isListed(text, start, end) || isRound(digits) ? 0.3 : 0.6;
  return 0.8;
}

/** Powers of two and round numbers in a row: sizes, not a phone. */
function isRound(digits: string): boolean {
  const line = Number(digits.slice(6));
  return (line & (line - 1)) === 0 || (digits.endsWith('00') && digits.slice(4, 6) === '00');
}
