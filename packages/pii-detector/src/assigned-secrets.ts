// Secrets in text behind their name: `name=value`, `--name value`, `<name>value</name>`.
import { type KindDetector, type NameRule, PRIORITY_CUSTOM } from './kind-detector.ts';
import { isMethod, isPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { MAX_NAME_UNITS, ruleBefore, schemeLength, secretNames, secretRule } from './secret-names.ts';
import { commandPassword, spokenSecret } from './spoken-secrets.ts';
import {
  COLON,
  countUnits,
  DASH,
  DIGIT,
  DOT,
  EQUALS,
  isAll,
  LETTER,
  SLASH,
  startOf,
  UNDERSCORE,
  unitAt,
} from './units.ts';

/** `key ` */
const MIN_SPOKEN_UNITS = 3;
const MAX_VALUE_UNITS = 2048;
/** A longer value that is no secret is passed over, so that no part of it is walked for each name in it. */
const MAX_REJECTED_UNITS = 128;

/** Where a value ends: its closing quote, or what separates values in logs, queries, headers and connection strings. */
function valueEnd(text: string, start: number, quote: number, tight: boolean): number {
  const stop = Math.min(text.length, start + MAX_VALUE_UNITS);
  let i = start;
  for (; i < stop; i++) {
    const unit = unitAt(text, i);
    if (
      quote > 0
        ? unit === quote || unit === 10
        : unit <= 32 || (tight && unit === 38) || unit === 59 || unit === 44 || unit === 34 || unit === 39
    )
      break;
  }
  while (i > start && unitAt(text, i - 1) === 92) i--;
  return i;
}

/** Random enough for a secret in running text: letters and digits, or marks, and no code (`match[2]`, `read(`, `{{x}}`). */
function readsAsSecret(value: string, quoted: boolean, tight: boolean): boolean {
  if (value.length < 6 || isPlaceholder(value) || isMethod(value)) return false;
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

/** Proposes the value between the two places if it reads as one; `quoted` when marks set it apart. */
function takeValue(
  scan: TextScan,
  { kind, accepts }: NameRule,
  start: number,
  end: number,
  quoted: boolean,
  tight: boolean,
): boolean {
  const value = scan.text.slice(start, end);
  // In a text a short word behind "secret:" is the name of one.
  if (kind === 'api_key' && value.length < 8) return false;
  // In code: `form.password2`, `token=new_token`; as the names of things: `ENV_SECRET = "AWS_SECRET_ACCESS_KEY"`.
  const dotted = value.includes('.') ? value.slice(0, startOf(value, value.length, DIGIT)) : value;
  const isName = (!quoted || kind === 'api_key') && isAll(dotted, LETTER | UNDERSCORE | DASH | DOT);
  if (isName && secretRule(scan, dotted)) return false;
  if (!readsAsSecret(value, quoted, tight) || accepts!(value, false) < scan.threshold) return false;
  propose(scan, kind, start, end, 0.85, 'assignment', PRIORITY_CUSTOM);
  return true;
}

function assigned(scan: TextScan, mark: number): number {
  const { text } = scan;
  const rule = ruleBefore(scan, mark);
  if (!rule) return 0;
  let start = mark + 1;
  if (unitAt(text, start) === 62) start++;
  while (start < mark + 4 && unitAt(text, start) === 32) start++;
  const tight = start === mark + 1;
  if (unitAt(text, start) === 92) start++;
  let quote = unitAt(text, start);
  if (quote === 34 || quote === 39 || quote === 96) start++;
  else quote = 0;
  const scheme = schemeLength(text.slice(start, start + 12));
  start += scheme;
  let end = valueEnd(text, start, quote, tight && unitAt(text, mark) === 61);
  if (quote === 0) while (end > start && '.):}'.includes(text[end - 1]!)) end--;
  // What stands behind "Bearer" or "Basic" is a credential, whatever its units.
  const taken = takeValue(scan, rule, start, end, quote > 0 || scheme > 0, tight);
  return taken || end - start > MAX_REJECTED_UNITS ? end : 0;
}

/** A program's flag and its value: `--password s3cret`. */
function flagged(scan: TextScan, start: number, end: number): void {
  const { text } = scan;
  if (unitAt(text, end) !== 32) return;
  const rule = secretRule(scan, text.slice(start + 2, Math.min(end, start + 2 + MAX_NAME_UNITS)));
  if (!rule) return;
  const quote = unitAt(text, end + 1);
  const isQuoted = quote === 34 || quote === 39;
  const from = isQuoted ? end + 2 : end + 1;
  takeValue(scan, rule, from, valueEnd(text, from, isQuoted ? quote : 0, false), isQuoted, false);
}

const MAX_ELEMENT_UNITS = 128;

/** `<password>s3cret</password>`, from its closing tag. */
function enclosed(scan: TextScan, slash: number, end: number): void {
  const { text } = scan;
  const rule = secretRule(scan, text.slice(slash + 1, Math.min(end, slash + MAX_NAME_UNITS)));
  if (!rule) return;
  const close = slash - 1;
  let start = close;
  while (start > 0 && close - start < MAX_ELEMENT_UNITS) {
    const before = unitAt(text, start - 1);
    if (before === 60) return;
    if (before === 62) break;
    start--;
  }
  if (unitAt(text, start - 1) === 62) takeValue(scan, rule, start, close, true, true);
}

/** Secrets by the name of their field, or by a name in front of them in a text. */
export const namedSecrets: KindDetector = {
  kinds: ['password', 'api_key'],
  names: secretNames,
  units: COLON | EQUALS | DASH | SLASH | DIGIT,
  run(scan, start, end, units) {
    const { text } = scan;
    const { marks, markCount } = scan.points;
    // The name of a resource may end in one of a secret.
    if (unitAt(text, start) === 97 && text.startsWith('arn:', start)) return;
    if (units & DASH && (units & EQUALS) === 0 && text.startsWith('--', start)) flagged(scan, start, end);
    if (unitAt(text, start) === 47 && unitAt(text, start - 1) === 60) enclosed(scan, start, end);
    if (start > MIN_SPOKEN_UNITS) {
      if (units & DIGIT && units & LETTER) spokenSecret(scan, start, end);
      commandPassword(scan, start, end);
    }
    for (let k = 0; k < markCount; k++) {
      const i = marks[k]!;
      if (i < scan.valuesDone || unitAt(text, i) === 64) continue;
      const next = unitAt(text, i + 1);
      if (next !== 47 && next !== 58 && next !== 61) scan.valuesDone = Math.max(scan.valuesDone, assigned(scan, i));
    }
  },
};
