// `hammerwork demo`: the tour.
import type { Command } from 'commander';
import { positiveInteger } from '../arguments.ts';
import { runTour, type StepReport } from '../demo/tour.ts';
import { CliError } from '../errors.ts';
import type { Run } from '../program.ts';

interface DemoOptions {
  jobs: number;
  sealing: boolean;
}

export function addDemo(program: Command, run: Run): void {
  program
    .command('demo')
    .description('the tour: seal, work, fail, rotate, delete, and search every byte for what must not be there')
    .option('--jobs <number>', 'jobs of each of the five kinds', positiveInteger, 60)
    .option('--without-sealing', 'store everything in clear, to see that the search finds it')
    .action(
      run(async ({ output, globals }, options: DemoOptions & { withoutSealing?: boolean }) => {
        const steps: StepReport[] = [];
        const leaks = await runTour({
          database: globals.database,
          jobsPerKind: options.jobs,
          sealing: !options.withoutSealing,
          onStep: (step) => {
            steps.push(step);
            if (!output.json) output.line(describe(step));
          },
        });
        if (output.json) output.result({ ...leaks, steps: steps.map(({ detail: _, ...step }) => step) }, () => '');
        if (leaks.searched === 0 || leaks.leaked > 0)
          throw new CliError('check_failed', `${leaks.leaked} of ${leaks.searched} personal values stand in clear.`);
      }),
    );
}

function describe({ name, elapsedMs, figure, detail }: StepReport): string {
  const line = `${name.padEnd(32)}${`${Math.round(elapsedMs)} ms`.padStart(9)}   ${figure}`;
  return detail === undefined ? line : `${line}\n${detail}`;
}
