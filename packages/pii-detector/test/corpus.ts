// Reads the corpus: one JSON value per line, with the regions to be found marked as `⟦kind:text⟧`. `⟦#kind:digits⟧` is a
// JSON number, `%name%` a made-up token of tokens.json, `"⟦@kind⟧": 0` in an object says that it is found as a whole.
import { readdirSync, readFileSync } from 'node:fs';

/** One region that has to be found. */
export interface ExpectedFinding {
  readonly kind: string;
  readonly pointer: string;
  readonly start: number;
  readonly end: number;
}

/** One case: what goes in and exactly what comes out. */
export interface CorpusCase {
  /** File and line, such as `cards:12`. */
  readonly id: string;
  /** Name of the file: the kind that the case is about. */
  readonly topic: string;
  readonly value: unknown;
  readonly expected: readonly ExpectedFinding[];
}

const folder = new URL('./corpus/', import.meta.url);
const tokens: Record<string, string> = JSON.parse(
  readFileSync(new URL('tokens.json', folder), 'utf8').replaceAll('¦', ''),
);

function fillIn(text: string): string {
  return text.replaceAll(/%([a-z0-9_]+)%/g, (whole, name: string) => tokens[name] ?? whole);
}

/** Takes the marks out of a text and notes what they mark. */
function unmark(marked: string): {
  text: string;
  marks: { kind: string; start: number; end: number; number: boolean }[];
} {
  let text = '';
  const marks = [];
  for (const part of marked.split(/(⟦[^⟧]*⟧)/)) {
    const mark = /^⟦(#?)([a-z0-9_]+):([\s\S]*)⟧$/.exec(part);
    if (!mark) {
      text += part;
      continue;
    }
    const [, number, kind, inside] = mark as unknown as [string, string, string, string];
    marks.push({ kind, start: text.length, end: text.length + inside.length, number: number === '#' });
    text += inside;
  }
  return { text, marks };
}

function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The value without marks; regions are put into `found`. */
function strip(value: unknown, pointer: string, found: ExpectedFinding[]): unknown {
  if (typeof value === 'string') {
    const { text, marks } = unmark(fillIn(value));
    for (const { kind, start, end } of marks) found.push({ kind, pointer, start, end });
    return marks[0]?.number ? Number(text) : text;
  }
  if (Array.isArray(value)) return value.map((element, i) => strip(element, `${pointer}/${i}`, found));
  if (typeof value !== 'object' || value === null) return value;
  const clear: Record<string, unknown> = {};
  for (const [marked, member] of Object.entries(value)) {
    const whole = /^⟦@([a-z_]+)⟧$/.exec(marked);
    if (whole) {
      found.push({ kind: whole[1]!, pointer, start: 0, end: 0 });
      continue;
    }
    const { text: key, marks } = unmark(fillIn(marked));
    for (const { kind, start, end } of marks) found.push({ kind, pointer, start, end });
    clear[key] = strip(member, `${pointer}/${escapeToken(key)}`, found);
  }
  return clear;
}

/** All cases, in the order of the files. */
export function readCorpus(): CorpusCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => {
      const topic = file.slice(0, -'.jsonl'.length);
      const lines = readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n');
      return lines.map((line, i) => {
        const expected: ExpectedFinding[] = [];
        const value = strip(JSON.parse(line), '', expected);
        return { id: `${topic}:${i + 1}`, topic, value, expected };
      });
    });
}
