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

const MAX_FORM_UNITS = 200;
/** A Slack web hook: the path holds the secret. */
export const SLACK_HOOK: RegExp =
  /^hooks\.slack\.com\/services\/T[A-Za-z\d]*\/B[A-Za-z\d]*\/([A-Za-z\d]{20,})(?![A-Za-z\d/])/;
/** A Telegram bot: its number, a colon, and 35 units that start with `AA`. */
export const TELEGRAM: RegExp = /^\d{8,10}:(AA[\w-]{33})(?![\w-])/;

/** Takes a token of this form, whose group is the secret, at `start`; answers with its end, 0 when there is none. */
export function takeForm(scan: TextScan, form: RegExp, start: number): number {
  const { text } = scan;
  const [token = '', secret = ''] = form.exec(text.slice(start, start + MAX_FORM_UNITS)) ?? [];
  if (token === '') return 0;
  const end = start + token.length;
  const from = text.startsWith('https://', start - 8) ? start - 8 : start;
  if (!isTokenPlaceholder(secret)) propose(scan, 'api_key', from, end, 0.95, 'prefix', PRIORITY_TOKEN);
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
