// Secrets of vendors that are more than a prefix and a body: a token in a token, a path, a mark in the middle, words in
// front.
import { jwtEnd } from './jwt.ts';
import { PRIORITY_CUSTOM, PRIORITY_TOKEN } from './kind-detector.ts';
import { isTokenPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { trimmedEnd } from './token-body.ts';
import { ALPHABETS } from './token-shapes.ts';
import { ALPHANUMERIC, classAt, countUnits, DIGIT, DOT, endOf, isAll, PLUS, SLASH, unitAt } from './units.ts';

/** GitHub's stateless form: `ghs_`, the application, `_`, and a JWT. */
export function takeStateless(scan: TextScan, start: number): number {
  const { text } = scan;
  const from = start + 4;
  const mark = endOf(text, from, DIGIT, start + 24);
  if (!text.startsWith('ghs_', start) || mark === from || text[mark] !== '_') return 0;
  const end = jwtEnd(scan, mark + 1);
  if (end > 0) propose(scan, 'api_key', start, end, 0.99, 'prefix jwt-header', PRIORITY_TOKEN);
  return end;
}

/** A Slack web hook: the path holds the secret. */
const SLACK_HOOK = 'hooks.slack.com/services/';

export function takeSlackHook(scan: TextScan, start: number): number {
  const { text } = scan;
  if (!text.startsWith(SLACK_HOOK, start)) return 0;
  const path = start + SLACK_HOOK.length;
  const end = endOf(text, path, ALPHANUMERIC | SLASH);
  const [team = '', hook = '', secret = '', more] = text.slice(path, end).split('/');
  if (more !== undefined || team[0] !== 'T' || hook[0] !== 'B' || secret.length < 20) return 0;
  if (isTokenPlaceholder(secret)) return end;
  const from = text.startsWith('https://', start - 8) ? start - 8 : start;
  propose(scan, 'api_key', from, end, 0.98, 'prefix', PRIORITY_TOKEN);
  return end;
}

/** A Telegram bot: its number, a colon, and 35 units that start with `AA`. */
export function takeTelegram(scan: TextScan, start: number): number {
  const { text } = scan;
  const colon = endOf(text, start, DIGIT, start + 11);
  if (colon - start < 8 || colon - start > 10 || !text.startsWith(':AA', colon)) return 0;
  const end = colon + 36;
  const body = text.slice(colon + 1, end);
  if (endOf(text, colon + 1, ALPHABETS.base64url, end + 1) !== end || isTokenPlaceholder(body)) return 0;
  propose(scan, 'api_key', start, end, 0.95, 'prefix', PRIORITY_TOKEN);
  return end;
}

/** An Azure AD client secret: three units, a digit, `Q~`, and 31 to 34 more. */
export function takeAzure(scan: TextScan, start: number, end: number): void {
  const { text } = scan;
  for (let i = start + 4; i + 33 <= end; i++) {
    if (unitAt(text, i) !== 81 || unitAt(text, i + 1) !== 126 || !(classAt(text, i - 1) & DIGIT)) continue;
    const from = i - 4;
    const stop = Math.min(end, i + 40);
    let close = i + 2;
    while (close < stop && (classAt(text, close) & ALPHABETS.dotted || unitAt(text, close) === 126)) close++;
    close = trimmedEnd(text, from, close);
    if (close - i < 33 || close - i > 36 || classAt(text, from - 1) & ALPHANUMERIC) continue;
    if (isTokenPlaceholder(text.slice(i + 2, close))) continue;
    propose(scan, 'api_key', from, close, 0.95, 'prefix', PRIORITY_TOKEN);
    i = close;
  }
}

const AWS_SECRET_UNITS = 40;
const AWS_CUE_UNITS = 40;

/** An AWS secret: 40 units of base64 without a mark of their own, behind words that say so. */
export function takeAwsSecret(scan: TextScan, start: number, runEnd: number): number {
  const { text } = scan;
  const end = start + AWS_SECRET_UNITS;
  if (end > runEnd || !isAll(text, ALPHANUMERIC | PLUS | SLASH, start, end)) return 0;
  const secret = text.slice(start, end);
  const isMixed = secret !== secret.toLowerCase() && secret !== secret.toUpperCase() && countUnits(secret).digits > 0;
  if (!isMixed || classAt(text, end) & ALPHABETS.base64) return 0;
  const words = text.slice(Math.max(0, start - AWS_CUE_UNITS), start).toLowerCase();
  if (!words.includes('secret') || !(words.includes('aws') || words.includes('access'))) return 0;
  propose(scan, 'api_key', start, end, 0.9, 'cue', PRIORITY_CUSTOM);
  return end;
}

const MIN_BEARER_UNITS = 20;

/** What stands behind `Bearer` in a text, where it is as mixed as a token. */
export function takeBearer(scan: TextScan, start: number, runEnd: number): void {
  const { text } = scan;
  const before = text.slice(Math.max(0, start - 8), start);
  if (before.trimStart().toLowerCase() !== 'bearer ') return;
  const end = trimmedEnd(text, start, endOf(text, start, ALPHABETS.base64 | DOT, runEnd));
  const token = text.slice(start, end);
  const { digits, letters } = countUnits(token);
  if (end - start < MIN_BEARER_UNITS || digits < 2 || letters < 2 || isTokenPlaceholder(token)) return;
  propose(scan, 'api_key', start, end, 0.85, 'cue', PRIORITY_CUSTOM);
}
