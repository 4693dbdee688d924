// Secrets that a prefix gives away, with the checks that can be made offline.
import { base62Checksum, crc32 } from './crc32.ts';
import { jwtEnd } from './jwt.ts';
import { type KindDetector, PRIORITY_CUSTOM, PRIORITY_TOKEN } from './kind-detector.ts';
import { distinctUnits, isMixed, isTokenPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { type Alphabet, createTokenShapes, pairOf, type TokenShape } from './token-shapes.ts';
import { COLON, HEX_OR_DASH, isAll, isAlphanumeric, isDigit, isHex, isLetter, MARK, unitAt } from './units.ts';

const shapes: readonly (readonly TokenShape[] | undefined)[] = /* @__PURE__ */ createTokenShapes();

/** Shortest of all tokens, prefix included. */
const MIN_TOKEN_UNITS = 20;

function isIn(alphabet: Alphabet, unit: number): boolean {
  if (isAlphanumeric(unit)) {
    if (alphabet === 'hex') return isHex(unit);
    if (alphabet === 'upper') return isDigit(unit) || unit < 97;
    return alphabet === 'base32' ? (unit >= 50 && unit <= 55) || (isLetter(unit) && unit < 97) : true;
  }
  if (alphabet === 'base62' || alphabet === 'hex' || alphabet === 'upper' || alphabet === 'base32') return false;
  if (unit === 45 || unit === 95) return true;
  return alphabet === 'dotted' ? unit === 46 : alphabet === 'base64' && (unit === 43 || unit === 47 || unit === 61);
}

/** End of the run of body units; one walk per run and alphabet, however many prefixes stand in it. */
function bodyEnd(scan: TextScan, alphabet: Alphabet, start: number): number {
  const known = scan.bodies.get(alphabet);
  if (known && start >= known.start && start <= known.end) return known.end;
  let end = start;
  while (isIn(alphabet, unitAt(scan.text, end))) end++;
  if (known) {
    known.start = start;
    known.end = end;
  } else {
    scan.bodies.set(alphabet, { start, end });
  }
  return end;
}

/** `part-part-part`, each of digits or of base 62: groups of 10 to 13 digits, then the secret. */
function isSlack(body: string): boolean {
  const parts = body.split('-');
  const secret = parts.pop() ?? '';
  if (secret.length < 24 || secret.length > 34) return false;
  return (
    parts.length >= 1 &&
    parts.length <= 3 &&
    parts.every((part) => part.length >= 10 && part.length <= 13 && isDigits(part))
  );
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isDigit(unitAt(text, i))) return false;
  return text.length > 0;
}

function isGitlab(body: string): boolean {
  const parts = body.split('.');
  if (parts.length === 1) return body.length >= 20 && body.length <= 64;
  if (parts[0]!.length < 27 || parts[0]!.length > 300 || parts.length > 3) return false;
  return parts[parts.length - 1]!.length === 9 && (parts.length === 2 || parts[1]!.length === 2);
}

function partsHold(shape: TokenShape, body: string): boolean {
  switch (shape.parts) {
    case 'slack':
      return isSlack(body);
    case 'slack-app':
      return body.includes('-') && isDigit(unitAt(body, 0));
    case 'pat':
      return body.indexOf('_') === 22 && body.lastIndexOf('_') === 22 && !body.includes('-');
    case 'gitlab':
      return isGitlab(body);
    case 'sendgrid':
      return body.indexOf('.') === 22 && body.lastIndexOf('.') === 22;
    case 'airtable':
      return body[14] === '.' && isAll(body, HEX_OR_DASH, 15);
    default:
      return true;
  }
}

/** The checksum at the end of the token is the right one; true for tokens without one. */
function checksumHolds(shape: TokenShape, token: string): boolean {
  switch (shape.checksum) {
    case 'base62':
      return base62Checksum(crc32(token.slice(shape.prefix.length, -6))) === token.slice(-6);
    case 'atlassian':
      return crc32(token.slice(0, -8)).toString(16).padStart(8, '0').toUpperCase() === token.slice(-8).toUpperCase();
    case 'grafana': {
      const sum = crc32(token.slice(0, 37));
      const swapped = ((sum >>> 24) | ((sum >>> 8) & 0xff00) | ((sum << 8) & 0xff0000) | (sum << 24)) >>> 0;
      return swapped.toString(16).padStart(8, '0') === token.slice(38).toLowerCase();
    }
    default:
      return true;
  }
}

/** The token ends where its alphabet ends, but the full stop or the two dashes of a sentence are not part of it. */
function trimmedEnd(text: string, least: number, end: number): number {
  let close = end;
  while (close > least && unitAt(text, close - 1) === 46) close--;
  if (unitAt(text, close - 1) !== 45 || unitAt(text, close - 2) !== 45) return close;
  while (close > least && unitAt(text, close - 1) === 45) close--;
  return close;
}

