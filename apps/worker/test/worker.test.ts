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
const started: ChildProcess[] = [];

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  await migrate(database.db);
  process.env.WORKER_TEST_MASTER_KEY = masterKey;
  const kms = await kmsFromUri('env:WORKER_TEST_MASTER_KEY');
  keys = createKeyManager({ store: createPgKeyStore(database.db), kms, crypto: createCrypto() });
  await keys.generateKey('default');
});

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await keys.close();
  await database.close();
});

// Idle connections are kept for ever, so that one which a refused start leaves open keeps the process from ending.
const lastingConnections = `data:text/javascript,${encodeURIComponent(`
  import { createRequire } from 'node:module';
  const pg = createRequire('${import.meta.resolve('@hammerwork/database')}')('pg');
  const { Pool } = pg;
  pg.Pool = class extends Pool {
    constructor(options) {
      super({ ...options, idleTimeoutMillis: 0 });
    }
  };
`)}`;

/** Starts the program; `lines` are its log. */
function start(...args: string[]): { process: ChildProcess; lines: AsyncIterator<string>; log: () => string } {
  const given = ['--database', database.url ?? '', '--master-key', 'env:HAMMERWORK_MASTER_KEY', ...args];
  const node = ['--conditions=@hammerwork/source', '--import', lastingConnections];
  const child = spawn(process.execPath, [...node, 'apps/worker/src/main.ts', ...given], {
    env: { ...process.env, HAMMERWORK_MASTER_KEY: masterKey, OTHER_KEY: randomBytes(32).toString('base64') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
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
  const id = await queue.enqueue(greet, { name: 'Planted Person 4711' });
  for (;;) {
    const { value, done } = await running.lines.next();
    if (done) throw new Error(`the worker ended early:\n${running.log()}`);
    const line = JSON.parse(value);
    if (line.msg === 'settled') {
      expect(line).toMatchObject({ queue: 'default', jobId: id, state: 'completed' });
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
  const [code] = await once(running.process, 'exit');
  expect(code).toBe(1);
  expect(running.log()).toContain('"msg":"nobody handled an error"');
  expect(running.log()).toMatch(/"error":"TypeError","at":\["at mail \(.*careless-handlers\.ts:\d+:\d+\)"/);
  expect(running.log()).not.toContain('Planted Person');
  expect(running.log()).toContain('"msg":"stopped"');
  expect(await queue.getJob(id)).toMatchObject({ state: 'completed' });
});

test('a handler that keeps the event loop is named in the log', async () => {
  const protection = createPayloadProtection({ crypto: createCrypto(), keyRing: keys.keyRing });
  const queue = createJobQueue({ store: createPgJobStore(database.db), protection });
  const running = start('--handlers', 'apps/worker/test/blocking-handlers.ts', '--lease', '1');
  await queue.enqueue(greet, { name: 'Planted Person 4713' });
  let line: { msg?: string } = {};
  while (line.msg !== 'stalled') {
    const { value, done } = await running.lines.next();
    if (done) throw new Error(`the worker ended early:\n${running.log()}`);
    line = JSON.parse(value);
  }
  expect(line).toMatchObject({ level: 40, queue: 'default', kinds: ['greet'], forMs: expect.any(Number) });
  expect(line).toMatchObject({ message: expect.stringContaining('raise --lease') });
  running.process.kill('SIGTERM');
  await once(running.process, 'exit');
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

test('with another master key it does not start: master_key_mismatch', async () => {
  const { process: child, log } = start('--handlers', 'apps/worker/test/handlers.ts', '--master-key', 'env:OTHER_KEY');
  const [exit] = await once(child, 'close');
  expect(exit).toBe(1);
  expect(log()).toContain('"code":"master_key_mismatch"');
});

test.each([
  [[], 'handlers_malformed', 'two handlers for kind twice'],
  [['--require-policy'], 'policy_missing', 'Job type open has no policy'],
])('a refused start ends at once, with %j: %s', async (options, code, told) => {
  const { process: child, log } = start('--handlers', 'apps/worker/test/refused-handlers.ts', ...options);
  const [exit] = await once(child, 'close');
  expect(exit).toBe(1);
  expect(log()).toContain(`"code":"${code}"`);
  expect(log()).toContain(told);
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
