// E-mail addresses (RFC 5321, 5322, 6531): walked outwards from each `@`.
import { CUE_EMAIL } from './cues.ts';
import { parseIpv4 } from './ipv4.ts';
import { parseIpv6 } from './ipv6.ts';
import { type KindDetector, PRIORITY_EMAIL } from './kind-detector.ts';
import { propose, type TextScan } from './scan.ts';
import { AT, classOf, FIRST_UNSPACED, FOREIGN, isAlphanumeric, isDigit, isLetter, unitAt } from './units.ts';

const MAX_LOCAL = 64;
const MAX_DOMAIN = 255;
const MAX_LABEL = 63;

/** Endings of files, not of domains. */
const FILE_ENDINGS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'png jpg jpeg gif webp svg ico bmp css scss less js mjs cjs jsx ts tsx vue json md html yml yaml toml xml txt lock map exe dll pdf csv log env tar tgz gz bz2 xz rar php rb java kt cpp hpp jar war lua sql sqlite bak tmp cfg conf ini sum wasm whl deb rpm apk dmg iso img bin dat doc docx xls xlsx ppt pptx mp3 mp4 wav avi ttf woff woff2 proto gradle service socket timer mount slice'.split(
    ' ',
  ),
);

/** Scripts written without spaces, whose letters may touch an address that is not part of them. */
function isUnspacedScript(unit: number): boolean {
  return unit >= FIRST_UNSPACED;
}

function isForeign(unit: number): boolean {
  return (classOf(unit) & FOREIGN) > 0;
}

/** Units of an unquoted local part (RFC 5322 atext and the dot). */
function isLocalUnit(unit: number): boolean {
  if (isAlphanumeric(unit) || unit === 46 || unit === 95 || unit === 45 || unit === 43) return true;
  // ! # $ % & ' * / = ? ^ ` { | } ~
  return (unit < 127 && "!#$%&'*/=?^`{|}~".includes(String.fromCharCode(unit))) || isForeign(unit);
}

function localStart(text: string, at: number, floor: number): number {
  if (unitAt(text, at - 1) === 34) return quotedStart(text, at - 1, floor);
  let i = at;
  const ascii = at > 0 && unitAt(text, at - 1) < 128;
  while (i > floor && at - i <= MAX_LOCAL) {
    const unit = unitAt(text, i - 1);
    if (!isLocalUnit(unit) || (ascii && isUnspacedScript(unit))) break;
    i--;
  }
  return i;
}

/** Start of the quoted string that ends at `quote`, or `quote + 1` where there is none. */
function quotedStart(text: string, quote: number, floor: number): number {
  for (let i = quote - 1; i >= floor && quote - i <= MAX_LOCAL; i--) {
    const unit = unitAt(text, i);
    if (unit < 32) break;
    if (unit === 34 && unitAt(text, i - 1) !== 92) return quote - i > 1 ? i : quote + 1;
  }
  return quote + 1;
}

/** Cuts what belongs to the text around it: `key=`, a path, a quote, a bullet. */
function trimLocal(text: string, start: number, at: number): number {
  let from = start;
  for (let i = start; i < at; i++) {
    const unit = unitAt(text, i);
    if (unit === 47 || unit === 63) from = i + 1;
    else if (unit === 38 && unitAt(text, i + 1) !== 43) from = i + 1;
    else if (unit === 61 && !hasPlus(text, from, i)) from = i + 1;
    else if (unit === 123 || unit === 124 || unit === 125 || unit === 96) from = i + 1;
  }
  while (from < at) {
    const unit = unitAt(text, from);
    if (isAlphanumeric(unit) || unit === 95 || unit === 43 || isForeign(unit)) break;
    from++;
  }
  return from;
}

/** `to=ann@...`, and not `customer/department=shipping@...`. */
function isAssignment(text: string): boolean {
  const equals = text.indexOf('=');
  return equals >= 0 && !text.slice(0, equals).includes('/');
}

/** `id|ann@...`: a column in front of the address; an address of marks (`!#|~@...`) is one. */
function isPiped(text: string, at: number): boolean {
  let i = 0;
  while (i < at && (isAlphanumeric(unitAt(text, i)) || unitAt(text, i) === 95 || unitAt(text, i) === 46)) i++;
  return unitAt(text, i) === 124;
}

/** "bounce+user=example.com" is a local part, "to=user" is not. */
function hasPlus(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (unitAt(text, i) === 43) return true;
  return false;
}

function isDotAtom(text: string, start: number, end: number): boolean {
  if (start >= end || unitAt(text, start) === 46 || unitAt(text, end - 1) === 46) return false;
  for (let i = start + 1; i < end; i++) {
    if (unitAt(text, i) === 46 && unitAt(text, i - 1) === 46) return false;
  }
  return true;
}

/** End of the domain that starts at `start`, or 0. */
function domainEnd(text: string, start: number, lenient: boolean): number {
  if (unitAt(text, start) === 91) return literalEnd(text, start);
  const stop = Math.min(text.length, start + MAX_DOMAIN);
  let label = start;
  let end = 0;
  let labels = 0;
  for (let i = start; i <= stop; i++) {
    const unit = i < stop ? unitAt(text, i) : 0;
    const first = unitAt(text, label);
    const scriptEnds = i > label && first < 128 && isUnspacedScript(unit);
    if (!scriptEnds && (isAlphanumeric(unit) || unit === 45 || isForeign(unit))) continue;
    let labelEnd = i;
    while (labelEnd > label && unitAt(text, labelEnd - 1) === 45) labelEnd--;
    if (labelEnd === label || i - label > MAX_LABEL || first === 45) break;
    labels++;
    end = labelEnd;
    if (unit !== 46 || labelEnd !== i) break;
    label = i + 1;
  }
  return labels >= 2 && isDomain(text, start, end, lenient) ? end : 0;
}