/** Lengths of what follows the infix of OpenAI's keys. */
const INFIX_TAILS = [20, 58, 74];

function tokenEnd(text: string, shape: TokenShape, from: number, end: number): number {
  if (shape.infix) {
    const infix = text.slice(from, Math.min(end, from + shape.max)).indexOf(shape.infix);
    if (INFIX_TAILS.includes(end - from - infix - shape.infix.length)) return end;
  }
  return trimmedEnd(text, Math.min(end, from + shape.min), end);
}

/** Part of a blob of base64: the prefix is there by chance. */
function isInsideBlob(text: string, start: number, end: number): boolean {
  const before = unitAt(text, start - 1);
  const after = unitAt(text, end);
  if (before === 43 || after === 43) return true;
  if (before !== 47 && after !== 47) return false;
  let i = start - 1;
  let upper = 0;
  let lower = 0;
  for (; i >= 0 && start - i < 24; i--) {
    const unit = unitAt(text, i);
    if (!isAlphanumeric(unit) && unit !== 43 && unit !== 47) return false;
    if (unit >= 97) lower++;
    else if (unit >= 65) upper++;
  }
  return start - i >= 24 && upper > 2 && lower > 2;
}

/** Takes a token of this shape at `start`; answers with its end, 0 when there is none. */
function take(scan: TextScan, shape: TokenShape, start: number): number {
  const { text } = scan;
  const from = start + shape.prefix.length;
  const end = tokenEnd(text, shape, from, bodyEnd(scan, shape.alphabet, from));
  const length = end - from;
  if (length < shape.min || length > shape.max) return 0;
  const after = unitAt(text, end);
  if (isAlphanumeric(after) || (after === 95 && shape.alphabet !== 'base64')) return 0;
  const body = text.slice(from, end);
  // Compatible services leave the infix out.
  if (shape.infix && !body.includes(shape.infix) && !isMixed(body)) return 0;
  if (shape.suffix && !body.endsWith(shape.suffix)) return 0;
  if (!partsHold(shape, body)) return 0;
  const proven = checksumHolds(shape, text.slice(start, end));
  const documented = shape.alphabet === 'base32' && distinctUnits(body, 9) >= 9;
  // A checksum that holds says more than units that look made up.
  const trusted = documented || (proven && shape.checksum !== undefined);
  if ((!trusted && isTokenPlaceholder(body)) || isInsideBlob(text, start, end)) return end;
  const reasons = `prefix${shape.checksum && proven ? ' checksum' : ''}`;
  propose(scan, 'api_key', start, end, proven ? 0.99 : 0.4, reasons, PRIORITY_TOKEN);
  return end;
}

/** GitHub's stateless form: `ghs_`, the application, `_`, and a JWT. */
function takeStateless(scan: TextScan, start: number): number {
  const { text } = scan;
  if (!text.startsWith('ghs_', start)) return 0;
  let i = start + 4;
  while (i < start + 24 && isDigit(unitAt(text, i))) i++;
  if (i === start + 4 || unitAt(text, i) !== 95) return 0;
  const end = jwtEnd(text, i + 1);
  if (end > 0) propose(scan, 'api_key', start, end, 0.99, 'prefix jwt-header', PRIORITY_TOKEN);
  return end;
}

/** A Slack web hook: the path holds the secret. */
const SLACK_HOOK = 'hooks.slack.com/services/';

function takeSlackHook(scan: TextScan, start: number): number {
  const { text } = scan;
  if (!text.startsWith(SLACK_HOOK, start)) return 0;
  let end = start + SLACK_HOOK.length;
  while (isAlphanumeric(unitAt(text, end)) || unitAt(text, end) === 47) end++;
  const parts = text.slice(start + SLACK_HOOK.length, end).split('/');
  if (parts.length !== 3 || !parts[0]!.startsWith('T') || !parts[1]!.startsWith('B') || parts[2]!.length < 20) return 0;
  if (isTokenPlaceholder(parts[2]!)) return end;
  const from = text.startsWith('https://', start - 8) ? start - 8 : start;
  propose(scan, 'api_key', from, end, 0.98, 'prefix', PRIORITY_TOKEN);
  return end;
}

/** A Telegram bot: its number, a colon, and 35 units that start with `AA`. */
function takeTelegram(scan: TextScan, start: number): number {
  const { text } = scan;
  let colon = start;
  while (colon < start + 11 && isDigit(unitAt(text, colon))) colon++;
  if (colon - start < 8 || colon - start > 10 || !text.startsWith(':AA', colon)) return 0;
  const end = bodyEnd(scan, 'base64url', colon + 1);
  if (end - colon - 1 !== 35 || isTokenPlaceholder(text.slice(colon + 1, end))) return 0;
  propose(scan, 'api_key', start, end, 0.95, 'prefix', PRIORITY_TOKEN);
  return end;
}

