// `hammerwork jobs error`: opens what the last failed attempt of a job threw. The only command that shows a sealed value.
import { createCrypto } from '@hammerwork/crypto-core';
import { createPayloadProtection, definePolicy } from '@hammerwork/payload-protection';
import { createJobQueue, defineJobType } from '@hammerwork/queue';
import type { Command } from 'commander';
import { CliError, jobAbsent } from '../errors.ts';
import type { Run } from '../program.ts';
import type { Session } from '../session.ts';

export function addJobError(jobs: Command, run: Run): void {
  jobs
    .command('error')
    .argument('<id>', 'id of the job')
    .description('open what the last failed attempt threw; needs the master key and leaves an audit entry')
    .action(
      run(async (session, id: string) => {
        const error = await openError(session, id);
        session.output.result(error, () => describe(error));
      }),
    );
}

/** Nothing is returned before the audit log has the entry of the opening. */
async function openError(session: Session, id: string): Promise<unknown> {
  const store = await session.jobs();
  const job = await createJobQueue({ store }).getJob(id);
  if (!job) throw jobAbsent(id);
  const stored = await store.findOutcome(job.id, 'error');
  if (!stored)
    throw new CliError(
      'error_absent',
      `Job ${id} has left no error text. \`jobs show ${id}\` says what its code means.`,
    );
  if (!stored.record) return stored.value;
  const crypto = createCrypto();
  const { keyRing } = await session.keys();
  const queue = createJobQueue({ store, protection: createPayloadProtection({ crypto, keyRing }), keyRing });
  // Whatever the job's own policy selects: an error is sealed whole, and its record names its key.
  const type = defineJobType({ kind: job.kind, policy: definePolicy({ autoDetect: true }) });
  const error = await queue.openOutcome(type, id, 'error');
  await session.closeKeys();
  return error;
}

/** The stack where there is one: it begins with name and message. What lies in clear may be anything that somebody wrote. */
function describe(error: unknown): string {
  const { name, message, stack, cause } = (error ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string') return JSON.stringify(error, null, 2);
  const told = typeof message === 'string' ? `${name}: ${message}` : name;
  const text = typeof stack === 'string' ? stack : told;
  return cause === undefined ? text : `${text}\ncaused by ${describe(cause)}`;
}
