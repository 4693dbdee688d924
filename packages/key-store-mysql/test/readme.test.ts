import { readFileSync } from 'node:fs';
import { mysqlDatabaseKinds, openTestDatabase, sharedServer } from '@hammerwork/test-kit';
import { expect, test, vi } from 'vitest';
import { rotateByHand } from './readme-example.ts';

test('the example of the README is this one', () => {
  const example = readFileSync(new URL('./readme-example.ts', import.meta.url), 'utf8');
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(example);
});

for (const kind of mysqlDatabaseKinds) {
  test.skipIf(!(await sharedServer(kind)))(`on ${kind} it does what it says`, async () => {
    vi.stubEnv('HAMMERWORK_MASTER_KEY', 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=');
    const { url, close } = await openTestDatabase(kind);
    expect(await rotateByHand(url!)).toBe('version 2 seals, version 1 still opens 4111 1111 1111 1111');
    await close();
    vi.unstubAllEnvs();
  });
}
