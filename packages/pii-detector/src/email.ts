// E-mail addresses (RFC 5321, 5322, 6531): walked outwards from each `@`.
import { CUE_EMAIL } from './cues.ts';
import { parseIpv4 } from './ipv4.ts';
import { parseIpv6 } from './ipv6.ts';
import { type KindDetector, PRIORITY_EMAIL } from './kind-detector.ts';
import { eachMark, propose, type TextScan } from './scan.ts';
import {
  ALPHANUMERIC,
  AT,
  classAt,
  DASH,
  DOT,
  endOf,
  FOREIGN,
  isAll,
  isUnspaced,
  LETTER,
  PLUS,
  startOf,
  UNDERSCORE,
  unitAt,
} from './units.ts';
import { wordsOf } from './words.ts';

const MAX_LOCAL = 64;
const MAX_DOMAIN = 255;
const MAX_LABEL = 63;

/** Endings of files, not of domains. */
const FILE_ENDINGS: ReadonlySet<string> = wordsOf(
  'png jpg jpeg gif webp svg css scss js mjs cjs jsx ts tsx vue json md html yml yaml toml xml txt lock map exe dll pdf csv log env tar tgz gz xz rar php rb java kt jar sql sqlite bak tmp cfg conf ini sum wasm whl deb rpm doc docx xlsx pptx service socket timer mount slice',
);

/** Units of an unquoted local part (RFC 5322 atext and the dot), besides those in `MARKS`. */
const LOCAL: number = ALPHANUMERIC | DOT | UNDERSCORE | DASH | PLUS | FOREIGN;
const MARKS = "!#$%&'*/=?^`{|}~";

function isLocalUnit(text: string, index: number): boolean {
  return (classAt(text, index) & LOCAL) > 0 || MARKS.includes(text[index] ?? ' ');
}

function localStart(text: string, at: number, floor: number): number {
  if (unitAt(text, at - 1) === 34) return quotedStart(text, at - 1, floor);
  const ascii = at > 0 && unitAt(text, at - 1) < 128;
  let i = at;
  while (i > floor && at - i <= MAX_LOCAL) {
    const unitClass = classAt(text, i - 1);
    const ends = unitClass & FOREIGN ? ascii && isUnspaced(unitAt(text, i - 1)) : !isLocalUnit(text, i - 1);
    if (ends) break;
    i--;
  }
  return i;
}

/** Start of the quoted string that ends at `quote`, or `quote + 1` where there is none. */
function quotedStart(text: string, quote: number, floor: number): number {
  for (let i = quote - 1; i >= floor && quote - i <= MAX_LOCAL; i--) {
    if (unitAt(text, i) < 32) break;
    if (text[i] === '"' && text[i - 1] !== '\\') return quote - i > 1 ? i : quote + 1;
  }
  return quote + 1;
}

/** Cuts what belongs to the text around it: `key=`, a path, a quote, a bullet. */
function trimLocal(text: string, start: number, at: number): number {
  let from = start;
  for (let i = start; i < at; i++) {
    const unit = text[i]!;
    const cuts =
      '/?{|}`'.includes(unit) ||
      (unit === '&' && text[i + 1] !== '+') ||
      // "bounce+user=example.com" is a local part, "to=user" is not.
      (unit === '=' && !text.slice(from, i).includes('+'));
    if (cuts) from = i + 1;
  }
  while (from < at && !(classAt(text, from) & (ALPHANUMERIC | UNDERSCORE | PLUS | FOREIGN))) from++;
  return from;
}

/** `to=ann@...` and `id|ann@...`, and not `customer/department=shipping@...`; an address of marks is one (`!#|~@...`). */
function isPrefixed(text: string): boolean {
  return (text.includes('=') || text.includes('|')) && /^(?:[^/=]*=|[\w.]+\|)/.test(text);
}

/** No dot at an end of the atom or beside another. */
function isDotAtom(local: string): boolean {
  return local[0] !== '.' && !local.includes('..') && !local.endsWith('.');
}

