import { readFileSync } from 'node:fs';
import { openTestDatabase } from '@hammerwork/test-kit';
import { expect, test, vi } from 'vitest';
import { rotateByHand } from './readme-example.ts';

test('the example of the READMEs is this one, and does what it says', async () => {
  const example = readFileSync(new URL('./readme-example.ts', import.meta.url), 'utf8');
  for (const name of ['key-store-pg', 'key-manager']) {
    const readme = readFileSync(new URL(`../../${name}/README.md`, import.meta.url), 'utf8');
    expect(readme).toContain(example);
  }
  vi.stubEnv('HAMMERWORK_MASTER_KEY', 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=');
  const { db, close } = await openTestDatabase('pglite');
  expect(await rotateByHand(db)).toBe('version 2 seals, version 1 still opens 4111 1111 1111 1111');
  await close();
  vi.unstubAllEnvs();
});
