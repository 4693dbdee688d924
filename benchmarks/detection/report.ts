// Results as tables for people; `write` keeps them as JSON and draws the times.
import { barPlot } from '../harness/bar-plot.ts';
import type { Timing } from '../harness/interleave.ts';
import { describeMachine } from '../harness/machine.ts';
import { writeResults } from '../harness/write-results.ts';
import type { Report } from './measure.ts';
import type { Quality } from './quality.ts';
import type { Growth } from './throughput.ts';

export function asMarkdown({ machine, rounds, quality, throughput }: Report): string {
  const { objects, jsonBytes, text, textUnits, clean, cleanBytes, adversarial } = throughput;
  return [
    '# Finding personal data',
    '',
    `${describeMachine(machine)}; median of ${rounds} interleaved rounds (minimum).`,
    ...asQuality(quality),
    '',
    `## Throughput: ${(jsonBytes / 2 ** 20).toFixed(2)} MB of mixed objects`,
    '',
    ...timesTable(objects, 'JSON.parse', jsonBytes),
    '',
    `## Throughput: ${textUnits} units of text`,
    '',
    ...timesTable(text, 'JSON.parse', textUnits),
    '',
    `## A clean payload of ${cleanBytes} bytes and 10 fields`,
    '',
    '| | microseconds |',
    '|---|--:|',
    ...Object.entries(clean).map(([name, { median, min }]) => `| ${name} | ${median.toFixed(2)} (${min.toFixed(2)}) |`),
    '',
    '## Four times the text',
    '',
    '| text | short, ms | long, ms | growth (of the minima) |',
    '|---|--:|--:|--:|',
    ...adversarial.map(growthRow),
    '',
  ].join('\n');
}

function asQuality({ kinds, cases }: Quality): string[] {
  return [
    '',
    '## Precision and recall on the corpus',
    '',
    'Found means: kind, place and region are exactly those of the label. The corpus is ours; it was written with the rules.',
    '',
    '| kind | labelled | found | wrong | recall | precision |',
    '|---|--:|--:|--:|--:|--:|',
    ...kinds.map(
      ({ kind, expected, found, wrong }) =>
        `| ${kind} | ${expected} | ${found} | ${wrong} | ${percent(found, expected)} | ${percent(found, found + wrong)} |`,
    ),
    '',
    'The same cases, asked only whether anything is found. The peers look for fewer kinds, and not at field names.',
    '',
    '| | of the cases with personal data | of the cases without |',
    '|---|--:|--:|',
    ...cases.map(
      ({ name, found, positives, alarms, decoys }) =>
        `| ${name} | ${found} of ${positives} | ${alarms} of ${decoys} false alarms |`,
    ),
  ];
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}

function timesTable(times: Readonly<Record<string, Timing>>, yardstick: string, units: number): string[] {
  const base = times[yardstick]!;
  return [
    `| | ms | times ${yardstick} | MB/s |`,
    '|---|--:|--:|--:|',
    ...Object.entries(times).map(
      ([name, { median, min }]) =>
        `| ${name} | ${ms(median)} (${ms(min)}) | ${(median / base.median).toFixed(2)} (${(min / base.min).toFixed(2)}) | ${(units / median).toFixed(0)} |`,
    ),
  ];
}

function growthRow({ text, short, long }: Growth): string {
  return `| \`${JSON.stringify(text).slice(1, -1)}\` | ${ms(short.min)} | ${ms(long.min)} | ${(long.min / short.min).toFixed(2)} |`;
}

function ms(microseconds: number): string {
  return (microseconds / 1000).toFixed(2);
}

export function write(report: Report): void {
  const { objects, text } = report.throughput;
  const bars = [
    ...Object.entries(objects).map(([name, { median }]) => ({
      label: `objects: ${name}`,
      value: median / objects['JSON.parse']!.median,
    })),
    ...Object.entries(text).map(([name, { median }]) => ({
      label: `text: ${name}`,
      value: median / text['JSON.parse']!.median,
    })),
  ].map((bar) => ({ ...bar, ours: /detect|piiFields/.test(bar.label) }));
  writeResults({
    'detection.json': report,
    'detection.md': asMarkdown(report),
    'detection.svg': barPlot({ title: 'Time as a multiple of JSON.parse of the same text', bars, digits: 1 }),
  });
}
