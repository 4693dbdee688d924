// The password in `scheme://user:password@host` (RFC 3986 section 3.2.1).
import { type KindDetector, PRIORITY_TOKEN } from './kind-detector.ts';
import { isPlaceholder } from './placeholder.ts';
import { propose, type TextScan } from './scan.ts';
import { AT, isAll, isAlphanumeric, LETTER, UNDERSCORE, unitAt } from './units.ts';

function take(scan: TextScan, from: number, end: number): number {
  const { text } = scan;
  let at = -1;
  let colon = -1;
  for (let i = from; i < end; i++) {
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
  if (isCapital || isPlaceholder(password) || password.includes('${') || password.includes('***')) return at + 1;
  propose(scan, 'password', colon + 1, at, 0.95, 'url-userinfo', PRIORITY_TOKEN - 1);
  return at + 1;
}

/** Passwords in URLs. */
export const urlPasswords: KindDetector = {
  kinds: ['password'],
  units: AT,
  minUnits: 8,
  run(scan, _start, end) {
    const { text } = scan;
    const { marks, markCount } = scan.points;
    let done = 0;
    for (let k = 0; k < markCount; k++) {
      const i = marks[k]!;
      if (i < done || unitAt(text, i) !== 58 || unitAt(text, i + 1) !== 47 || unitAt(text, i + 2) !== 47) continue;
      if (isAlphanumeric(unitAt(text, i - 1))) done = take(scan, i + 3, end);
    }
  },
};
