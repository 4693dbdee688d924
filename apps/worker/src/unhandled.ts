// What is said of an error that nobody handled. Its message may hold what a handler worked on, and so may whatever hangs
// on it: only its name, its code and where it came from are told.

const maxFrames = 12;
/** A line of a stack that names a place in a file; a message has no such lines but by intent. */
const frame = /^ {4}at (?:[\w$.<>#[\] ]{1,200} \()?(?:file:|node:|\/|[A-Z]:\\)[^\s()]{1,500}:\d+:\d+\)?$/;
const word = /^\w{1,64}$/;

export interface Unhandled {
  readonly origin: string;
  readonly error: string;
  readonly code?: string;
  readonly at: readonly string[];
}

export function describeUnhandled(thrown: unknown, origin: string): Unhandled {
  const { name, code, stack } = (thrown instanceof Error ? thrown : {}) as Partial<NodeJS.ErrnoException>;
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  return {
    origin,
    error: typeof name === 'string' && word.test(name) ? name : typeof thrown,
    ...(typeof code === 'string' && word.test(code) ? { code } : {}),
    at: lines
      .filter((line) => frame.test(line))
      .slice(0, maxFrames)
      .map((line) => line.trim()),
  };
}
