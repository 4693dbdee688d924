// A string literal of JSON (RFC 8259 section 7), decoded so that a place in its value leads back to one in the text.
import { unitAt } from './units.ts';

const BACKSLASH = 92;

/** A literal without its escapes. `origins` maps its units and its end when there were any. */
export interface Literal {
  readonly text: string;
  readonly origins: Uint32Array | undefined;
}

/** Decodes the literal from `start` to `end`, its quotes excluded. */
export function decodeLiteral(text: string, start: number, end: number): Literal {
  const units: string[] = [];
  const origins = new Uint32Array(end - start + 1);
  for (let i = start; i < end; i++) {
    origins[units.length] = i - start;
    if (unitAt(text, i) !== BACKSLASH) {
      units.push(text[i]!);
      continue;
    }
    i++;
    const mark = text[i] ?? '';
    const plain = 'bfnrt'.indexOf(mark);
    if (mark === 'u') {
      units.push(String.fromCharCode(Number.parseInt(text.slice(i + 1, i + 5), 16) || 0));
      i += 4;
    } else {
      units.push(plain < 0 ? mark : '\b\f\n\r\t'[plain]!);
    }
  }
  origins[units.length] = end - start;
  return { text: units.join(''), origins };
}
