// What the commands print: tables and sentences for people, one JSON document for machines.
import Table from 'cli-table3';

export interface Streams {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  env: Readonly<Record<string, string | undefined>>;
  /** What is piped in; `process.stdin` unless given. */
  stdin?: AsyncIterable<Uint8Array | string> | undefined;
  /** Asks the person at the terminal; undefined where there is none. */
  ask?: ((question: string) => Promise<string>) | undefined;
  /** Where progress is drawn; undefined where nobody looks. */
  terminal?: NodeJS.WriteStream | undefined;
}

export interface Output {
  readonly json: boolean;
  /** Prints `value` as JSON with `--json`, otherwise what `people` writes. */
  result(value: unknown, people: () => string): void;
  /** A line for people while the command goes on; never with `--json`. */
  line(text: string): void;
}

export function createOutput(streams: Streams, json: boolean): Output {
  return {
    json,
    result: (value, people) => {
      streams.stdout.write(`${json ? JSON.stringify(value, null, 2) : printableLines(people())}\n`);
    },
    line: (text) => {
      if (!json) streams.stdout.write(`${printableLines(text)}\n`);
    },
  };
}

/**
 * Names come from rows and payloads that anybody may have written: nothing of them may move a terminal's cursor, turn
 * text around or begin a line of its own.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** A table with a head; columns are the keys of the first row. */
export function table(rows: readonly Readonly<Record<string, unknown>>[], empty: string): string {
  const [first] = rows;
  if (!first) return empty;
  const drawn = new Table({ head: Object.keys(first), style: { head: [], border: [], compact: true } });
  for (const row of rows) drawn.push(Object.values(row).map(cell));
  return drawn.toString();
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString().replace('T', ' ').slice(0, 19);
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toFixed(2);
  return printable(String(value));
}
