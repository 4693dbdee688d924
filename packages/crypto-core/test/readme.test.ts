// The README's program, run as it stands.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import * as exported from '../src/index.ts';

afterEach(() => vi.unstubAllEnvs());

test('the README seals and opens what it says', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const body = stripTypeScriptTypes(program).replace(
    /import (\{[^}]*\}) from '@hammerwork\/crypto-core';/,
    'const $1 = exported;',
  );
  vi.stubEnv('HAMMERWORK_ENCRYPTION_KEY', 'Zm9ydHktdHdvIGlzIHRoZSBhbnN3ZXIsIGhlIHNhaWQ=');
  const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
  ) => (api: unknown) => Promise<Uint8Array[]>;
  const [record, plaintext, scan, scanned] = await new AsyncFunction(
    'exported',
    `${body}; return [record, opened.plaintext, scan, opening.plaintext];`,
  )(exported);
  expect(record!.length).toBe(19 + 84);
  expect(new TextDecoder().decode(plaintext)).toBe('4111 1111 1111 1111');
  expect(scan!.length).toBe(1_000_000 + 68 + 16 * 62);
  expect(Buffer.compare(scanned!, new Uint8Array(1_000_000))).toBe(0);
});

test('every export is named in the README or is a type', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  for (const name of Object.keys(exported)) expect(readme).toContain(name);
});
