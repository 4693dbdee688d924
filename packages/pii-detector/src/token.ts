// Secrets that a prefix gives away, with the checks that can be made offline.
import { base62Checksum, crc32 } from './crc32.ts';
import { type KindDetector, PRIORITY_TOKEN } from './kind-detector.ts';
import { distinctUnits, isMixed, isTokenPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { type BodyRun, bodyRun } from './token-body.ts';
import { takeAwsSecret, takeAzure, takeBearer, takeStateless, takeTelegram } from './token-forms.ts';
import { ALPHABETS, createTokenShapes, pairOf, type TokenShape } from './token-shapes.ts';
import { ALPHANUMERIC, COLON, classAt, isDigit, MARK, PLUS, SLASH, startOf, UNDERSCORE, unitAt } from './units.ts';

const shapes: readonly (readonly TokenShape[] | undefined)[] = /* @__PURE__ */ createTokenShapes();

/** Shortest of all tokens, prefix included. */
const MIN_TOKEN_UNITS = 20;

/** Lengths of what follows the infix of OpenAI's keys. */
const INFIX_TAILS = [20, 58, 74];

function tokenEnd(text: string, shape: TokenShape, from: number, { end, close }: BodyRun): number {
  if (shape.infix && end - from <= shape.max) {
    const infix = text.slice(from, end).indexOf(shape.infix);
    if (INFIX_TAILS.includes(end - from - infix - shape.infix.length)) return end;
  }
  return Math.max(close, Math.min(end, from + shape.min));
}

const BLOB_UNITS = 23;

/** Part of a blob of base64: the prefix is there by chance. */
function isInsideBlob(text: string, start: number, end: number): boolean {
  const before = text[start - 1];
  const after = text[end];
  if (before === '+' || after === '+') return true;
  if (before !== '/' && after !== '/') return false;
  const from = startOf(text, start, ALPHANUMERIC | PLUS | SLASH, start - BLOB_UNITS);
  const blob = text.slice(from, start);
  return blob.length === BLOB_UNITS && /(?:[A-Z].*){3}/.test(blob) && /(?:[a-z].*){3}/.test(blob);
}

/** Takes a token of this shape at `start`; answers with its end, 0 when there is none. */
function take(scan: TextScan, shape: TokenShape, start: number): number {
  const { text } = scan;
  const { alphabet, checksum, documented, infix = '' } = shape;
  const from = start + shape.prefix.length;
  const end = tokenEnd(text, shape, from, bodyRun(scan, ALPHABETS[alphabet], from));
  if (end - from < shape.min || end - from > shape.max) return 0;
  if (classAt(text, end) & (alphabet === 'base64' ? ALPHANUMERIC : ALPHANUMERIC | UNDERSCORE)) return 0;
  const body = text.slice(from, end);
  // Compatible services leave the infix out.
  if ((!body.includes(infix) && !isMixed(body)) || !shape.body.test(body)) return 0;
  const proven = !checksum || base62Checksum(crc32(body.slice(0, -6))) === body.slice(-6);
  // A checksum that holds says more than units that look made up; so do the keys that AWS documents.
  const trusted = (proven && checksum) || (documented && distinctUnits(body, 7) === 7);
  if ((!trusted && isTokenPlaceholder(body)) || isInsideBlob(text, start, end)) return end;
  const reasons = checksum && proven ? 'prefix checksum' : 'prefix';
  propose(scan, 'api_key', start, end, proven ? 0.99 : 0.4, reasons, PRIORITY_TOKEN);
  return end;
}

/** `startsWith`, which most words fail at their third unit, without a call into the engine. */
function hasPrefix(text: string, prefix: string, start: number): boolean {
  for (let i = 2; i < prefix.length; i++) if (unitAt(text, start + i) !== unitAt(prefix, i)) return false;
  return true;
}

function takeAny(scan: TextScan, start: number, units: number): number {
  const { text } = scan;
  const unit = unitAt(text, start);
  const next = unitAt(text, start + 1);
  const pair = pairOf(unit, next);
  if (pair < 0) return 0;
  const list = shapes[pair];
  for (let k = 0; list && k < list.length; k++) {
    const end = hasPrefix(text, list[k]!.prefix, start) ? take(scan, list[k]!, start) : 0;
    if (end > 0) return end;
  }
  if (unit === 103 && next === 104) return takeStateless(scan, start);
  if ((units & COLON) === 0) return 0;
  const number = unit === 98 && next === 111 ? start + 3 : start;
  return isDigit(unitAt(text, number)) ? takeTelegram(scan, number) : 0;
}

/** Vendor tokens. */
export const vendorTokens: KindDetector = {
  kinds: ['api_key'],
  units: 0xffff,
  minUnits: MIN_TOKEN_UNITS,
  run(scan, start, end, units) {
    const { words, wordCount } = scan.points;
    let close = 0;
    for (let k = 0; k < wordCount; k++) {
      const i = words[k]!;
      if (i + MIN_TOKEN_UNITS > end) break;
      if (i < close) continue;
      close = takeAny(scan, i, units) || takeAwsSecret(scan, i, end);
    }
    if (unitAt(scan.text, start - 1) === 32 && (unitAt(scan.text, start - 2) | 32) === 114)
      takeBearer(scan, start, end);
    if (units & MARK) takeAzure(scan, start, end);
  },
};