/** An Azure AD client secret: three units, a digit, `Q~`, and 31 to 34 more. */
function takeAzure(scan: TextScan, start: number, end: number): void {
  const { text } = scan;
  for (let i = start + 4; i + 33 <= end; i++) {
    if (unitAt(text, i) !== 81 || unitAt(text, i + 1) !== 126 || !isDigit(unitAt(text, i - 1))) continue;
    const from = i - 4;
    let close = i + 2;
    while (close < end && close < i + 40 && (isIn('dotted', unitAt(text, close)) || unitAt(text, close) === 126))
      close++;
    close = trimmedEnd(text, from, close);
    if (close - i - 2 < 31 || close - i - 2 > 34 || (from > 0 && isAlphanumeric(unitAt(text, from - 1)))) continue;
    if (isTokenPlaceholder(text.slice(i + 2, close))) continue;
    propose(scan, 'api_key', from, close, 0.95, 'prefix', PRIORITY_TOKEN);
    i = close;
  }
}

/** `startsWith`, which most words fail at their third unit, without a call into the engine. */
function hasPrefix(text: string, prefix: string, start: number): boolean {
  for (let i = 2; i < prefix.length; i++) if (unitAt(text, start + i) !== unitAt(prefix, i)) return false;
  return true;
}

const AWS_SECRET_UNITS = 40;
const AWS_CUE_UNITS = 40;

/** An AWS secret: 40 units of base64 without a mark of their own, behind words that say so. */
function takeAwsSecret(scan: TextScan, start: number, runEnd: number): number {
  const { text } = scan;
  const end = start + AWS_SECRET_UNITS;
  if (end > runEnd) return 0;
  let upper = false;
  let lower = false;
  let digit = false;
  for (let i = start; i < end; i++) {
    const unit = unitAt(text, i);
    if (!isIn('base64', unit) || unit === 45 || unit === 95 || unit === 61) return 0;
    if (isDigit(unit)) digit = true;
    else if (unit >= 97) lower = true;
    else if (unit >= 65) upper = true;
  }
  if (!upper || !lower || !digit || isIn('base64', unitAt(text, end))) return 0;
  const words = text.slice(Math.max(0, start - AWS_CUE_UNITS), start).toLowerCase();
  if (!words.includes('secret') || !(words.includes('aws') || words.includes('access'))) return 0;
  propose(scan, 'api_key', start, end, 0.9, 'cue', PRIORITY_CUSTOM);
  return end;
}

function takeAny(scan: TextScan, start: number, unit: number, units: number): number {
  const { text } = scan;
  const pair = pairOf(unit, unitAt(text, start + 1));
  if (pair < 0) return 0;
  for (const shape of shapes[pair] ?? []) {
    if (!hasPrefix(text, shape.prefix, start)) continue;
    const end = take(scan, shape, start);
    if (end > 0) return end;
  }
  const next = unitAt(text, start + 1);
  if (unit === 103 && next === 104) return takeStateless(scan, start);
  if (unit === 104 && next === 111) return takeSlackHook(scan, start);
  if ((units & COLON) === 0) return 0;
  if (unit === 98 && text.startsWith('bot', start)) return takeTelegram(scan, start + 3);
  return isDigit(unit) ? takeTelegram(scan, start) : 0;
}

/** What stands behind `Bearer` in a text, where it is as mixed as a token. */
function takeBearer(scan: TextScan, start: number, runEnd: number): number {
  const { text } = scan;
  if (
    text
      .slice(Math.max(0, start - 8), start)
      .trimStart()
      .toLowerCase() !== 'bearer '
  )
    return 0;
  let digits = 0;
  let letters = 0;
  let end = start;
  for (; end < runEnd && (isIn('base64', unitAt(text, end)) || isIn('dotted', unitAt(text, end))); end++) {
    if (isDigit(unitAt(text, end))) digits++;
    else if (isLetter(unitAt(text, end))) letters++;
  }
  end = trimmedEnd(text, start, end);
  if (end - start < MIN_TOKEN_UNITS || digits < 2 || letters < 2 || isTokenPlaceholder(text.slice(start, end)))
    return 0;
  propose(scan, 'api_key', start, end, 0.85, 'cue', PRIORITY_CUSTOM);
  return end;
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
      close = takeAny(scan, i, unitAt(scan.text, i), units);
      if (close === 0) close = takeAwsSecret(scan, i, end);
    }
    if (unitAt(scan.text, start - 1) === 32 && (unitAt(scan.text, start - 2) | 32) === 114)
      takeBearer(scan, start, end);
    if (units & MARK) takeAzure(scan, start, end);
  },
};
