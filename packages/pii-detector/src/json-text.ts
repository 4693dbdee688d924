// JSON inside of a string, read in place: every literal keeps its offsets in the string around it, so that a finding
import { unitAt } from './units.ts';
// names the region in the text that is stored.

/** What a reader of JSON text is told. Offsets are units of the text. */
export interface JsonTextVisitor {
  /** An object or array begins at `offset` under `key` (undefined inside of arrays). */
  enter(key: string | undefined, offset: number): void;
  /** It has ended before `offset`. */
  leave(offset: number): void;
  /** A key of the object. `origins` maps its units when the literal has escapes. */
  key(text: string, offset: number, origins: Uint32Array | undefined): void;
  string(text: string, offset: number, origins: Uint32Array | undefined, key: string | undefined): void;
  number(text: string, offset: number, key: string | undefined): void;
  /** It goes on below the levels that are read. */
  tooDeep(): void;
}

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/** True when the text starts like a JSON object or array. */
export function looksLikeJson(text: string): boolean {
  let i = 0;
  while (i < text.length && unitAt(text, i) <= SPACE) i++;
  const open = unitAt(text, i);
  if (open !== 123 && open !== 91) return false;
  let next = i + 1;
  while (next < text.length && unitAt(text, next) <= SPACE) next++;
  const unit = unitAt(text, next);
  // What can stand behind the bracket; "[INFO]" and "{name}" cannot.
  return unit === QUOTE || unit === 123 || unit === 91 || (open === 91 && (unit === 45 || (unit >= 48 && unit <= 57)));
}

/** Decodes the literal from `start` to `end` (its quotes excluded); where each unit of it was, and its end. */
function decodeLiteral(text: string, start: number, end: number): { text: string; origins: Uint32Array } {
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

/** Reads the text from its start; answers with where it stopped: the end of the text when all of it was JSON. */
export function readJsonText(text: string, visitor: JsonTextVisitor, maxDepth: number): number {
  let i = 0;
  const open: number[] = [];
  let key: string | undefined;

  const skipSpace = () => {
    while (i < text.length && unitAt(text, i) <= SPACE) i++;
  };
  /** Past the literal that starts at `i`; false when it does not end. */
  const literalEnd = (): number => {
    let end = i + 1;
    while (end < text.length && unitAt(text, end) !== QUOTE) end += unitAt(text, end) === BACKSLASH ? 2 : 1;
    return end < text.length ? end : -1;
  };
  const emit = (start: number, end: number, as: 'key' | 'string') => {
    const escaped = text.slice(start, end).includes('\\');
    const literal = escaped ? decodeLiteral(text, start, end) : { text: text.slice(start, end), origins: undefined };
    if (as === 'key') {
      key = literal.text;
      visitor.key(literal.text, start, literal.origins);
    } else {
      visitor.string(literal.text, start, literal.origins, open.at(-1) === 123 ? key : undefined);
    }
  };
  const keyNow = () => (open.at(-1) === 123 ? key : undefined);

  for (;;) {
    skipSpace();
    const start = i;
    const unit = unitAt(text, i);
    if (unit === 123 || unit === 91) {
      if (open.length >= maxDepth) {
        visitor.tooDeep();
        return start;
      }
      visitor.enter(keyNow(), start);
      open.push(unit);
      i++;
      skipSpace();
      if (unitAt(text, i) === unit + 2) {
        // Empty: closed below.
      } else if (unit === 123) {
        if (!readKey()) return i;
        continue;
      } else continue;
    } else if (unit === QUOTE) {
      const end = literalEnd();
      if (end < 0) return start;
      emit(i + 1, end, 'string');
      i = end + 1;
    } else if (unit === 45 || (unit >= 48 && unit <= 57)) {
      while (i < text.length && '+-.eE0123456789'.includes(text[i]!)) i++;
      visitor.number(text.slice(start, i), start, keyNow());
    } else if (text.startsWith('true', i) || text.startsWith('null', i)) i += 4;
    else if (text.startsWith('false', i)) i += 5;
    else return start;
    if (!closeOrContinue()) return i;
    if (open.length === 0) {
      skipSpace();
      return i;
    }
  }

  /** Reads a key and its colon; false where the text is not JSON. */
  function readKey(): boolean {
    skipSpace();
    if (unitAt(text, i) !== QUOTE) return false;
    const end = literalEnd();
    if (end < 0) return false;
    emit(i + 1, end, 'key');
    i = end + 1;
    skipSpace();
    if (unitAt(text, i) !== 58) return false;
    i++;
    return true;
  }

  /** Behind a value: closes what ends here, and reads on to the next value. */
  function closeOrContinue(): boolean {
    for (;;) {
      skipSpace();
      const top = open.at(-1);
      if (top === undefined) return true;
      const unit = unitAt(text, i);
      if (unit === top + 2) {
        open.pop();
        i++;
        visitor.leave(i);
      } else if (unit === 44) {
        i++;
        return top === 123 ? readKey() : true;
      } else return false;
    }
  }
}
