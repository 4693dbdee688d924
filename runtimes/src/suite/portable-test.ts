// A test runner of a screen, since the real ones want Node: tests in order, failures with their stacks, and the few
// assertions that the suites need.

export interface Outcome {
  readonly passed: number;
  /** Name and error of each test that failed. */
  readonly failed: readonly string[];
}

export type Test = (name: string, run: () => void | Promise<void>) => void;
export type Suite = (test: Test) => void;

/** Runs every test of the suites. Suites without a test count as a failure. */
export async function runSuites(suites: Readonly<Record<string, Suite>>): Promise<Outcome> {
  const failed: string[] = [];
  let passed = 0;
  for (const [suite, define] of Object.entries(suites)) {
    const tests: [name: string, run: () => void | Promise<void>][] = [];
    try {
      define((name, run) => tests.push([`${suite}: ${name}`, run]));
    } catch (error) {
      failed.push(`${suite}: ${describe(error)}`);
    }
    if (tests.length === 0) failed.push(`${suite}: has no test`);
    for (const [name, run] of tests) {
      try {
        await run();
        passed++;
      } catch (error) {
        failed.push(`${name}: ${describe(error)}`);
      }
    }
  }
  return { passed, failed };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export function demand(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}

export function demandSame(actual: unknown, expected: unknown, what = 'the value'): void {
  if (actual instanceof Uint8Array && expected instanceof Uint8Array && sameBytes(actual, expected)) return;
  const [found, wanted] = [JSON.stringify(plain(actual)), JSON.stringify(plain(expected))];
  if (found !== wanted) throw new Error(`${what} is ${found?.slice(0, 300)}, not ${wanted?.slice(0, 300)}`);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Bytes as hex; member order aside. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, plain(member)]);
}

/** The call must throw an error with that `code`, or of that name. */
export function demandThrows(run: () => unknown, codeOrName: string, what = 'the call'): void {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    demandError(error, codeOrName, what);
    return;
  }
  throw new Error(`${what} gave ${String(result).slice(0, 80)} where ${codeOrName} was due`);
}

export function demandError(error: unknown, codeOrName: string, what = 'the call'): void {
  const { code, name } = error as { code?: string; name?: string };
  if (code !== codeOrName && name !== codeOrName) throw new Error(`${what} threw ${name} ${code}, not ${codeOrName}`);
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Bytes that differ from place to place, the same in every run. */
export function sample(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Math.imul(i + length + 1, 2_654_435_761) >>> 24;
  return bytes;
}
