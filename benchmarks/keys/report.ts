// Results as JSON for programs, a table for people, and a plot.
import { barPlot } from '../harness/bar-plot.ts';
import type { Timing } from '../harness/interleave.ts';
import { describeMachine, machine } from '../harness/machine.ts';
import { writeResults } from '../harness/write-results.ts';
import type { Results } from './measure.ts';

export function asMarkdown({ access, audit }: Results): string {
  const lines = [
    '# Getting at a key',
    '',
    `${describeMachine(machine())}; microseconds, median (minimum). Wanted: cached at most 1; from the database at most 1,000 and at most 2 times a plain SELECT of the same row.`,
    '',
    '| | us | ratio |',
    '|---|--:|--:|',
  ];
  for (const [database, times] of Object.entries(access)) {
    lines.push(
      `| cached, open (${database}) | ${cell(times.cachedOpen)} | |`,
      `| cached, seal (${database}) | ${cell(times.cachedSeal)} | |`,
      `| ${database}, plain SELECT | ${cell(times.plainSelect)} | 1.00 |`,
      `| ${database}, key loaded and unwrapped | ${cell(times.fromDatabase)} | ${times.ratio.toFixed(2)} |`,
    );
  }
  lines.push(
    '',
    '| audit log on | entries | seconds to verify |',
    '|---|--:|--:|',
    ...Object.entries(audit).map(([name, { entries, seconds }]) => `| ${name} | ${entries} | ${seconds.toFixed(2)} |`),
  );
  return `${lines.join('\n')}\n`;
}

function cell({ median, min }: Timing): string {
  const digits = median < 100 ? 3 : 0;
  return `${median.toFixed(digits)} (${min.toFixed(digits)})`;
}

export function write(results: Results): void {
  writeResults({
    'keys.json': { machine: machine(), ...results },
    'keys.md': asMarkdown(results),
    'keys.svg': asPlot(results),
  });
}

function asPlot({ access }: Results): string {
  const bars = Object.entries(access).flatMap(([database, { plainSelect, fromDatabase }]) => [
    { label: `${database}: plain SELECT`, value: plainSelect.median, ours: false },
    { label: `${database}: key`, value: fromDatabase.median, ours: true },
  ]);
  return barPlot({ title: 'A key from the database: microseconds, median', bars, digits: 0 });
}
