// Text that stands where a secret would: examples, templates, masks.
import { isMixedCase } from './units.ts';
import { wordsOf } from './words.ts';

const SHORT_MARKERS = /xxxx|XXXX|[Yy]our|YOUR/;

const MARKERS: readonly string[] =
  /* @__PURE__ */
  'example placeholder redacted changeme change_me change-me insert replace dummy sample -here ....'.split(' ');

const WORDS: ReadonlySet<string> = wordsOf(
  'changeme null none nil undefined true false yes no oui non ja nein n/a na tbd todo string text required optional redacted filtered masked hidden secret_value removed sealed encrypted empty unset missing disabled enabled unknown default nullable sometimes confirmed bail',
);

const MAX_WORD_UNITS = 12;

/**
 * `<key>`, `[key]`, `(none)`, `{0}`, `${KEY}`, `$(key)`, `{{ key`, `$KEY`, `%KEY%`, `%s`, masks, `your_key`; where it is:
 * `env:KEY`, `op://vault/item`, `!Ref Key`, `/run/secrets/key`; and `ENC[...]`.
 */
const STAND_IN =
  /^(?:<.*>|\[[^,]*\]|\([^)]*\)|\{.*\}|[$#][{(].*|\{\{.*|\$[A-Z_][A-Z\d_]*|%.*%|%.?|[*xX•.\-_#●·?]*|(?:data|env|k8s|os|secretref|secrets|ssm|var|vault)[.:][\w./:#()"'-]*|(?!http)[a-z][a-z+-]+:\/\/[^@]*|(?:process\.env|arn:|@Microsoft\.Key|!Ref |ENC\[|projects\/|(?:[Yy]our|YOUR)[_\- ]).*|[.~]{0,2}(?:\/[a-z._-]+\d?){2,})$/s;

/** True for a template, a mask, or a word that says that there is no value. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  // The rules of a form: `required|min:8`.
  const bar = text.indexOf('|');
  const word = bar < 0 ? text : text.slice(0, bar);
  // A unit ten times over is a mask of any kind.
  return (
    (word.length <= MAX_WORD_UNITS && WORDS.has(word.toLowerCase())) ||
    STAND_IN.test(text) ||
    (text.length > MAX_WORD_UNITS && /(.)\1{9}/.test(text))
  );
}

/** First words of what a form says about a value: "is too short", "can't be blank", "Must contain a digit". */
const REMARK =
  /^(?:is|are|was|has|have|can't|cannot|must|should|does|doesn't|too|not|please|ensure|this|same|ist|darf|muss|est|doit|debe|deve|moet) /i;

/** True for a sentence about a value in its place. */
export function isRemark(value: string): boolean {
  return REMARK.test(value);
}

/** Only the end or the ends are shown: `**** 4242`, `XXX-XX-6789`, `•••0130`. */
export function isMasked(value: string): boolean {
  return /\*\*|••|XXX[X-]/.test(value);
}

/** True when the body of a token is a stand-in: a marker word in it, or fewer than 9 distinct units. */
export function isTokenPlaceholder(body: string): boolean {
  // Short words in a case that people write: random tokens hold them in mixed case.
  if (SHORT_MARKERS.test(body)) return true;
  const lower = body.toLowerCase();
  return MARKERS.some((marker) => lower.includes(marker)) || distinctUnits(body, 9) < 9;
}

/** Number of distinct units, counted up to `enough`. */
export function distinctUnits(text: string, enough: number): number {
  const seen = new Set<string>();
  for (let i = 0; i < text.length && seen.size < enough; i++) seen.add(text[i]!);
  return seen.size;
}

/** The name of what keeps secrets: `sha256`, `PBKDF2`, `AWS4-HMAC-SHA256`. */
export function isMethod(value: string): boolean {
  return /^(?:sha-?\d|md\d|base\d|[bs]?crypt|argon2|pbkdf2|utf-?\d|aws4|hmac|aes-?\d|rsa-?\d|kerberos|oauth|scram|u?int\d)/i.test(
    value,
  );
}

/** Capitals, small letters and digits in several places, as in no word: of many different units. */
export function isMixed(value: string): boolean {
  return isMixedCase(value) && /\d\D+\d/.test(value) && distinctUnits(value, 12) === 12;
}

/** Base64 that begins with a slash, and with no folder. */
const SLASHED = /^\/(?![A-Z]?[a-z]*\d*\/)[A-Za-z\d+/]{20,}=*$/;

/** A file or a route: `/run/secrets/db1`, `~/keys/a`, `D:\keys`; not base64 that begins with a slash. */
export function isPath(value: string): boolean {
  return /^(?:[.~]{0,2}\/.*\/|[A-Z]:\\)/i.test(value) && !(SLASHED.test(value) && isMixed(value));
}
