// Results as JSON for programs, a table for people, and a plot.
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Algorithm } from '@hammerwork/crypto-core';
import { type Kind, kinds } from './enqueueing.ts';
import type { Timing } from './interleave.ts';
import { type Contestant, contestants, type SealingResult } from './sealing.ts';

export interface Report {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly arch: string;
    readonly node: string;
    readonly load: number;
  };
  readonly rounds: number;
  readonly sealing: SealingResult;
  /** By database. */
  readonly enqueueing: Readonly<Record<string, Record<Kind, Timing>>>;
}

export function machine(): Report['machine'] {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    arch: arch(),
    node: process.version,
    load: loadavg()[0]!,
  };
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
    `${machine.cpu}, ${machine.cores} cores, ${machine.arch}, Node ${machine.node}, load ${machine.load.toFixed(2)}; engine \`${sealing.engine}\`; median of ${rounds} interleaved rounds (minimum), microseconds. Speed: 1 is that of node:crypto sealing (or opening) the same kilobyte with a KeyObject, the nonce at hand, with no JSON, derivation or context.`,
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

export function write(report: Report, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'protection.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, 'protection.md'), asMarkdown(report));
  writeFileSync(join(folder, 'protection.svg'), asPlot(report));
}

function asPlot({ sealing }: Report): string {
  const bars = algorithms.flatMap((algorithm) =>
    contestants.map((name) => ({ label: `${algorithm}: ${name}`, us: sealing.times[algorithm][name].median })),
  );
  const longest = Math.max(...bars.map((bar) => bar.us));
  const rows = bars.map(({ label, us }, i) => {
    const y = 34 + i * 22;
    const fill = label.includes('node:crypto') ? '#9aa5b1' : '#2563a8';
    const width = ((us / longest) * 380).toFixed(1);
    return `<text x="278" y="${y + 12}" text-anchor="end">${label}</text><rect x="286" y="${y}" width="${width}" height="16" fill="${fill}"/><text x="${(292 + Number(width)).toFixed(1)}" y="${y + 12}">${us.toFixed(2)}</text>`;
  });
  const height = 46 + bars.length * 22;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="740" height="${height}" font-family="sans-serif" font-size="12"><rect width="740" height="${height}" fill="#fff"/><text x="12" y="20" font-size="14">A job of 1 KB with two personal fields: microseconds, median</text>${rows.join('')}</svg>\n`;
}
