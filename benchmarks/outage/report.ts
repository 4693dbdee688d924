// Results as JSON for programs and a table for people.
import { describeMachine, machine } from '../harness/machine.ts';
import { writeResults } from '../harness/write-results.ts';
import type { Outage } from './measure.ts';

export function asMarkdown(outages: readonly Outage[]): string {
  const rows: [string, (outage: Outage) => string][] = [
    ['seconds away', ({ outageMs }) => String(outageMs / 1000)],
    ['worker processes', ({ workers }) => String(workers)],
    ['jobs', ({ jobs }) => String(jobs)],
    ['completed', ({ completed }) => String(completed)],
    ['failed', ({ failed }) => String(failed)],
    ['lost an attempt', ({ lostAttempts }) => String(lostAttempts)],
    ['rows with a value in clear', ({ inClear }) => String(inClear)],
    ['enqueueing under a key not in memory', ({ refusedEnqueue }) => `refused: ${refusedEnqueue}`],
    ['worked meanwhile, keys in memory', ({ workedMeanwhile }) => String(workedMeanwhile)],
    ['first waiting job after, ms', ({ firstRecoveryMs }) => String(firstRecoveryMs)],
    ['last waiting job after, ms (wanted: 5,000 at most)', ({ lastRecoveryMs }) => String(lastRecoveryMs)],
    ...(['before', 'during', 'after'] as const).map((phase): [string, (outage: Outage) => string] => [
      `p99 of opening with a key in memory, ${phase}, us`,
      ({ cachedOpenP99Us }) => cachedOpenP99Us[phase].toFixed(2),
    ]),
  ];
  return `${[
    '# The key management service is away under load',
    '',
    `${describeMachine(machine())}. PostgreSQL, worker processes and a service on loopback.`,
    '',
    `| | ${outages.map(({ absence }) => absence).join(' | ')} |`,
    `|---|${outages.map(() => '--:|').join('')}`,
    ...rows.map(([name, of]) => `| ${name} | ${outages.map(of).join(' | ')} |`),
  ].join('\n')}\n`;
}

export function write(outages: readonly Outage[]): void {
  writeResults({ 'outage.json': { machine: machine(), outages }, 'outage.md': asMarkdown(outages) });
}
