// Secrets that a sentence or a command line gives away: "my password is x", "the api key x", the `login y password x` of
// netrc, and `curl -u user:x`.
import { PRIORITY_CUSTOM } from './kind-detector.ts';
import { isMethod, isMixed, isPlaceholder, isTokenPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { COPULAS, ruleBefore } from './secret-names.ts';
import { DASH, isAll, isLetter, startOf, unitAt, WORD } from './units.ts';

const MIN_UNITS = 6;
const MAX_UNITS = 64;
const MIN_KEY_UNITS = 20;
const MAX_WORD_UNITS = 16;
const COMMAND_UNITS = 120;

/** `hunter2` at the end of what is said, or mixed as no word of a sentence is. */
function readsAsPassword(text: string, start: number, end: number): boolean {
  const value = text.slice(start, end);
  if (!/\d/.test(value) || isMethod(value) || isPlaceholder(value)) return false;
  if (/[!#$%&*?^~]/.test(value)) return true;
  const mixed = value !== value.toLowerCase() && value !== value.toUpperCase();
  const last = unitAt(text, end) !== 32 || !isLetter(unitAt(text, end + 1));
  // "8characters", "30days"
  return !value.includes('-') && (mixed || (last && !/^\d+[a-z]+$/.test(value)));
}

/** A key behind its name, with "is" between them or without: nothing but random units. */
function readsAsKey(value: string, stated: boolean): boolean {
  return (
    isAll(value, WORD | DASH) &&
    value.length >= (stated ? 16 : MIN_KEY_UNITS) &&
    isMixed(value) &&
    !isTokenPlaceholder(value)
  );
}

/** The first name and value of netrc: machine, login and password, each in front of its value. */
function isNetrc(text: string, password: number): boolean {
  const before = text
    .slice(Math.max(0, password - COMMAND_UNITS), password)
    .trim()
    .split(/\s+/);
  return before.at(-2) === 'login' && before.at(-4) === 'machine';
}

/** SQL's `PASSWORD 'x'` and `IDENTIFIED BY 'x'`, and `name="password" value="x"`: `open` is at the first quote. */
function quotedSecret(scan: TextScan, open: number): void {
  const { text } = scan;
  const value = text.slice(open + 1, open + MAX_UNITS).split(text[open]!, 1)[0]!;
  const before = text.slice(Math.max(0, open - COMMAND_UNITS), open).toLowerCase();
  const named = before.endsWith('value=') ? open - 6 : before.endsWith(' ') ? open : 0;
  const kind = before.endsWith('identified by ') ? 'password' : named > 0 && ruleBefore(scan, named)?.kind;
  if (!kind || value.length < MIN_UNITS || !/\d/.test(value) || !/[a-z]/i.test(value)) return;
  if (!/\s/.test(value) && !isPlaceholder(value))
    propose(scan, kind, open + 1, open + 1 + value.length, 0.85, 'assignment', PRIORITY_CUSTOM);
}

/** Proposes the run if the words in front of it say that it is a secret. */
export function spokenSecret(scan: TextScan, start: number, runEnd: number): void {
  const { text } = scan;
  const open = unitAt(text, start) === 39 ? start : start - 1;
  const quote = unitAt(text, open);
  if ((quote === 39 || quote === 34) && ' ='.includes(text[open - 1]!)) quotedSecret(scan, open);
  // The words end in s, t, d, o, y, n, an accented e.
  if (unitAt(text, start - 1) > 32 || !'stdoyn\xe9\xe8'.includes(text[start - 2]!)) return;
  let end = runEnd;
  while (end > start && '.:?'.includes(text[end - 1]!)) end--;
  if (end - start < MIN_UNITS || end - start > MAX_UNITS) return;
  const value = text.slice(start, end);
  const from = startOf(text, start - 1, WORD, Math.max(0, start - MAX_WORD_UNITS));
  const word = text.slice(from, start - 1).toLowerCase();
  const stated = word === 'to' || COPULAS.includes(` ${word} `);
  if (!stated && word !== 'password' && value.length < MIN_KEY_UNITS) return;
  const kind = ruleBefore(scan, stated ? from : start)?.kind;
  if (kind === undefined) return;
  const taken =
    kind === 'api_key'
      ? readsAsKey(value, stated)
      : stated
        ? readsAsPassword(text, start, end)
        : word === 'password' && isNetrc(text, from) && !isPlaceholder(value);
  if (taken) propose(scan, kind, start, end, 0.85, 'assignment', PRIORITY_CUSTOM);
}

/** Commands, and the flags in front of their passwords. */
const COMMANDS: readonly (readonly [command: string, flag: string])[] = [
  ['curl ', ' -u '],
  ['curl ', ' --user '],
  ['sshpass ', ' -p '],
  ['docker login ', ' -p '],
  ['redis-cli ', ' -a '],
];

/** Where the password begins in what stands behind the flag; its end where there is none. */
function passwordStart(run: string, command: string | undefined): number {
  if (command === undefined) return '-p'.length;
  if (command !== 'curl ') return run[0] === "'" ? 1 : 0;
  const colon = run.indexOf(':');
  return colon < 0 ? run.length : colon + 1;
}

/** `curl -u user:password`, `sshpass -p password`, quoted or not; `mysql -ppassword`. */
export function commandPassword(scan: TextScan, start: number, runEnd: number): void {
  const { text } = scan;
  const glued = text.startsWith('-p', start);
  const quote = unitAt(text, start) === 39 ? start : unitAt(text, start - 1) === 34 ? start - 1 : 0;
  const option = quote > 0 ? quote : start;
  if (unitAt(text, option - 1) !== 32 || !(glued || 'urpa'.includes(text[option - 2]!))) return;
  const before = text.slice(Math.max(0, option - COMMAND_UNITS), option);
  const command = glued
    ? undefined
    : COMMANDS.find(([name, flag]) => before.endsWith(flag) && before.includes(name))?.[0];
  if (command === undefined && !(glued && before.includes('mysql'))) return;
  const end = unitAt(text, runEnd - 1) === 39 && quote === start ? runEnd - 1 : runEnd;
  const run = text.slice(start, end);
  const password = run.slice(passwordStart(run, command));
  if (password === '' || isPlaceholder(password) || (command !== 'curl ' && !/\d/.test(password))) return;
  propose(scan, 'password', end - password.length, end, 0.85, 'assignment', PRIORITY_CUSTOM);
}
