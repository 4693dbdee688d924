// The commands of the README run, one after the other, on one embedded database.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

test('every command of the README ends with 0', async () => {
  const [, block = ''] = /```sh\n([\s\S]*?)```/.exec(readFileSync('apps/cli/README.md', 'utf8')) ?? [];
  const commands = block.split('\n').filter((line) => line.startsWith('hammerwork '));
  expect(commands).toHaveLength(6);
  const folder = mkdtempSync(join(tmpdir(), 'hammerwork-readme-'));
  const env = {
    HAMMERWORK_DATABASE_URL: `pglite:${folder}/data`,
    HAMMERWORK_MASTER_KEY: randomBytes(32).toString('base64'),
  };
  for (const command of commands) {
    const { code, stderr } = await runCli(command.split(' ').slice(1), { env });
    expect([command, code, stderr]).toEqual([command, 0, '']);
  }
  rmSync(folder, { recursive: true });
});
