// The program of the README runs and prints what it says.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the program of the README runs', async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const folder = await mkdtemp(join(import.meta.dirname, 'readme-'));
  try {
    await writeFile(join(folder, 'program.ts'), program);
    const env = { ...process.env, HAMMERWORK_DATABASE_URL: `pglite:${join(folder, 'data')}` };
    const args = ['--conditions=@hammerwork/source', join(folder, 'program.ts')];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout).toBe('[ { n: 7 } ]\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});