/** End of the domain that starts at `start`, or 0. */
function domainEnd(text: string, start: number, lenient: boolean): number {
  if (unitAt(text, start) === 91) return literalEnd(text, start);
  const stop = Math.min(text.length, start + MAX_DOMAIN);
  let label = start;
  let end = 0;
  let labels = 0;
  for (let i = start; i <= stop; i++) {
    const unitClass = i < stop ? classAt(text, i) : 0;
    if (unitClass & (ALPHANUMERIC | DASH)) continue;
    // The script may change, but for one without spaces behind ASCII.
    if (unitClass & FOREIGN && !(i > label && unitAt(text, label) < 128 && isUnspaced(unitAt(text, i)))) continue;
    const labelEnd = startOf(text, i, DASH, label);
    if (labelEnd === label || i - label > MAX_LABEL || unitAt(text, label) === 45) break;
    labels++;
    end = labelEnd;
    if (i === stop || unitAt(text, i) !== 46 || labelEnd !== i) break;
    label = i + 1;
  }
  return labels >= 2 && isDomain(text.slice(start, end), lenient) ? end : 0;
}

function literalEnd(text: string, start: number): number {
  const [literal = '', tag, address = ''] = /^\[(ipv6:)?([^\]]*)\]/i.exec(text.slice(start, start + 64)) ?? [];
  return (tag ? parseIpv6(address) : parseIpv4(address)) ? start + literal.length : 0;
}

function isDomain(domain: string, lenient: boolean): boolean {
  const ending = domain.slice(domain.lastIndexOf('.') + 1).toLowerCase();
  if (ending.startsWith('xn--')) return ending.length > 4;
  // `18.2.0-next.alpha`, `icon@2x.heic`: the labels of a version or a file, not of a host.
  if (/^(?:\d+\.\d|\dx\.(?!com$))/.test(domain) || !isAll(ending, LETTER | FOREIGN)) return false;
  return (ending.length > 1 || isUnspaced(unitAt(ending, 0))) && (lenient || !FILE_ENDINGS.has(ending));
}

/** What is no mailbox although it has the shape: `git@host:path`, `user@host:/path`, `ssh://user@host`. */
function isRemote(text: string, start: number, at: number, end: number): boolean {
  if (start > 2 && text.startsWith('://', start - 3)) return true;
  if (text[end] !== ':') return false;
  const mark = /^(?:git|hg|svn)$/.test(text.slice(start, at)) ? /^:\S/ : /^:[/~]/;
  return mark.test(text.slice(end, end + 2));
}

/** Judges the address around the `@`; answers with its end, or 0. */
function scanAt(scan: TextScan, at: number): number {
  const { text } = scan;
  const named = (scan.field.cues & CUE_EMAIL) !== 0;
  const end = domainEnd(text, at + 1, named);
  if (end === 0) return 0;
  let start = localStart(text, at, scan.consumed);
  const quoted = text[at - 1] === '"';
  const whole = start === 0 && end === text.length;
  if (!quoted && !(whole && (named || !isPrefixed(text)))) {
    const trimmed = trimLocal(text, start, at);
    // An address of all the marks there are: cut by them nothing would be left of it.
    if (trimmed < at || !(classAt(text, start) & ALPHANUMERIC)) start = trimmed;
  }
  if (!quoted) start = endOf(text, start, DOT, at);
  // `u'ann@x.org'`: the quote that closes behind it opens inside.
  if (!quoted && text[end] === "'") start += text.slice(start, at).lastIndexOf("'") + 1;
  const local = text.slice(start, at);
  if (local === '' || local.length > MAX_LOCAL || !(quoted || isDotAtom(local))) return 0;
  // Masked: `j***@example.com`, `***@example.com`.
  if ((local.includes('*') && /\*(?:\*|$)/.test(local)) || isRemote(text, start, at, end)) return 0;
  propose(scan, 'email', start, end, named ? 0.98 : 0.95, 'address-syntax', PRIORITY_EMAIL);
  scan.consumed = Math.max(scan.consumed, end);
  return end;
}

/** By field name also a mailbox on a host without a dot: `root@mailhost`. */
function acceptsLocalHost(value: string): number {
  const [local = '', host = '', more] = value.slice(0, MAX_LOCAL + MAX_LABEL + 2).split('@');
  if (local === '' || local.length > MAX_LOCAL || more !== undefined || !isDotAtom(local)) return 0;
  for (let i = 0; i < local.length; i++) if (!isLocalUnit(local, i)) return 0;
  return /^[a-z][a-z\d-]{0,62}$/i.test(host) ? 0.6 : 0;
}

/** E-mail addresses. */
export const emails: KindDetector = {
  kinds: ['email'],
  names: [
    {
      kind: 'email',
      cues: CUE_EMAIL,
      accepts: acceptsLocalHost,
      names:
        'email mail email_addr email_address mail_address email_id recipient reply_to correo correo_electronico courriel e_post メール メールアドレス 邮箱 почта',
    },
  ],
  units: AT,
  run: (scan) => eachMark(scan, 64, scanAt),
};
