// The command line: global options, every command, and what becomes of errors: exit 1, 2 for a wrong call, 3 for what may
// succeed later.
import { readFileSync } from 'node:fs';
import { type CodedError, isCodedError } from '@hammerwork/crypto-core';
import { databaseVariable } from '@hammerwork/database';
import { Command, CommanderError } from 'commander';
import { addAudit } from './commands/audit.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addJobs } from './commands/jobs.ts';
import { addKeys } from './commands/keys.ts';
import { addMigrate } from './commands/migrate.ts';
import { addPii } from './commands/pii.ts';
import { printable, type Streams } from './output.ts';
import { createSession, type GlobalOptions, type Session } from './session.ts';

/** Wraps a command's work: a session of its own, closed afterwards. Receives the command's arguments, then its options. */
// biome-ignore lint/suspicious/noExplicitAny: commander's arguments are as the command declares them
export type Run = (work: (session: Session, ...args: any[]) => Promise<void>) => (...args: any[]) => Promise<void>;

/** Runs one call of the command and returns its exit code. Throws what no call should lead to. */
export async function runCommand(args: readonly string[], streams: Streams): Promise<number> {
  const program = createProgram(streams);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof RangeError) {
      streams.stderr.write(`${printable(error.message)}\n`);
      return 2;
    }
    if (!isCodedError(error)) throw error;
    const { json } = program.opts<GlobalOptions>();
    streams.stderr.write(json ? `${JSON.stringify({ error })}\n` : `${printable(error.message)} (${error.code})\n`);
    return exitCodeOf(error);
  }
}

/** `unavailable` failures that the same call meets again, however often it is repeated. */
const lasting: readonly string[] = ['master_key_mismatch', 'store_forged'];
const wrongCalls: readonly string[] = ['option_malformed', 'not_confirmed'];

function exitCodeOf({ code, kind }: CodedError): number {
  if (wrongCalls.includes(code)) return 2;
  return kind === 'unavailable' && !lasting.includes(code) ? 3 : 1;
}

const exitCodes = `
Exit codes: 0 done, 1 failed, 2 wrong call, 3 failed for now (the same call may succeed later).`;
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

function createProgram(streams: Streams): Command {
  const program = new Command('hammerwork')
    .description('A job queue in which personal data is never stored in clear.')
    .option(
      '--database <url>',
      `postgresql://, mysql:// or mariadb:// URL, or pglite:FOLDER, which one process at a time may open (default: $${databaseVariable})`,
    )
    .option('--master-key <uri>', 'where the master key is', 'env:HAMMERWORK_MASTER_KEY')
    .option('--actor <name>', 'who the audit log names (default: $USER)')
    .option('--json', 'print JSON')
    .version(version)
    .addHelpText('after', exitCodes)
    .showHelpAfterError('(hammerwork --help shows the commands)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    });
  const run: Run =
    (work) =>
    async (...args) => {
      const command = args.pop() as Command;
      await using session = createSession(command.optsWithGlobals<GlobalOptions>(), streams);
      await work(session, ...args);
    };
  for (const add of [addDemo, addMigrate, addJobs, addKeys, addAudit, addPii, addDoctor]) add(program, run);
  return program;
}
