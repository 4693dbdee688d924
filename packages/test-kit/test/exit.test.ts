// A run that is broken off leaves no server and no files.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedServer } from '../src/shared-server.ts';

function isListening(url: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe.each(['postgres', 'mysql', 'mariadb'] as const)('%s', async (name) => {
  const named = process.env[`HAMMERWORK_${name.toUpperCase()}_URL`];
  const absent = named || !(await sharedServer(name));

  test.skipIf(absent)('ends with the process that started it, and so do its files', async () => {
    const args = ['--conditions=@hammerwork/source', join(import.meta.dirname, 'exit-program.ts'), name];
    const output = await new Promise<string>((done) => {
      execFile(process.execPath, args, (_error, stdout) => done(stdout));
    });
    const { url, dataDirectory } = JSON.parse(output);
    await expect.poll(() => isListening(url)).toBe(false);
    expect(existsSync(dirname(dataDirectory))).toBe(false);
  });
});
