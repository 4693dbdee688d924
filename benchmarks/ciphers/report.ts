// Results as JSON for programs, tables for people, and plots.
import type { Timing } from '../harness/interleave.ts';
import { linePlot, type Panel } from '../harness/line-plot.ts';
import { describeMachine } from '../harness/machine.ts';
import { writeResults } from '../harness/write-results.ts';
import type { Bar } from './bars.ts';
import type { Report } from './measure.ts';
import { type Row, select, speedOf } from './rows.ts';

const reference = 'ours, auto';

export function asMarkdown(report: Report): string {
  const { rows, footprint } = report;
  const lines = [
    '# Ciphers',
    '',
    `${describeMachine(report.machine)}; contestants in turn, ${report.rounds} rounds, each in another order; a speed is the median of the rounds' ratios; glibc told to keep freed memory. Each gives the same bytes, which is proved before it is timed; copies in and out are included; AEADs have 32 bytes of associated data.`,
    '',
    ...barTable(report.bars),
  ];
  if (report.limits.length > 0) {
    lines.push('', 'What is missed, and what it is made of on this machine (medians):', '');
    lines.push(...report.limits.map((limit) => `- ${limit}`));
  }
  if (report.missing.length > 0) lines.push('', `Not measured here: ${report.missing.join(', ')}.`);
  for (const runtime of distinct(rows.map((row) => row.runtime))) {
    for (const { title, part } of tablesOf(select(rows, { runtime }))) {
      lines.push('', `## ${runtime}: ${title}`, '', ...timeTable(part));
    }
  }
  const { coldStart, memory } = footprint;
  lines.push(
    '',
    '## Footprint',
    '',
    `Cold start in Node (compile, instantiate, import a key, seal 64 B): ${ms(coldStart.bare)} in a bare process, ${ms(coldStart.loaded)} in one that has loaded node:crypto, which takes it ${ms(coldStart.loading)}. Memory: ${memory.bytes} bytes for ${memory.recordKeys} record keys and ${memory.aeadKeys} AEAD handles together.`,
  );
  return `${lines.join('\n')}\n`;
}

function ms({ median, min }: Timing): string {
  return `${median.toFixed(2)} ms (at best ${min.toFixed(2)})`;
}

function barTable(bars: readonly Bar[]): string[] {
  const cells = bars.map(({ promise, at, limit, wanted, measured, best, met }) => {
    const digits = Number.isInteger(measured) ? 0 : 2;
    return `| ${promise} | ${at} | at ${limit} ${wanted} | ${measured.toFixed(digits)} | ${best?.toFixed(2) ?? ''} | ${met ? 'yes' : 'NO'} |`;
  });
  return [
    '| promise | at | wanted | measured, by median | by fastest turns | met |',
    '|---|---|--:|--:|--:|---|',
    ...cells,
  ];
}

function tablesOf(rows: readonly Row[]): { title: string; part: Row[] }[] {
  return distinct(rows.map(({ what, direction }) => `${what}|${direction}`)).map((name) => {
    const [what = '', direction] = name.split('|');
    return {
      title: direction === 'hash' ? what : `${what}, ${direction}`,
      part: rows.filter((row) => row.what === what && row.direction === direction),
    };
  });
}

/** Microseconds, median (minimum), and how many times as long as `auto` takes. */
function timeTable(rows: readonly Row[]): string[] {
  const sizes = distinct(rows.map((row) => row.bytes));
  const head = [
    `| us a message: median (min) times auto | ${sizes.map((bytes) => `${bytes} B`).join(' | ')} |`,
    `|---|${sizes.map(() => '--:').join('|')}|`,
  ];
  const body = distinct(rows.map((row) => row.contestant)).map((contestant) => {
    const cells = sizes.map((bytes) => {
      const [row] = select(rows, { contestant, bytes });
      const [auto] = select(rows, { contestant: reference, bytes });
      if (!row) return '';
      const ratio = auto && contestant !== reference ? ` ${speedOf(auto, row).median.toFixed(2)}×` : '';
      return `${digits(row.median)} (${digits(row.min)})${ratio}`;
    });
    return `| ${contestant} | ${cells.join(' | ')} |`;
  });
  return [...head, ...body];
}

function digits(us: number): string {
  return us.toFixed(us < 10 ? 3 : us < 100 ? 1 : 0);
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

export function write(report: Report): void {
  const plots = distinct(report.rows.map((row) => row.runtime)).map((runtime) => {
    const panels = ['aes-256-gcm', 'chacha20-poly1305', 'xchacha20-poly1305', 'record aes-256-gcm']
      .map((what) => panelOf(select(report.rows, { runtime, what, direction: 'seal' }), what))
      .filter((panel) => panel.lines.length > 0);
    return [
      `ciphers-${runtime.toLowerCase()}.svg`,
      linePlot(`${runtime}: microseconds to seal a message, by its bytes`, panels),
    ];
  });
  writeResults({ 'ciphers.json': report, 'ciphers.md': asMarkdown(report), ...Object.fromEntries(plots) });
}

function panelOf(rows: readonly Row[], title: string): Panel {
  const lines = distinct(rows.map((row) => row.contestant)).map((label) => ({
    label,
    ours: label.startsWith('ours'),
    points: select(rows, { contestant: label }).map((row) => [row.bytes, row.median] as const),
  }));
  return { title, lines };
}
