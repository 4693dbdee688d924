// `hammerwork pii`: which fields of payloads hold personal data, in files and in queues. Counts places and kinds; no value
// is printed, stored or quoted in an error.
import {
  createDetector,
  createScanCounter,
  KINDS,
  type Kind,
  type ScanReport,
  type SelectorProposal,
} from '@hammerwork/pii-detector';
import type { Command } from 'commander';
import { kindList, share } from '../arguments.ts';
import { CliError } from '../errors.ts';
import { printable, table } from '../output.ts';
import { payloadsOf, payloadsOfQueue } from '../payload-source.ts';
import type { Run } from '../program.ts';

interface ScanOptions {
  queue?: string;
  kinds?: readonly Kind[];
  threshold?: number;
  suggest?: boolean;
}

export function addPii(program: Command, run: Run): void {
  const pii = program.command('pii').description('find personal data in files and queues');

  pii
    .command('scan')
    .argument('[file]', 'JSON, or one JSON value per line; - for what is piped in')
    .option('--queue <name>', 'the payloads of this queue, as they are stored')
    .option('--kinds <list>', `only these kinds, with commas between them: ${KINDS.join(', ')}`, kindList)
    .option('--threshold <number>', 'least confidence of a finding, 0 to 1 (default: 0.5)', share)
    .option('--suggest', 'print a policy that seals what was found')
    .description('count what is personal per field and kind, never printing a value')
    .action(
      run(async (session, file: string | undefined, { queue, kinds, threshold, suggest }: ScanOptions) => {
        if ((file === undefined) === (queue === undefined)) {
          throw new CliError('option_malformed', 'Name a file (or - for what is piped in), or --queue, and not both.');
        }
        const counter = createScanCounter(
          createDetector({ ...(kinds ? { kinds } : {}), ...(threshold === undefined ? {} : { threshold }) }),
        );
        const payloads = file === undefined ? payloadsOfQueue(session, queue!) : payloadsOf(session, file);
        for await (const payload of payloads) counter.add(payload);
        const report = counter.report();
        if (suggest) {
          const { selectors } = counter.proposal();
          session.output.result({ payloads: report.payloads, selectors }, () => asPolicy(report, selectors));
        } else session.output.result(report, () => asTable(report));
      }),
    );
}

function asTable({ payloads, affected, counts, truncated }: ScanReport): string {
  const rows = counts.map(({ path, kind, findings, payloads: hit }) => ({
    path: path === '' ? '(the whole payload)' : printable(path),
    kind,
    findings,
    payloads: hit,
    share: percent(hit, payloads),
  }));
  const more = truncated ? '\nThere were more places than are kept; the rest is counted under **.' : '';
  return `${table(rows, 'Nothing personal was found.')}\n${affected} of ${payloads} payloads hold something.${more}`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}

function asPolicy({ payloads }: ScanReport, selectors: readonly SelectorProposal[]): string {
  const lines = selectors
    .filter(({ selector }) => selector !== '')
    .map(({ selector, kinds, hits }) => {
      const name = printable(JSON.stringify(selector));
      return `    ${name}, // ${kinds.join(', ') || 'not scanned'}: ${percent(hits, payloads)} of ${payloads}`;
    });
  return [
    "import { definePolicy } from '@hammerwork/payload-protection';",
    '',
    'export const policy = definePolicy({',
    lines.length > 0 ? `  piiFields: [\n${lines.join('\n')}\n  ],` : '  piiFields: [],',
    '  // Seals what is found in other places as well.',
    '  autoDetect: true,',
    '});',
  ].join('\n');
}
