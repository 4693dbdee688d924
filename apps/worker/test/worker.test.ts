import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager, type KeyManager } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { migrate } from '@hammerwork/migrations';
import { createPayloadProtection } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore } from '@hammerwork/queue';
import { openTestDatabase, type TestDatabase } from '@hammerwork/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { greet } from './handlers.ts';

const masterKey = randomBytes(32).toString('base64');
let database: TestDatabase;
let keys: KeyManager;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  await migrate(database.db);
  process.env.WORKER_TEST_MASTER_KEY = masterKey;
  const kms = await kmsFromUri('env:WORKER_TEST_MASTER_KEY');
  keys = createKeyManager({ store: createPgKeyStore(database.db), kms, crypto: createCrypto() });
  await keys.generateKey('default');
});

afterAll(async () => {
  worker?.kill('SIGKILL');
  await keys.close();
  await database.close();
});

/** Starts the program; `lines` are its log. */
function start(...args: string[]): { process: ChildProcess; lines: AsyncIterator<string>; log: () => string } {
  const given = ['--database', database.url ?? '', '--master-key', 'env:HAMMERWORK_MASTER_KEY', ...args];
  const child = spawn(process.execPath, ['--conditions=@hammerwork/source', 'apps/worker/src/main.ts', ...given], {
    env: { ...process.env, HAMMERWORK_MASTER_KEY: masterKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout?.on('data', (chunk) => {
    log += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return { process: child, lines, log: () => log };
}

test('works sealed jobs, logs no personal value and stops on SIGTERM', async () => {
  const protection = createPayloadProtection({ crypto: createCrypto(), keyRing: keys.keyRing });
  const queue = createJobQueue({ store: createPgJobStore(database.db), protection });
  const running = start('--handlers', 'apps/worker/test/handlers.ts');
  worker = running.process;
  const id = await queue.enqueue(greet, { name: 'Planted Person 4711' });
  for (;;) {
    const { value, done } = await running.lines.next();
    if (done) throw new Error(`the worker ended early:\n${running.log()}`);
    const line = JSON.parse(value);
    if (line.msg === 'settled') {
      expect(line).toMatchObject({ jobId: id, state: 'completed' });
      break;
    }
  }
  expect(await queue.openOutcome(greet, id, 'result')).toEqual({ greeting: 'Hello Planted Person 4711' });
  running.process.kill('SIGTERM');
  const [code] = await once(running.process, 'exit');
  expect(code).toBe(0);
  expect(running.log()).toContain('"msg":"stopped"');
  expect(running.log()).not.toContain('Planted Person');
  expect(running.log()).not.toContain(masterKey);
});

test('an error that nobody handles ends the process after its jobs, and shows no personal value', async () => {
  const protection = createPayloadProtection({ crypto: createCrypto(), keyRing: keys.keyRing });
  const queue = createJobQueue({ store: createPgJobStore(database.db), protection });
  const id = await queue.enqueue(greet, { name: 'Planted Person 4712' });
  const running = start('--handlers', 'apps/worker/test/careless-handlers.ts');
  worker = running.process;
  const [code] = await once(running.process, 'exit');
  expect(code).toBe(1);
  expect(running.log()).toContain('"msg":"nobody handled an error"');
  expect(running.log()).toMatch(/"error":"TypeError","at":\["at mail \(.*careless-handlers\.ts:\d+:\d+\)"/);
  expect(running.log()).not.toContain('Planted Person');
  expect(running.log()).toContain('"msg":"stopped"');
  expect(await queue.getJob(id)).toMatchObject({ state: 'completed' });
});

test.each([
  ['apps/worker/test/absent.ts', 'handlers_missing'],
  ['apps/worker/src/errors.ts', 'handlers_malformed'],
])('with --handlers %s it exits 1 with %s', async (file, code) => {
  const { process: child, log } = start('--handlers', file);
  const [exit] = await once(child, 'close');
  expect(exit).toBe(1);
  expect(log()).toContain(code);
});

test.each([
  ["import 'absent-package-4711';", "Cannot find package 'absent-package-4711'"],
  ["throw new Error('no mail server');", 'no mail server'],
])('a module that does not load is told with message and stack: %s', async (text, told) => {
  const folder = mkdtempSync(join(tmpdir(), 'hammerwork-worker-'));
  const file = join(folder, 'handlers.mjs');
  writeFileSync(file, text);
  const { process: child, log } = start('--handlers', file);
  const [exit] = await once(child, 'close');
  rmSync(folder, { recursive: true });
  expect(exit).toBe(1);
  expect(log()).toContain('handlers_malformed');
  expect(log()).toContain(told);
  expect(log()).toContain('    at ');
});

test('without tables it does not start: schema_missing', async () => {
  const empty = await openTestDatabase('postgres');
  const { process: child, log } = start('--handlers', 'apps/worker/test/handlers.ts', '--database', empty.url ?? '');
  const [exit] = await once(child, 'close');
  await empty.close();
  expect(exit).toBe(1);
  expect(log()).toContain('"code":"schema_missing"');
  expect(log()).toContain('hammerwork migrate');
});

test.each([['pglite:'], ['pglite:/nowhere/hammerwork-4711']])('%s is refused and made nowhere', async (url) => {
  const { process: child, log } = start('--handlers', 'apps/worker/test/handlers.ts', '--database', url);
  const [exit] = await once(child, 'close');
  expect(exit).toBe(1);
  expect(log()).toContain('database_unknown');
});

test('an older Node gets one line', async () => {
  const older = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'versions', { value: { node: '20.19.0' } })")}`;
  const child = spawn(
    process.execPath,
    ['--conditions=@hammerwork/source', '--import', older, 'apps/worker/src/main.ts'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let told = '';
  child.stderr.on('data', (chunk) => {
    told += chunk;
  });
  const [exit] = await once(child, 'close');
  expect([exit, told]).toEqual([1, 'Hammerwork needs Node 22.18 or newer; this is 20.19.0.\n']);
});

test('with a database that cannot hold jobs it exits 1 and says which can', async () => {
  const { process: child, log } = start(
    '--handlers',
    'apps/worker/test/handlers.ts',
    '--database',
    'mysql://127.0.0.1/app',
  );
  const [exit] = await once(child, 'close');
  expect(exit).toBe(1);
  expect(log()).toContain('database_unsupported');
  expect(log()).toContain('PostgreSQL or PGlite');
});
