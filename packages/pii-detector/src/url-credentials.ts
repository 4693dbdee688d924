// The password in `scheme://user:password@host` (RFC 3986 section 3.2.1).
import { type KindDetector, PRIORITY_TOKEN } from './kind-detector.ts';
import { isPlaceholder } from './placeholder.ts';
import { eachMark, propose, type TextScan } from './scan.ts';
import { AT, isAll, isAlphanumeric, LETTER, UNDERSCORE, unitAt } from './units.ts';

function take(scan: TextScan, mark: number): number {
  const { text, points } = scan;
  if (!text.startsWith('//', mark + 1) || !isAlphanumeric(unitAt(text, mark - 1))) return mark;
  const from = mark + 3;
  let at = -1;
  let colon = -1;
  for (let i = from; i < points.end; i++) {
    const unit = unitAt(text, i);
    if (unit === 47 || unit === 63 || unit === 35) break;
    if (unit === 58 && colon < 0) colon = i;
    else if (unit === 64) at = i;
  }
  if (at < 0) return from;
  scan.consumed = Math.max(scan.consumed, at + 1);
  if (colon < 0 || colon > at || colon + 1 === at) return at + 1;
  const password = text.slice(colon + 1, at);
  // Of documentation: `user:PASSWORD@host`.
  const isCapital = isAll(password, LETTER | UNDERSCORE) && password === password.toUpperCase();
  if (isCapital || isPlaceholder(password) || /\$\{|\*{3}/.test(password)) return at + 1;
  propose(scan, 'password', colon + 1, at, 0.95, 'url-userinfo', PRIORITY_TOKEN - 1);
  return at + 1;
}

/** Passwords in URLs. */
export const urlPasswords: KindDetector = {
  kinds: ['password'],
  units: AT,
  minUnits: 8,
  run: (scan) => eachMark(scan, 58, take),
};
