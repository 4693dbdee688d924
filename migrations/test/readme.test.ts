// The program of the README runs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTestDatabase } from '@hammerwork/test-kit';
import { expect, test, vi } from 'vitest';
import * as exported from '../src/index.ts';

test('the program of the README runs', async () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const body = program.replace(/import (\{[^}]*\}) from '@hammerwork\/migrations';/, 'const $1 = exported;');
  const { db, close } = await openTestDatabase('pglite');
  const log = vi.fn();
  const AsyncFunction = (async () => {}).constructor as new (
    ...text: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction('exported', 'db', 'console', body)(exported, db, { log });
  await close();
  const [[applied], [status]] = log.mock.calls as [[string[]], [exported.MigrationStatus[]]];
  expect(applied[0]).toBe('001_jobs');
  expect(status[0]).toEqual({ name: '001_jobs', appliedAt: expect.any(Date) });
});
