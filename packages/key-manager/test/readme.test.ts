import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endOfAKey } from './readme-example.ts';
import { createSetting } from './test-manager.ts';

test('the second program of the README is this one, and does what it says', async () => {
  const example = readFileSync(new URL('./readme-example.ts', import.meta.url), 'utf8');
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(example);
  const said = await endOfAKey(createSetting().manager);
  expect(said).toBe('destroyed; copies may live on in: caches, database, backups; whole: true, unanchored: 3');
  expect(readme).toContain(said);
});
