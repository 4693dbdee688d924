// Secrets in text behind their name: `name=value`, `--name value`, `<name>value</name>`.
import { type KindDetector, type NameRule, PRIORITY_CUSTOM, PRIORITY_TOKEN } from './kind-detector.ts';
import { isMethod, isPath, isPlaceholder, isTokenPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { MAX_NAME_UNITS, namingRule, ruleBefore, secretNames } from './secret-names.ts';
import { commandPassword, spokenSecret } from './spoken-secrets.ts';
import { takeDetail } from './text-details.ts';
import {
  COLON,
  countUnits,
  DASH,
  DIGIT,
  DOT,
  EQUALS,
  isAll,
  LETTER,
  MARK,
  SLASH,
  startOf,
  textBefore,
  UNDERSCORE,
  unitAt,
} from './units.ts';

/** `key ` */
const MIN_SPOKEN_UNITS = 3;
const MAX_VALUE_UNITS = 2048;
/** A longer value that is no secret is passed over, so that no part of it is walked for each name in it. */
const MAX_REJECTED_UNITS = 128;

/** Where a value ends: its closing quote, or what separates values in logs, queries, headers and connection strings. */
function valueEnd(text: string, start: number, quote: string, tight: boolean): number {
  const stops = quote ? `${quote}\n` : `;,"'${tight ? '&' : ''}`;
  let i = start;
  while (i < start + MAX_VALUE_UNITS && i < text.length && !stops.includes(text[i]!) && (quote || unitAt(text, i) > 32))
    i++;
  while (i > start && text[i - 1] === '\\') i--;
  return i;
}

/** Random enough for a secret in running text: letters and digits, or marks, and no code (`match[2]`, `read(`, `{{x}}`). */
function readsAsSecret(value: string, quoted: boolean, tight: boolean): boolean {
  if (value.length < 6 || isPlaceholder(value) || isMethod(value) || isPath(value)) return false;
  if (value.includes(' ') || (!quoted && /[([{<}`]/.test(value))) return false;
  const { digits, letters, others } = countUnits(value);
  if (letters === 0) return false;
  if (digits > 0 || quoted) return true;
  return tight && (others === 0 ? !isState(value) : !value.includes('.') && !value.includes('/'));
}

/** `config`, `unavailable`, `incorrectly`: a short word is a variable, and such endings say how things are. */
function isState(value: string): boolean {
  return value.length < 8 || /(?:ed|ly|ing|[ai]ble|ive|ion)$/.test(value);
}

/** Proposes the value between the two places if it reads as one; `quoted` when marks set it apart. Its end, or 0. */
function takeValue(
  scan: TextScan,
  rule: NameRule,
  start: number,
  end: number,
  quoted: boolean,
  tight: boolean,
): number {
  const { kind, accepts } = rule;
  if (kind !== 'password' && kind !== 'api_key') return takeDetail(scan, rule, start, quoted ? end : 0);
  const value = scan.text.slice(start, end);
  // In a text a short word behind "secret:" is the name of one.
  if (kind === 'api_key' && value.length < 8) return 0;
  // In code: `form.password2`, `token=new_token`; as the names of things: `ENV_SECRET = "AWS_SECRET_ACCESS_KEY"`.
  const dotted = value.includes('.') ? value.slice(0, startOf(value, value.length, DIGIT)) : value;
  const isName = (!quoted || kind === 'api_key') && isAll(dotted, LETTER | UNDERSCORE | DASH | DOT);
  if (isName && namingRule(scan, dotted)) return 0;
  if (!readsAsSecret(value, quoted, tight) || accepts!(value, false) < scan.threshold) return 0;
  propose(scan, kind, start, end, 0.85, 'assignment', PRIORITY_CUSTOM);
  return end;
}

/** Behind the mark: blanks, or the next line; a quote; a scheme. */
const LEAD = /^>?(?:\*\* )?( {0,3})(\s{0,16})\\?(["'`]?)((?:bearer|basic|token|apikey|digest|negotiate) )?/i;
/** `--- PASS: TestHTTP2Server`, `PASS: lib/a1.test.js`: a test has passed. */
const VERDICT = /--- PASS: |\bPASS\]?: (?:[Tt]est|\S*[./])/;
/** Markdown: `**x**`. */
const STRONG = /^(\*\*?|__).+\1$/;

function assigned(scan: TextScan, mark: number): number {
  const { text } = scan;
  const rule = ruleBefore(scan, mark);
  if (!rule) return 0;
  const [lead, blanks, below, quote, scheme] = LEAD.exec(text.slice(mark + 1, mark + 40))!;
  const tight = !blanks && !below;
  let start = mark + 1 + lead.length;
  let end = valueEnd(text, start, quote!, tight && unitAt(text, mark) === 61);
  // On the next line it stands alone.
  if (below && !/^[\r\n]?$/.test(text.slice(end, end + 1))) return 0;
  if (!quote) {
    // "password=x<br>"; in a URL the host stands behind it: `https://access-token:x@host`.
    const isUserInfo = /:\/\/[^/\s@]*$/.test(textBefore(text, mark, MAX_NAME_UNITS));
    end = start + text.slice(start, end).split(isUserInfo ? '@' : /<\/?[a-z]+\/?>/i, 1)[0]!.length;
    // "[password=x]", and not "Bearer [REDACTED]".
    const closing = text[start] === '[' ? '.):}' : '.):}]';
    while (end > start && closing.includes(text[end - 1]!)) end--;
  }
  // "token= HTTP/1.1": nothing, and the next word.
  if (blanks && unitAt(text, mark) === 61 && unitAt(text, mark - 1) > 32 && /[/=]/.test(text.slice(start, end)))
    return 0;
  if (VERDICT.test(text.slice(Math.max(0, mark - 8), end))) return 0;
  const strong = (STRONG.exec(text.slice(start, end))?.[1] ?? '').length;
  start += strong;
  end -= strong;
  // What stands behind "Bearer" or "Basic" is a credential, whatever its units.
  const taken = takeValue(scan, rule, start, end, !!(quote || (scheme && !'<{'.includes(text[start]!))), tight);
  return taken || (end - start > MAX_REJECTED_UNITS ? end : 0);
}

/** A program's flag and its value: `--password s3cret`. */
function flagged(scan: TextScan, start: number, end: number): void {
  const { text } = scan;
  const rule = unitAt(text, end) === 32 && namingRule(scan, text.slice(start + 2, end).slice(0, MAX_NAME_UNITS));
  if (!rule) return;
  const quote = /["']?/.exec(text[end + 1]!)![0];
  const from = end + 1 + quote.length;
  takeValue(scan, rule, from, valueEnd(text, from, quote, false), quote !== '', false);
}

/** `<password>s3cret</password>`, from its closing tag. */
function enclosed(scan: TextScan, slash: number, end: number): void {
  const { text } = scan;
  const rule = namingRule(scan, text.slice(slash + 1, end).slice(0, MAX_NAME_UNITS));
  const [, value] = /.>([^<>]+)<$/s.exec(text.slice(Math.max(0, slash - 130), slash)) ?? [];
  if (rule && value) takeValue(scan, rule, slash - 1 - value.length, slash - 1, true, true);
}

/** Hashes in the form of `crypt`: bcrypt, Argon2, scrypt, SHA-2. */
const HASH = /^\$(?:2[abxy]|argon2id?|scrypt|[56y])\$[\w.+/=,$-]{2,99}\$[\w.+/]{20,86}(?![\w.+/])/;

/** The hash of a password at `start`. */
function hashed(scan: TextScan, start: number): void {
  const [hash = ''] = HASH.exec(scan.text.slice(start, start + 256)) ?? [];
  if (hash && !isTokenPlaceholder(hash))
    propose(scan, 'password', start, start + hash.length, 0.95, 'prefix', PRIORITY_TOKEN);
}

/** Secrets by the name of their field, or by a name in front of them in a text. */
export const namedSecrets: KindDetector = {
  kinds: ['password', 'api_key'],
  names: secretNames,
  units: COLON | EQUALS | DASH | SLASH | DIGIT,
  run(scan, start, end, units) {
    const { text } = scan;
    const { marks, markCount, words, wordCount } = scan.points;
    // The name of a resource may end in one of a secret.
    if (unitAt(text, start) === 97 && text.startsWith('arn:', start)) return;
    if (units & DASH && (units & EQUALS) === 0 && text.startsWith('--', start)) flagged(scan, start, end);
    if (unitAt(text, start) === 47 && unitAt(text, start - 1) === 60) enclosed(scan, start, end);
    // At the start of the run, or behind a user's name.
    for (let k = 0; units & MARK && k < 2 && k < wordCount; k++)
      if (unitAt(text, words[k]! - 1) === 36) hashed(scan, words[k]! - 1);
    if (start > MIN_SPOKEN_UNITS) {
      if (units & DIGIT && units & LETTER) spokenSecret(scan, start, end);
      commandPassword(scan, start, end);
    }
    for (let k = 0; k < markCount; k++) {
      const i = marks[k]!;
      // No part of an address, nor of a scope (`Token::Name`).
      if (i < scan.valuesDone || unitAt(text, i) === 64 || text.startsWith('::', i - 1)) continue;
      const next = unitAt(text, i + 1);
      if (next !== 58 && next !== 61 && !text.startsWith('//', i + 1))
        scan.valuesDone = Math.max(scan.valuesDone, assigned(scan, i));
    }
  },
};
