// JSON Web Tokens (RFC 7519): header and claims decode to JSON objects, and the header names an algorithm.
import { type KindDetector, PRIORITY_TOKEN } from './kind-detector.ts';
import { propose, type TextScan } from './scan.ts';
import { bodyRun } from './token-body.ts';
import { ALPHANUMERIC, classAt, DASH, DOT, endOf, UNDERSCORE, unitAt } from './units.ts';

/** Longest header that is decoded. */
const MAX_HEADER_UNITS = 2048;
/** Header, empty claims and a signature, with their dots. */
const MIN_JWT_UNITS = 21;
const BASE64_URL: number = ALPHANUMERIC | DASH | UNDERSCORE;

/** In every runtime. */
declare function atob(base64: string): string;

/** Latin-1 text of base64url: enough to see the JSON of a header. Empty for what has no such length. */
function decode(text: string): string {
  return text.length % 4 === 1 ? '' : atob(text.replaceAll('-', '+').replaceAll('_', '/'));
}

/** What the header decodes to, whatever that is; its members are asked for by their types. */
function headerOf(text: string): { alg?: unknown; enc?: unknown } | null {
  const decoded = decode(text);
  try {
    return decoded.includes('"alg"') ? JSON.parse(decoded) : null;
  } catch {
    return null;
  }
}

/** End of the JWT (or JWE) at `start`, 0 when there is none. */
export function jwtEnd(scan: TextScan, start: number): number {
  const { text } = scan;
  if (!text.startsWith('eyJ', start)) return 0;
  const head = bodyRun(scan, BASE64_URL, start).end;
  if (head - start > MAX_HEADER_UNITS || text[head] !== '.') return 0;
  const header = headerOf(text.slice(start, head));
  if (typeof header?.alg !== 'string') return 0;
  const ends = [head];
  while (ends.length < 5 && text[ends.at(-1)!] === '.') ends.push(endOf(text, ends.at(-1)! + 1, BASE64_URL));
  const [, claims = 0, signature = 0, , tag = 0] = ends;
  if (signature === 0) return 0;
  if (tag > 0 && typeof header.enc === 'string') return tag;
  const object = decode(text.slice(head + 1, claims)).trimEnd();
  if (!object.startsWith('{') || !object.endsWith('}')) return 0;
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
      if (i < done || unitAt(text, i) !== 101 || classAt(text, i - 1) & BASE64_URL) continue;
      const close = jwtEnd(scan, i);
      if (close === 0) continue;
      propose(scan, 'jwt', i, close, 0.99, 'jwt-header', PRIORITY_TOKEN);
      done = close;
    }
  },
};
