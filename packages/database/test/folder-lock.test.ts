import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lockFolder } from '../src/folder-lock.ts';
import { openDatabase } from '../src/index.ts';

vi.mock('node:fs', { spy: true });

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

test('a process that this one may not signal is alive all the same', () => {
  writeFileSync(`${data}.lock`, '4711 of another user');
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
  });
  expect(() => lockFolder(data)).toThrow(expect.objectContaining({ code: 'database_in_use' }));
  kill.mockImplementation(() => {
    throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
  });
  lockFolder(data)();
  kill.mockRestore();
});

test('who gives a lock back does not take the one of somebody who has it by now', () => {
  const release = lockFolder(data);
  writeFileSync(`${data}.lock`, '4711 somebody else');
  release();
  expect(readFileSync(`${data}.lock`, 'utf8')).toBe('4711 somebody else');
});

test('a link to a folder has the lock of the folder', () => {
  const link = join(folder, 'link');
  mkdirSync(data);
  symlinkSync(data, link);
  const release = lockFolder(link);
  expect([existsSync(`${data}.lock`), existsSync(`${link}.lock`)]).toEqual([true, false]);
  release();
});

test('a lock is its owner alone to read, and leaves nothing beside the folder or in this process', () => {
  const listeners = process.listenerCount('exit');
  writeFileSync(`${data}.lock`, '0 left behind');
  const release = lockFolder(data);
  expect(statSync(`${data}.lock`).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['data.lock']);
  release();
  expect([readdirSync(folder), process.listenerCount('exit')]).toEqual([[], listeners]);
});

/** A lock of a process that lives: the one that started this one. */
const theirs = `${process.ppid} their own`;

test('who is faster at dropping a stale lock keeps the one that it took', () => {
  writeFileSync(`${data}.lock`, '0 left behind');
  vi.mocked(renameSync).mockImplementationOnce((from, to) => {
    writeFileSync(from, theirs);
    renameSync(from, to);
  });
  expect(() => lockFolder(data)).toThrow(expect.objectContaining({ code: 'database_in_use' }));
  expect(readFileSync(`${data}.lock`, 'utf8')).toBe(theirs);

  writeFileSync(`${data}.lock`, '0 left behind');
  vi.mocked(renameSync).mockImplementationOnce((from) => {
    rmSync(from);
    writeFileSync(from, theirs);
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  });
  expect(() => lockFolder(data)).toThrow(expect.objectContaining({ code: 'database_in_use' }));
  expect(readdirSync(folder)).toEqual(['data.lock']);
});

test('a file system that can make no lock is told, and is not taken for another process', () => {
  vi.mocked(linkSync).mockImplementationOnce(() => {
    throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
  });
  expect(() => lockFolder(data)).toThrow('not permitted');
  expect(readdirSync(folder)).toEqual([]);
});
