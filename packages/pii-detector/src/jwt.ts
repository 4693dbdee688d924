// JSON Web Tokens (RFC 7519): header and claims decode to JSON objects, and the header names an algorithm.
import { type KindDetector, PRIORITY_TOKEN } from './kind-detector.ts';
import { propose } from './scan.ts';
import { DOT, isAlphanumeric, unitAt } from './units.ts';

/** Longest header that is decoded. */
const MAX_HEADER_UNITS = 2048;
/** `{"alg":"X"}` */
const MIN_HEADER_UNITS = 15;
/** Header, empty claims and a signature, with their dots. */
const MIN_JWT_UNITS = 21;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function isBase64Url(unit: number): boolean {
  return isAlphanumeric(unit) || unit === 45 || unit === 95;
}

function segmentEnd(text: string, start: number): number {
  let end = start;
  while (isBase64Url(unitAt(text, end))) end++;
  return end;
}

/** Latin-1 text of base64url: enough to see the JSON of a header. */
function decode(text: string): string {
  let decoded = '';
  let bits = 0;
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    bits = ((bits << 6) | ALPHABET.indexOf(text[i]!)) & 0xfffff;
    width += 6;
    if (width >= 8) {
      width -= 8;
      decoded += String.fromCharCode((bits >> width) & 0xff);
    }
  }
  return decoded;
}

function headerOf(text: string): Record<string, unknown> | undefined {
  if (text.length < MIN_HEADER_UNITS || text.length > MAX_HEADER_UNITS) return undefined;
  const decoded = decode(text);
  if (decoded.trimEnd().at(-1) !== '}' || !decoded.includes('"alg"')) return undefined;
  try {
    const header: unknown = JSON.parse(decoded);
    return typeof header === 'object' && header !== null ? (header as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** End of the JWT (or JWE) at `start`, 0 when there is none. */
export function jwtEnd(text: string, start: number): number {
  if (!text.startsWith('eyJ', start)) return 0;
  const ends: number[] = [];
  let from = start;
  while (ends.length < 5) {
    const end = segmentEnd(text, from);
    ends.push(end);
    if (unitAt(text, end) !== 46) break;
    from = end + 1;
  }
  const header = ends.length < 3 ? undefined : headerOf(text.slice(start, ends[0]));
  if (!header || typeof header.alg !== 'string') return 0;
  if (ends.length === 5 && typeof header.enc === 'string') return ends[4]!;
  const [, claims = 0, signature = 0] = ends;
  if (decode(text.slice(ends[0]! + 1, ends[0]! + 5)).charCodeAt(0) !== 123) return 0;
  if (
    decode(text.slice(ends[0]! + 1, claims))
      .trimEnd()
      .at(-1) !== '}'
  )
    return 0;
  return signature - claims > 1 || header.alg === 'none' ? signature : 0;
}

/** JSON Web Tokens. */
export const jsonWebTokens: KindDetector = {
  kinds: ['jwt'],
  units: 0xffff,
  needs: DOT,
  minUnits: MIN_JWT_UNITS,
  run(scan, _start, end) {
    const { text } = scan;
    const { words, wordCount } = scan.points;
    let done = 0;
    for (let k = 0; k < wordCount; k++) {
      const i = words[k]!;
      if (i + MIN_JWT_UNITS > end) return;
      if (i < done || unitAt(text, i) !== 101 || isBase64Url(unitAt(text, i - 1))) continue;
      const close = jwtEnd(text, i);
      if (close === 0) continue;
      propose(scan, 'jwt', i, close, 0.99, 'jwt-header', PRIORITY_TOKEN);
      done = close;
    }
  },
};
