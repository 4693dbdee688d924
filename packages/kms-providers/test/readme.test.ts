import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { detail, ok } from './readme-example.ts';

test('the example of the README is this one, and does what it says', () => {
  const example = readFileSync(new URL('./readme-example.ts', import.meta.url), 'utf8');
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(example);
  expect({ ok, detail }).toEqual({
    ok: true,
    detail: expect.stringMatching(/^master key from env:HAMMERWORK_MASTER_KEY, local\/[0-9a-f]{16}$/),
  });
});
