// One call of the `hammerwork` command: the process around `runCommand`.
import { createInterface } from 'node:readline/promises';
import { runCommand } from './program.ts';

const { stdin, stdout, stderr, env } = process;
const terminal = stderr.isTTY ? stderr : undefined;

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

process.exitCode = await runCommand(process.argv.slice(2), {
  stdout,
  stderr,
  env,
  ask: stdin.isTTY && terminal ? ask : undefined,
  terminal,
});
