// Escapes of logs, terminals and URLs (`\n`, `\u0040`, `ESC[31m`, `%40`), seen as the unit that they stand for.
import { SKIPPED } from './units.ts';

// A path of Windows, which is none: `C:\new`, and the password of a URL, which is found as it is written. Then colours
// (ECMA-48), white space, other units.
const ESCAPES =
  /((?<![A-Za-z\d])[A-Za-z]:\\[^\s"']*|\/\/[^\s/:]{0,99}:[^\s/?#@]{1,256}(?=@))|(?:\x1b|\\(?:u001[bB]|x1[bB]|033|e))\[[\d;]*[A-Za-z]|\\[nrt]|\\u00([2-7][0-9A-Fa-f])|%(0[9ADad]|[2-7][0-9A-Fa-f])/g;

function replaced(whole: string, kept?: string, unicode?: string, percent?: string): string {
  if (kept) return whole;
  const unit = Number.parseInt(unicode ?? percent ?? '20', 16);
  return String.fromCharCode(Math.max(unit, 32)).padEnd(whole.length, String.fromCharCode(SKIPPED));
}

/**
 * The text with each escape replaced by its unit (a blank for white space and colours) and as many zero-width units as
 * keep its length, so that offsets stay those of the original. `fold` takes them out.
 */
export function unescaped(text: string): string {
  return text.replace(ESCAPES, replaced);
}

/** The text may hold an escape that is made of visible units. */
export function hasEscapes(text: string): boolean {
  return text.includes('\\') || text.includes('%');
}
