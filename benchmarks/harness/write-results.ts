import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Timing } from './interleave.ts';

const folder = join(import.meta.dirname, '..', 'results');

/** Writes files into benchmarks/results: values as JSON, without the times of each turn, and text as it is. */
export function writeResults(files: Readonly<Record<string, unknown>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(
      join(folder, name),
      typeof content === 'string' ? content : `${JSON.stringify(content, withoutTurns, 2)}\n`,
    );
  }
}

function withoutTurns(key: string, value: unknown): unknown {
  return key === ('each' satisfies keyof Timing) ? undefined : value;
}
