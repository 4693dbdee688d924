// The program of the README runs and prints what it says.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const before = `
import { migrate } from '@hammerwork/migrations';
import { createJobQueue, createPgJobStore, defineJobType } from '@hammerwork/queue';
import { openTestDatabase } from '@hammerwork/test-kit';
import { deleteAfter as after, planDeletion as planned } from '@hammerwork/retention';
const { db, close } = await openTestDatabase('pglite');
await migrate(db);
const past = () => Date.UTC(2026, 0, 1);
const queue = createJobQueue({ store: createPgJobStore(db, { clock: past }), retention: { planDeletion: planned }, clock: past });
await queue.enqueue(defineJobType({ kind: 'old', policy: 'none' }), 1, { retention: after('1d') });
`;

test('the program of the README runs', async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const folder = await mkdtemp(join(import.meta.dirname, 'readme-'));
  try {
    await writeFile(join(folder, 'program.ts'), `${before}${program}\nawait close();\n`);
    const args = ['--conditions=@hammerwork/source', join(folder, 'program.ts')];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout.split('\n')).toEqual([
      '{"type":"delete_after","seconds":2592000}',
      '2026-01-31T00:00:00.000Z',
      '1 gone',
      '1 deleted',
      '',
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
