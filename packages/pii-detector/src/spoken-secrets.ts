// Passwords that a sentence or a command line gives away: "my password is x", the `login y password x` of netrc, and
// `curl -u user:x`.
import { PRIORITY_CUSTOM } from './kind-detector.ts';
import { isPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { ruleBefore } from './secret-names.ts';
import { classOf, DASH, DIGIT, FOREIGN, isLetter, LETTER, MARK, startOf, unitAt, WORD } from './units.ts';

const MIN_UNITS = 6;
const MAX_UNITS = 64;
const MAX_WORD_UNITS = 16;
const COMMAND_UNITS = 120;
const COPULAS = ' is was ist lautet est es \xe9 \xe8 jest to ';
const METHODS = /^(?:sha|md\d|base\d|b?s?crypt|argon|pbkdf|utf|v\d)/i;

/** `hunter2` at the end of what is said, or mixed as no word of a sentence is. */
function readsAsPassword(text: string, start: number, end: number): boolean {
  const value = text.slice(start, end);
  let marks = 0;
  let units = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = classOf(unitAt(value, i));
    if (unit & MARK && value[i] !== "'") marks++;
    units |= unit & (DIGIT | LETTER | DASH | FOREIGN);
  }
  if (!(units & DIGIT) || METHODS.test(value) || isPlaceholder(value)) return false;
  if (marks > 0) return true;
  const mixed = value !== value.toLowerCase() && value !== value.toUpperCase();
  const last = unitAt(text, end) !== 32 || !isLetter(unitAt(text, end + 1));
  return !(units & DASH) && (mixed || last);
}

/** Proposes the run if the words in front of it say that it is a password. */
export function spokenPassword(scan: TextScan, start: number, runEnd: number): void {
  const { text } = scan;
  // The words end in s, t, d, o, an accented e.
  if (unitAt(text, start - 1) > 32 || !'stdo\xe9\xe8'.includes(text[start - 2]!)) return;
  let end = runEnd;
  while (end > start && '.:?'.includes(text[end - 1]!)) end--;
  if (end - start < MIN_UNITS || end - start > MAX_UNITS) return;
  const from = startOf(text, start - 1, WORD, Math.max(0, start - MAX_WORD_UNITS));
  const word = text.slice(from, start - 1);
  if (COPULAS.includes(` ${word.toLowerCase()} `)) {
    if (ruleBefore(scan, from)?.kind !== 'password' || !readsAsPassword(text, start, end)) return;
  } else {
    // netrc: machine, login and password, each in front of its value.
    if (word !== 'password' || isPlaceholder(text.slice(start, end))) return;
    const before = text
      .slice(Math.max(0, from - COMMAND_UNITS), from)
      .trim()
      .split(/\s+/);
    if (before.at(-2) !== 'login' || before.at(-4) !== 'machine') return;
  }
  propose(scan, 'password', start, end, 0.85, 'assignment', PRIORITY_CUSTOM);
}

/** `curl -u user:password`, quoted or not. */
export function commandPassword(scan: TextScan, start: number, runEnd: number): void {
  const { text } = scan;
  const quote = unitAt(text, start) === 39 ? start : unitAt(text, start - 1) === 34 ? start - 1 : 0;
  const option = quote > 0 ? quote : start;
  if (unitAt(text, option - 1) !== 32) return;
  const flag = unitAt(text, option - 2);
  if (flag !== 117 && flag !== 114) return;
  const before = text.slice(Math.max(0, option - COMMAND_UNITS), option);
  if (!(before.endsWith(' -u ') || before.endsWith(' --user ')) || !before.includes('curl ')) return;
  const colon = text.indexOf(':', start);
  const end = unitAt(text, runEnd - 1) === 39 && quote === start ? runEnd - 1 : runEnd;
  if (colon + 1 >= end || isPlaceholder(text.slice(colon + 1, end))) return;
  propose(scan, 'password', colon + 1, end, 0.85, 'assignment', PRIORITY_CUSTOM);
}
