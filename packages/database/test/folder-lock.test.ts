import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../src/index.ts';

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hammerwork-lock-'));
  data = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that has the folder open until its input ends. */
async function otherProcess() {
  const program = `
    import { openDatabase } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    await openDatabase(${JSON.stringify(`pglite:${data}`)});
    console.log('open');
    process.stdin.resume().on('end', () => process.exit());`;
  const flags = ['--conditions=@hammerwork/source', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test('a folder that another process has open is refused, until that process has ended', async () => {
  const other = await otherProcess();
  await expect(openDatabase(`pglite:${data}`)).rejects.toMatchObject({
    code: 'database_in_use',
    retryable: false,
    message: `pglite:${data} is open in process ${other.pid}; PGlite serves one process at a time. Stop it, or use PostgreSQL.`,
  });
  other.stdin.end();
  await once(other, 'exit');
  expect(existsSync(`${data}.lock`)).toBe(false);
  const db = await openDatabase(`pglite:${data}`);
  expect(existsSync(`${data}.lock`)).toBe(true);
  await db.destroy();
  expect(existsSync(`${data}.lock`)).toBe(false);
});

test('the lock of a killed process, and one with our own number, count for nothing', async () => {
  const other = await otherProcess();
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(existsSync(`${data}.lock`)).toBe(true);
  await (await openDatabase(`pglite:${data}`)).destroy();
  writeFileSync(`${data}.lock`, `${process.pid} left by an earlier container`);
  await (await openDatabase(`pglite:${data}`)).destroy();
  expect(existsSync(`${data}.lock`)).toBe(false);
});

test('without `create` a mistyped folder is refused and not made', async () => {
  await expect(openDatabase(`pglite:${data}`, { create: false })).rejects.toMatchObject({ code: 'database_unknown' });
  expect(existsSync(data)).toBe(false);
});
