// What cannot be taken back is confirmed by naming it: typed by the person at the terminal, or given with --confirm.
import { CliError } from './errors.ts';
import type { Session } from './session.ts';

/** The option of every command that ends something. */
export const confirmOption = ['--confirm <name>', 'do it without asking; NAME is KEY-ID/VERSION'] as const;

/** Goes on when `name` was typed or given. Errors: `not_confirmed`. `question` says what will happen. */
export async function confirm(session: Session, name: string, { given, question }: Question): Promise<void> {
  const { ask } = session;
  if (given === undefined && !ask) {
    throw new CliError('not_confirmed', `${question} Nothing was done. To do it, add: --confirm ${name}`);
  }
  const answer = given ?? (await ask!(`${question}\nType ${name} to go on: `));
  if (answer.trim() !== name) throw new CliError('not_confirmed', `That is not ${name}. Nothing was done.`);
}

interface Question {
  /** What --confirm said. */
  given: string | undefined;
  question: string;
}
