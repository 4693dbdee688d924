// Text that stands where a secret would: examples, templates, masks.

const MARKERS = [
  'your',
  'example',
  'placeholder',
  'redacted',
  'changeme',
  'change_me',
  'change-me',
  'insert',
  'replace',
  'dummy',
  'sample',
  'process.env',
  'os.environ',
  'getenv',
  'test-token-here',
  'token-here',
  'key-here',
  'secret-here',
  '****',
  '....',
  '${',
  '{{',
  '<%',
  '%(',
  '$(',
];

const WORDS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'null none nil undefined true false yes no n/a na tbd todo string text required optional redacted filtered masked hidden secret_value removed sealed encrypted empty unset missing disabled enabled unknown default - -- * ** *** x xx xxx ...'.split(
    ' ',
  ),
);

const MAX_WORD_UNITS = 12;

/** True for a template, a mask, or a word that says that there is no value. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  if (text === '') return true;
  if (text.length <= MAX_WORD_UNITS && WORDS.has(text.toLowerCase())) return true;
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  if ((first === 60 && last === 62) || (first === 91 && last === 93 && !text.includes(','))) return true;
  if (text.startsWith('${') || text.startsWith('{{') || text.startsWith('$(')) return true;
  if (isMask(text)) return true;
  const start = text.slice(0, 12).toLowerCase();
  return start.startsWith('process.env') || (start.startsWith('your') && '_- '.includes(start[4] ?? 'x'));
}

/** Nothing but mask units: `****`, `xxxx`, `••••`, `----`. */
function isMask(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!'*xX•.-_#●·?'.includes(text[i]!)) return false;
  return true;
}

/** True when the body of a token is a stand-in: a marker word in it, or fewer than 9 distinct units. */
export function isTokenPlaceholder(body: string): boolean {
  const lower = body.toLowerCase();
  // In one case: random tokens hold them in mixed case.
  if (body.includes('xxxx') || body.includes('XXXX')) return true;
  if (MARKERS.some((marker) => lower.includes(marker))) return true;
  return distinctUnits(body, 9) < 9;
}

/** Number of distinct units, counted up to `enough`. */
export function distinctUnits(text: string, enough: number): number {
  const seen = new Set<string>();
  for (let i = 0; i < text.length && seen.size < enough; i++) seen.add(text[i]!);
  return seen.size;
}
