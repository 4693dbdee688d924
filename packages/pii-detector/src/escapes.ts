// Escapes of logs and URLs (`\n`, `\u0040`, `%40`), seen as the unit that they stand for.
import { SKIPPED } from './units.ts';

const ESCAPES = /(?<![A-Za-z\d])[A-Za-z]:\\[^\s"']*|\\[nrt]|\\u00([2-7][0-9A-Fa-f])|%(0[9ADad]|[2-7][0-9A-Fa-f])/g;

/**
 * The text with each escape replaced by its unit (a blank for white space) and as many zero-width units as keep its
 * length, so that offsets stay those of the original. `fold` takes them out.
 */
export function unescaped(text: string): string {
  if (!text.includes('\\') && !text.includes('%')) return text;
  return text.replace(ESCAPES, (whole: string, unicode?: string, percent?: string) => {
    // A path of Windows: `C:\new`.
    if (whole[1] === ':') return whole;
    const unit = Number.parseInt(unicode ?? percent ?? '20', 16);
    return String.fromCharCode(Math.max(unit, 32)).padEnd(whole.length, String.fromCharCode(SKIPPED));
  });
}
