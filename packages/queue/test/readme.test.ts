// The program of the README runs and prints what it says.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openTestDatabase } from '@hammerwork/test-kit';
import { expect, test } from 'vitest';

test('the program of the README runs', async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const database = await openTestDatabase('postgres');
  const folder = await mkdtemp(join(import.meta.dirname, 'readme-'));
  try {
    await writeFile(join(folder, 'program.ts'), program);
    const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
    const env = { ...process.env, DATABASE_URL: database.url, HAMMERWORK_ENCRYPTION_KEY: key };
    const args = ['--conditions=@hammerwork/source', join(folder, 'program.ts')];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout).toBe("{ card: null, user: 'u1', amount: 9.5 }\n4111-1111-1111-1111 charged\n");
  } finally {
    await rm(folder, { recursive: true });
    await database.close();
  }
});
