// Results as JSON for programs and a table for people.
import { describeMachine, machine } from '../harness/machine.ts';
import { writeResults } from '../harness/write-results.ts';
import type { Move } from './measure.ts';

export function asMarkdown(move: Move): string {
  const rows: [string, number | string][] = [
    ['jobs', move.jobs],
    ['key versions', move.versions],
    ['unwraps by the old service', move.unwraps],
    ['wraps by the new service, key versions', move.wraps],
    ["wraps by the new service, the key store's own key", move.storeKeyWraps],
    ['job rows written', move.jobRowsWritten],
    ['seconds', move.seconds.toFixed(3)],
    ['sealed jobs worked afterwards, old service gone', move.workedAfter],
  ];
  return `${[
    '# From one key management service to another',
    '',
    `${describeMachine(machine())}. PostgreSQL, services on loopback.`,
    '',
    '| | |',
    '|---|--:|',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    "The key store's own key authenticates key rows and is no key version. A process unwraps it once when it opens the store.",
  ].join('\n')}\n`;
}

export function write(move: Move): void {
  writeResults({ 'rewrap.json': { machine: machine(), ...move }, 'rewrap.md': asMarkdown(move) });
}
