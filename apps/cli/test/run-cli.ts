// A command as a person runs it: its exit code and what it printed.
import type { Streams } from '../src/output.ts';
import { runCommand } from '../src/program.ts';

export interface Call {
  code: number;
  stdout: string;
  stderr: string;
}

/** `streams` take the place of the recorded ones; `env` is empty unless given. */
export async function runCli(args: readonly string[], streams: Partial<Streams> = {}): Promise<Call> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await runCommand([...args], { stdout: stream('stdout'), stderr: stream('stderr'), env: {}, ...streams });
  return { code, ...written };
}
