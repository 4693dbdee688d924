// Results as JSON for programs, a table for people, and a plot.
import type { Algorithm } from '@hammerwork/crypto-core';
import { barPlot } from '../harness/bar-plot.ts';
import type { Timing } from '../harness/interleave.ts';
import { describeMachine, type Machine } from '../harness/machine.ts';
import { writeResults } from '../harness/write-results.ts';
import { type Kind, kinds } from './enqueueing.ts';
import { type Contestant, contestants, type SealingResult } from './sealing.ts';

export interface Report {
  readonly machine: Machine;
  readonly rounds: number;
  readonly sealing: SealingResult;
  /** By database. */
  readonly enqueueing: Readonly<Record<string, Record<Kind, Timing>>>;
}

const algorithms: readonly Algorithm[] = ['aes-256-gcm', 'chacha20-poly1305'];

/** Speed beside node:crypto's AEAD alone over 1 KB, same cipher and direction: 0.67 is one and a half times its time. */
export function speedRatio(times: Record<Contestant, Timing>, name: Contestant): number {
  const base = name.includes('open') ? times['node:crypto open'] : times['node:crypto seal'];
  return base.median / times[name].median;
}

export function asMarkdown({ machine, rounds, sealing, enqueueing }: Report): string {
  const lines = [
    '# Sealing a job of 1 KB with two personal fields',
    '',
    `${describeMachine(machine)}; engine \`${sealing.engine}\`; median of ${rounds} interleaved rounds (minimum), microseconds. Speed: 1 is that of node:crypto sealing (or opening) the same kilobyte with a KeyObject, the nonce at hand, with no JSON, derivation or context.`,
  ];
  for (const algorithm of algorithms) {
    const times = sealing.times[algorithm];
    lines.push('', `| ${algorithm} | us | speed |`, '|---|--:|--:|');
    for (const name of contestants)
      lines.push(`| ${name} | ${cell(times[name])} | ${speedRatio(times, name).toFixed(2)} |`);
  }
  for (const [database, times] of Object.entries(enqueueing)) {
    lines.push('', `| enqueue, ${database} | us | more than plain |`, '|---|--:|--:|');
    for (const kind of kinds) {
      const more = times[kind].median / times.plain.median - 1;
      lines.push(
        `| ${kind === 'plain' ? 'plain' : `sealed, ${kind}`} | ${cell(times[kind])} | ${(100 * more).toFixed(1)} % |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function cell({ median, min }: Timing): string {
  const digits = median < 100 ? 2 : 0;
  return `${median.toFixed(digits)} (${min.toFixed(digits)})`;
}

export function write(report: Report): void {
  writeResults({
    'protection.json': report,
    'protection.md': asMarkdown(report),
    'protection.svg': asPlot(report),
  });
}

function asPlot({ sealing }: Report): string {
  const bars = algorithms.flatMap((algorithm) =>
    contestants.map((name) => ({
      label: `${algorithm}: ${name}`,
      value: sealing.times[algorithm][name].median,
      ours: !name.includes('node:crypto'),
    })),
  );
  return barPlot({ title: 'A job of 1 KB with two personal fields: microseconds, median', bars, digits: 2 });
}
