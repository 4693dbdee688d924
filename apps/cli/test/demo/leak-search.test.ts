import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLeakSearch, scanFolder } from '../../src/demo/leak-search.ts';

const value = 'Zoë "Z" Ørsted-81f2';

test.each([
  ['UTF-8', value],
  ['JSON', JSON.stringify(value)],
  ['JSON in ASCII', '"Zo\\u00eb \\"Z\\" \\u00d8rsted-81f2"'],
  ['percent-encoded', encodeURIComponent(value)],
  ['hexadecimal', Buffer.from(value).toString('hex')],
  ['base64', Buffer.from(value).toString('base64')],
])('finds a value written as %s', (_, text) => {
  const search = createLeakSearch([value, 'another value of the same']);
  search.scan(Buffer.from(`\0\xff before ${text} after`));
  expect([...search.found]).toEqual([value]);
});

test('does not find what only begins alike', () => {
  const search = createLeakSearch([value]);
  search.scan(Buffer.from(value.slice(0, -1)));
  expect(search.found.size).toBe(0);
});

test('refuses values that would be found by chance', () => {
  expect(() => createLeakSearch(['short'])).toThrow(RangeError);
});

test('finds values in nested files, also across the pieces in which it reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leak-search-'));
  try {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    const bytes = Buffer.alloc((4 << 20) + 100);
    bytes.write(value, (4 << 20) - 7);
    writeFileSync(join(folder, 'a/b/c'), bytes);
    const search = createLeakSearch([value]);
    await scanFolder(search, folder);
    expect(search.found.has(value)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
