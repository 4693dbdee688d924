// `hammerwork jobs error` and `jobs result`: open what an attempt left. No other command shows a sealed value.
import { createCrypto } from '@hammerwork/crypto-core';
import { createPayloadProtection, definePolicy } from '@hammerwork/payload-protection';
import { createJobQueue, defineJobType, type OutcomeSurface } from '@hammerwork/queue';
import type { Command } from 'commander';
import { CliError, jobAbsent } from '../errors.ts';
import type { Run } from '../program.ts';
import type { Session } from '../session.ts';

export function addJobOutcomes(jobs: Command, run: Run): void {
  const needs = 'needs the master key and leaves an audit entry';
  const add = (surface: OutcomeSurface, what: string, show: (outcome: unknown) => string) =>
    jobs
      .command(surface)
      .argument('<id>', 'id of the job')
      .description(`open ${what}; ${needs}`)
      .action(
        run(async (session, id: string) => {
          const outcome = await openOutcome(session, id, surface);
          session.output.result(outcome, () => show(outcome));
        }),
      );
  add('error', 'what the last failed attempt threw', describe);
  add('result', 'what the handler returned', indented);
}

/** Nothing is returned before the audit log has the entry of the opening. */
async function openOutcome(session: Session, id: string, surface: OutcomeSurface): Promise<unknown> {
  const store = await session.jobs();
  const job = await createJobQueue({ store }).getJob(id);
  if (!job) throw jobAbsent(id);
  const stored = await store.findOutcome(job.id, surface);
  if (!stored)
    throw new CliError(
      'outcome_absent',
      `Job ${id} has left no ${surface}. \`hammerwork jobs show ${id}\` says where it stands.`,
    );
  if (!stored.record) return stored.value;
  const crypto = createCrypto();
  const { keyRing } = await session.keys();
  const queue = createJobQueue({ store, protection: createPayloadProtection({ crypto, keyRing }), keyRing });
  // Whatever the job's own policy selects: an outcome is sealed whole, and its record names its key.
  const type = defineJobType({ kind: job.kind, policy: definePolicy({ autoDetect: true }) });
  const outcome = await queue.openOutcome(type, id, surface);
  await session.closeKeys();
  return outcome;
}

/** The stack where there is one: it begins with name and message. What lies in clear may be anything that somebody wrote. */
function describe(error: unknown): string {
  const { name, message, stack, cause } = (error ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string') return indented(error);
  const told = typeof message === 'string' ? `${name}: ${message}` : name;
  const text = typeof stack === 'string' ? stack : told;
  return cause === undefined ? text : `${text}\ncaused by ${describe(cause)}`;
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
