// Secrets of vendors that are more than a prefix and a body: a token in a token, a path, a mark in the middle, words in
// front.
import { jwtEnd } from './jwt.ts';
import { PRIORITY_CUSTOM, PRIORITY_TOKEN } from './kind-detector.ts';
import { isTokenPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { trimmedEnd } from './token-body.ts';
import { ALPHABETS } from './token-shapes.ts';
import { ALPHANUMERIC, classAt, countUnits, DOT, endOf, isAll, isMixedCase, PLUS, SLASH, textBefore } from './units.ts';

/** GitHub's stateless form: `ghs_`, the application, `_`, and a JWT. */
export function takeStateless(scan: TextScan, start: number): number {
  const [prefix] = /^ghs_\d{1,20}_/.exec(scan.text.slice(start, start + 25)) ?? [];
  const end = prefix ? jwtEnd(scan, start + prefix.length) : 0;
  if (end > 0) propose(scan, 'api_key', start, end, 0.99, 'prefix jwt-header', PRIORITY_TOKEN);
  return end;
}

/** A Telegram bot at `start`: its number, a colon, and 35 units that start with `AA`. The end, 0 when there is none. */
export function takeTelegram(scan: TextScan, start: number): number {
  const [token] = /^\d{8,10}:AA[\w-]{33}(?![\w-])/.exec(scan.text.slice(start, start + 50)) ?? [];
  if (!token) return 0;
  const end = start + token.length;
  if (!isTokenPlaceholder(token.slice(-33))) propose(scan, 'api_key', start, end, 0.95, 'prefix', PRIORITY_TOKEN);
  return end;
}

/** Azure AD client secrets: three units, a digit, `Q~`, and 31 to 34 more. */
export function takeAzure(scan: TextScan, start: number, end: number): void {
  const run = scan.text.slice(start, end);
  if (!run.includes('Q~')) return;
  for (const { index, 0: token } of run.matchAll(/(?<![A-Za-z\d]).{3}\dQ~[\w.~-]{31,38}/g)) {
    const close = trimmedEnd(run, index, index + token.length);
    if (close - index < 37 || close - index > 40 || isTokenPlaceholder(run.slice(index + 6, close))) continue;
    propose(scan, 'api_key', start + index, start + close, 0.95, 'prefix', PRIORITY_TOKEN);
  }
}

const AWS_SECRET_UNITS = 40;

/** An AWS secret: 40 units of base64 without a mark of their own, behind words that say so. */
export function takeAwsSecret(scan: TextScan, start: number, runEnd: number): number {
  const { text } = scan;
  const end = start + AWS_SECRET_UNITS;
  if (end > runEnd || !isAll(text, ALPHANUMERIC | PLUS | SLASH, start, end)) return 0;
  const secret = text.slice(start, end);
  if (!isMixedCase(secret) || !/\d/.test(secret) || classAt(text, end) & ALPHABETS.base64) return 0;
  const words = textBefore(text, start, 40);
  if (!words.includes('secret') || !/aws|access/.test(words)) return 0;
  propose(scan, 'api_key', start, end, 0.9, 'cue', PRIORITY_CUSTOM);
  return end;
}

const MIN_BEARER_UNITS = 20;

/** What stands behind `Bearer` in a text, where it is as mixed as a token. */
export function takeBearer(scan: TextScan, start: number, runEnd: number): void {
  const { text } = scan;
  if (!/(?:^|\s)bearer $/.test(textBefore(text, start, 8))) return;
  const end = trimmedEnd(text, start, endOf(text, start, ALPHABETS.base64 | DOT, runEnd));
  const token = text.slice(start, end);
  const { digits, letters } = countUnits(token);
  if (end - start < MIN_BEARER_UNITS || digits < 2 || letters < 2 || isTokenPlaceholder(token)) return;
  propose(scan, 'api_key', start, end, 0.85, 'cue', PRIORITY_CUSTOM);
}
