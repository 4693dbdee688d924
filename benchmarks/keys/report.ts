// Results as JSON for programs, a table for people, and a plot.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Timing } from '../protection/interleave.ts';
import { machine } from '../protection/report.ts';
import type { Results } from './measure.ts';

export function asMarkdown({ access, audit }: Results): string {
  const { cpu, cores, arch, node, load } = machine();
  const lines = [
    '# Getting at a key',
    '',
    `${cpu}, ${cores} cores, ${arch}, Node ${node}, load ${load.toFixed(2)}; microseconds, median (minimum). Wanted: cached at most 1; from the database at most 1,000 and at most 2 times a plain SELECT of the same row.`,
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
    '| audit entries | seconds to verify |',
    '|--:|--:|',
    `| ${audit.entries} | ${audit.seconds.toFixed(2)} |`,
  );
  return `${lines.join('\n')}\n`;
}

function cell({ median, min }: Timing): string {
  const digits = median < 100 ? 3 : 0;
  return `${median.toFixed(digits)} (${min.toFixed(digits)})`;
}

export function write(results: Results, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'keys.json'), `${JSON.stringify({ machine: machine(), ...results }, null, 2)}\n`);
  writeFileSync(join(folder, 'keys.md'), asMarkdown(results));
  writeFileSync(join(folder, 'keys.svg'), asPlot(results));
}

function asPlot({ access }: Results): string {
  const bars = Object.entries(access).flatMap(([database, { plainSelect, fromDatabase }]) => [
    { label: `${database}: plain SELECT`, us: plainSelect.median, fill: '#9aa5b1' },
    { label: `${database}: key`, us: fromDatabase.median, fill: '#2563a8' },
  ]);
  const longest = Math.max(...bars.map((bar) => bar.us));
  const rows = bars.map(({ label, us, fill }, i) => {
    const y = 34 + i * 22;
    const width = (us / longest) * 380;
    return `<text x="178" y="${y + 12}" text-anchor="end">${label}</text><rect x="186" y="${y}" width="${width.toFixed(1)}" height="16" fill="${fill}"/><text x="${(192 + width).toFixed(1)}" y="${y + 12}">${us.toFixed(0)}</text>`;
  });
  const height = 46 + bars.length * 22;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="${height}" font-family="sans-serif" font-size="12"><rect width="640" height="${height}" fill="#fff"/><text x="12" y="20" font-size="14">A key from the database: microseconds, median</text>${rows.join('')}</svg>\n`;
}
