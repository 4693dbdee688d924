// Secrets that a sentence or a command line gives away: "my password is x", "the api key x", the `login y password x` of
// netrc, a line of a configuration file, and `curl -u user:x`.
import { COPULAS } from './cues.ts';
import { PRIORITY_CUSTOM } from './kind-detector.ts';
import { isMethod, isMixed, isPath, isPlaceholder, isTokenPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { ruleBefore } from './secret-names.ts';
import { isMixedCase, textBefore, unitAt } from './units.ts';

const MAX_UNITS = 64;
const COMMAND_UNITS = 120;

/** `hunter2` at the end of what is said, or mixed as no word of a sentence is; not "8characters", "30days". */
function readsAsPassword(value: string, last: boolean): boolean {
  if (!/\d/.test(value) || isMethod(value) || isPlaceholder(value)) return false;
  if (/[!#$%&*?^~]/.test(value)) return true;
  return (
    !value.includes('-') &&
    (isMixedCase(value) || /[a-z]\d+[a-z]{2}/.test(value) || (last && !/^\d+[a-z]+$/.test(value)))
  );
}

/** Alone behind its name on a line: more than a word or a version, as the `field2` of "password field2". */
const AMPLE = /^(?!(?:[A-Za-z]?[a-z]*\d*|v?[\d./:-]+)$).(?:.*[A-Z!@#$%&*^~]|.*\d\D+\d)/;
const ALONE = /(?:^|\n)[ \t]*\S+\s$/;
const NETRC = /machine\s+\S+\s+login\s+\S+\s+password\s$/;

/** A key behind its name, with "is" between them or without: nothing but random units. */
function readsAsKey(value: string, stated: boolean): boolean {
  return (
    (stated ? /^[\w-]{16,}$/ : /^[\w-]{20,}$/).test(value) &&
    (isMixed(value) || /^[\da-f]{32,}$/.test(value)) &&
    !isTokenPlaceholder(value)
  );
}

/** SQL's `PASSWORD 'x'` and `IDENTIFIED BY 'x'`, `define('PASSWORD', 'x')`, and `name="password" value="x"`. */
const IN_FRONT = /identified by $|value=$|define\( ?['"]\w+['"], ?$|[^,] $/;

/** `open` is at the first quote. */
function quotedSecret(scan: TextScan, open: number): void {
  const { text } = scan;
  const value = text.slice(open + 1, open + MAX_UNITS).split(text[open]!, 1)[0]!;
  const [front] = IN_FRONT.exec(textBefore(text, open, COMMAND_UNITS)) ?? [];
  if (!front || !/^(?=\D*\d)(?=.*[a-z])\S{6,}$/i.test(value) || isPlaceholder(value) || isPath(value)) return;
  const kind = front[0] === 'i' ? 'password' : ruleBefore(scan, front === 'value=' ? open - 6 : open)?.kind;
  if (kind) propose(scan, kind, open + 1, open + 1 + value.length, 0.85, 'assignment', PRIORITY_CUSTOM);
}

/** Proposes the run if the words in front of it say that it is a secret. */
export function spokenSecret(scan: TextScan, start: number, runEnd: number): void {
  const { text } = scan;
  const open = unitAt(text, start) === 39 ? start : start - 1;
  const quote = unitAt(text, open);
  if ((quote === 39 || quote === 34) && ' =,'.includes(text[open - 1]!)) quotedSecret(scan, open);
  // The words end in s, t, d, h, o, y, n, an accented e.
  if (unitAt(text, start - 1) > 32 || !'stdhoyn\xe9\xe8'.includes(text[start - 2]!)) return;
  const value = text.slice(start, Math.min(runEnd, start + MAX_UNITS + 3)).replace(/[.:?]{1,3}$/, '');
  if (value.length < 6 || value.length > MAX_UNITS) return;
  const before = textBefore(text, start, COMMAND_UNITS);
  const [word] = /[\w\xe8\xe9]*(?=.$)/s.exec(before.slice(-16))!;
  const stated = word === 'to' || COPULAS.includes(` ${word} `);
  const behind = text[start + value.length] ?? '\n';
  const alone = (behind === '\n' || behind === '\r') && ALONE.test(before);
  if (!stated && !alone && word !== 'password' && value.length < 20) return;
  const rule = ruleBefore(scan, stated ? start - 1 - word.length : start);
  if (rule === undefined || rule.accepts!(value, false) < scan.threshold) return;
  const isLast = !/^ [a-z]/i.test(text.slice(start + value.length, runEnd + 2));
  const taken =
    rule.kind === 'api_key'
      ? readsAsKey(value, stated)
      : stated || (alone && rule.kind === 'password' && AMPLE.test(value))
        ? readsAsPassword(value, isLast)
        : NETRC.test(before) && !isPlaceholder(value);
  if (taken) propose(scan, rule.kind, start, start + value.length, 0.85, 'assignment', PRIORITY_CUSTOM);
}

/** `curl -u user:password`, `sshpass -p password`, quoted or not; `mysql -ppassword`. */
export function commandPassword(scan: TextScan, start: number, runEnd: number): void {
  const { text } = scan;
  const glued = text.startsWith('-p', start);
  const option = unitAt(text, start - 1) === 34 ? start - 1 : start;
  if (unitAt(text, option - 1) !== 32 || !(glued || 'urpa'.includes(text[option - 2]!))) return;
  const before = textBefore(text, option, COMMAND_UNITS);
  const isCurl = /curl .*(?:-u|--user) +$/s.test(before);
  if (!(glued ? before.includes('mysql') : isCurl || /(?:sshpass|docker login|redis-cli) .*-[ap] $/.test(before)))
    return;
  const run = text.slice(start, runEnd);
  const [, lead = '', password = ''] = (isCurl ? /^([^:]*:'?)(.*?)'?$/ : /^((?:-p)?'?)(.*?)'?$/).exec(run) ?? [];
  // "user:password", "test:test", "$1:$2", "x:xxxx": a longer one of one unit is a placeholder.
  const isNone = isCurl
    ? /^(?:\$.*|pass(?:word|wd)?|token|secret|test|(.)\1{0,12})$/i.test(password)
    : !/\d/.test(password);
  if (password === '' || isNone || isPlaceholder(password)) return;
  const from = start + lead.length;
  propose(scan, 'password', from, from + password.length, 0.85, 'assignment', PRIORITY_CUSTOM);
}