function literalEnd(text: string, start: number): number {
  const close = text.slice(start, start + 64).indexOf(']');
  if (close < 0) return 0;
  const inside = text.slice(start + 1, start + close);
  const tagged = inside.slice(0, 5).toLowerCase() === 'ipv6:';
  const valid = tagged ? parseIpv6(inside.slice(5)) !== undefined : parseIpv4(inside) !== undefined;
  return valid ? start + close + 1 : 0;
}

function isDomain(text: string, start: number, end: number, lenient: boolean): boolean {
  const dot = text.slice(start, end).lastIndexOf('.') + start;
  const ending = text.slice(dot + 1, end).toLowerCase();
  if (ending.startsWith('xn--')) return ending.length > 4;
  if (ending.length < 2 && !isUnspacedScript(unitAt(ending, 0))) return false;
  for (let i = 0; i < ending.length; i++) {
    const unit = unitAt(ending, i);
    if (!isLetter(unit) && !isForeign(unit)) return false;
  }
  if (!lenient && FILE_ENDINGS.has(ending)) return false;
  return !isVersion(text, start, dot);
}

/** `18.2.0-next.alpha`: the labels of a version, not of a host. */
function isVersion(text: string, start: number, end: number): boolean {
  let i = start;
  while (i < end && isDigit(unitAt(text, i))) i++;
  return i > start && unitAt(text, i) === 46 && isDigit(unitAt(text, i + 1));
}

/** What is no mailbox although it has the shape: `git@host:path`, `user@host:/path`, `ssh://user@host`. */
function isRemote(text: string, start: number, at: number, end: number): boolean {
  if (unitAt(text, start - 1) === 47 && unitAt(text, start - 2) === 47 && unitAt(text, start - 3) === 58) return true;
  if (unitAt(text, end) !== 58) return false;
  const next = unitAt(text, end + 1);
  const local = text.slice(start, at);
  return next === 47 || next === 126 || ((local === 'git' || local === 'hg' || local === 'svn') && next > 32);
}

/** `j***@example.com`, `***@example.com`. */
function isMasked(text: string, start: number, at: number): boolean {
  for (let i = start; i < at; i++)
    if (unitAt(text, i) === 42 && (unitAt(text, i + 1) === 42 || i + 1 === at)) return true;
  return false;
}

/** Judges the address around the `@`; answers with its end, or 0. */
function scanAt(scan: TextScan, at: number): number {
  const { text } = scan;
  const named = (scan.field.cues & CUE_EMAIL) !== 0;
  const end = domainEnd(text, at + 1, named);
  if (end === 0) return 0;
  let start = localStart(text, at, scan.consumed);
  const quoted = unitAt(text, at - 1) === 34;
  const whole = start === 0 && end === text.length;
  if (!quoted && !(whole && (named || !(isAssignment(text) || isPiped(text, at))))) {
    const trimmed = trimLocal(text, start, at);
    // An address of all the marks there are: cut by them nothing would be left of it.
    if (trimmed < at || !isAlphanumeric(unitAt(text, start))) start = trimmed;
  }
  // `u'ann@x.org'`: the quote that closes behind it opens inside.
  if (!quoted && unitAt(text, end) === 39) start += text.slice(start, at).lastIndexOf("'") + 1;
  if (at - start > MAX_LOCAL || start >= at || (!quoted && !isDotAtom(text, start, at))) return 0;
  if (isRemote(text, start, at, end) || isMasked(text, start, at)) return 0;
  const confidence = named ? 0.98 : 0.95;
  propose(scan, 'email', start, end, confidence, 'address-syntax', PRIORITY_EMAIL);
  return end;
}

/** By field name also a mailbox on a host without a dot: `root@mailhost`. */
function acceptsLocalHost(value: string): number {
  const at = value.indexOf('@');
  if (at < 1 || at > MAX_LOCAL || value.length - at > MAX_LABEL + 1 || !isDotAtom(value, 0, at)) return 0;
  for (let i = 0; i < at; i++) if (!isLocalUnit(unitAt(value, i))) return 0;
  if (!isLetter(unitAt(value, at + 1))) return 0;
  for (let i = at + 1; i < value.length; i++) {
    if (!isAlphanumeric(unitAt(value, i)) && unitAt(value, i) !== 45) return 0;
  }
  return 0.6;
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
        'email mail email_address mail_address email_id user_email contact_email recipient reply_to correo correo_electronico courriel adresse_mail adresse_email e_post メール メールアドレス 邮箱 почта',
    },
  ],
  units: AT,
  run(scan) {
    const { marks, markCount } = scan.points;
    let done = 0;
    for (let k = 0; k < markCount; k++) {
      const i = marks[k]!;
      if (i < done || unitAt(scan.text, i) !== 64) continue;
      done = scanAt(scan, i);
      scan.consumed = Math.max(scan.consumed, done);
    }
  },
};
