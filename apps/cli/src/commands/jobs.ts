// `hammerwork jobs`: look at jobs and decide over the ones that stopped. Only `job-outcomes.ts` opens sealed values.

import type { Database } from '@hammerwork/database';
import { createJobQueue, type JobQueue, type JobState, jobStates, redrivableStates } from '@hammerwork/queue';
import { type Command, Option } from 'commander';
import { positiveInteger } from '../arguments.ts';
import { CliError, jobAbsent } from '../errors.ts';
import { adviceFor, jobCodes } from '../job-codes.ts';
import { table } from '../output.ts';
import type { Run } from '../program.ts';
import type { Session } from '../session.ts';
import { addJobOutcomes } from './job-outcomes.ts';

interface ListOptions {
  queue?: string;
  state?: JobState;
  code?: string;
  limit: number;
}

export function addJobs(program: Command, run: Run): void {
  const jobs = program
    .command('jobs')
    .description('list, show, cancel, redrive and delete jobs')
    .addHelpText('after', '\n`hammerwork jobs codes` says what each code of a job means and what to do.');
  const onQueue = (work: (queue: JobQueue<Database>, session: Session, ...args: never[]) => Promise<void>) =>
    run(async (session, ...args) =>
      work(createJobQueue({ store: await session.jobs() }), session, ...(args as never[])),
    );

  jobs
    .command('list')
    .option('--queue <name>', 'only this queue')
    .addOption(new Option('--state <state>', 'only in this state').choices(jobStates))
    .option('--code <code>', 'only with this code')
    .option('--limit <number>', 'jobs at the most', positiveInteger, 50)
    .description('list jobs, the newest first, without payloads')
    .action(
      onQueue(async (queue, { output }, { queue: queueName, state, code, limit }: ListOptions) => {
        const found = await queue.listJobs({
          limit,
          ...(queueName === undefined ? {} : { queueName }),
          ...(state === undefined ? {} : { state }),
          ...(code === undefined ? {} : { errorCode: code }),
        });
        output.result(found, () =>
          table(
            found.map((job) => ({
              id: job.id,
              queue: job.queueName,
              kind: job.kind,
              state: job.state,
              attempt: `${job.attempt}/${job.maxAttempts}`,
              code: job.errorCode,
              created: job.createdAt,
              'delete at': job.deleteAt,
            })),
            'There are no such jobs.',
          ),
        );
      }),
    );

  jobs
    .command('count')
    .argument('[queue]', 'only this queue')
    .description('count jobs by queue, state and code')
    .action(
      onQueue(async (queue, { output }, queueName?: string) => {
        const counts = await queue.countJobsByCode(queueName);
        output.result(counts, () =>
          table(
            counts.map(({ queueName: ofQueue, state, errorCode, count }) => ({
              queue: ofQueue,
              state,
              code: errorCode,
              count,
            })),
            'There are no jobs.',
          ),
        );
      }),
    );

  jobs
    .command('show')
    .argument('<id>', 'id of the job')
    .description('show one job as its row stands (sealed values are null) and what its code means')
    .action(
      onQueue(async (queue, { output }, id: string) => {
        const job = await queue.getJob(id);
        if (!job) throw jobAbsent(id);
        const shown = { ...job, ...adviceFor(job.errorCode) };
        output.result(shown, () => JSON.stringify(shown, null, 2));
      }),
    );

  addJobOutcomes(jobs, run);

  jobs
    .command('codes')
    .description('what each code of a job means and what to do')
    .action(
      run(async ({ output }) => {
        output.result(jobCodes, () =>
          jobCodes.map((entry) => `${entry.code}\n  ${entry.meaning}\n  ${entry.do}`).join('\n'),
        );
      }),
    );

  jobs
    .command('cancel')
    .argument('<id>', 'id of the job')
    .description('cancel a waiting job; ask the worker of a running one to stop')
    .action(
      onQueue(async (queue, { output }, id: string) => {
        const outcome = await queue.cancelJob(id);
        if (outcome === 'absent') throw jobAbsent(id);
        output.result({ id, outcome }, () => `${id}: ${outcome}`);
      }),
    );

  jobs
    .command('redrive')
    .argument('[id]', 'id of one job')
    .option('--queue <name>', 'all jobs of this queue in --state')
    .addOption(new Option('--state <state>').choices(redrivableStates).default('dead'))
    .option('--limit <number>', 'jobs at the most', positiveInteger, 1000)
    .description('make dead, cancelled, parked or quarantined jobs ready again')
    .action(
      onQueue(async (queue, { output }, id: string | undefined, options: ListOptions & { state: JobState }) => {
        if ((id === undefined) === (options.queue === undefined))
          throw new CliError('option_malformed', 'Give either the id of a job or --queue NAME.');
        const redriven = id
          ? await redriveOne(queue, id)
          : await queue.redriveJobs(options.queue ?? '', [options.state], options.limit);
        output.result({ redriven }, () => `${redriven} ${redriven === 1 ? 'job is' : 'jobs are'} ready again.`);
      }),
    );

  jobs
    .command('delete')
    .argument('<id>', 'id of a job that is not running')
    .description('delete all of a job')
    .action(
      onQueue(async (queue, { output }, id: string) => {
        const deleted = await queue.deleteJob(id);
        if (!deleted) throw jobAbsent(id);
        output.result({ id, deleted }, () => `Deleted ${id}.`);
      }),
    );
}

async function redriveOne(queue: JobQueue<Database>, id: string): Promise<number> {
  if (await queue.redriveJob(id)) return 1;
  const job = await queue.getJob(id);
  if (!job) throw jobAbsent(id);
  throw new CliError(
    'job_not_redrivable',
    `Job ${id} is ${job.state}. Only ${redrivableStates.join(', ')} jobs can be made ready again.`,
  );
}
