// `jobs error` and `jobs result` against a real PostgreSQL: what a worker sealed, opened on demand.
import { randomBytes } from 'node:crypto';
import { createCrypto } from '@hammerwork/crypto-core';
import { openDatabase } from '@hammerwork/database';
import { createKeyManager } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { createPayloadProtection, definePolicy } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore, defineJobType, handle, type JobQueue, Worker } from '@hammerwork/queue';
import { openTestDatabase, type TestDatabase } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Call, runCli } from './run-cli.ts';

const env = { HAMMERWORK_MASTER_KEY: randomBytes(32).toString('base64'), USER: 'on-call' };
const told = 'no mailbox of Planted Person 4711';
const signup = defineJobType({ kind: 'signup', policy: definePolicy({ piiFields: ['name'] }), maxAttempts: 1 });
const greet = defineJobType({ kind: 'greet', policy: definePolicy({ piiFields: ['name'] }) });
const plain = defineJobType({ kind: 'plain', policy: 'none', maxAttempts: 1 });
let database: TestDatabase;
let failed: string;
let failedInClear: string;
let done: string;

const call = (args: string[], more: Partial<typeof env> = {}): Promise<Call> =>
  runCli(args, { env: { ...env, HAMMERWORK_DATABASE_URL: database.url, ...more } });

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  await call(['migrate']);
  await call(['keys', 'generate', 'default']);
  const db = await openDatabase(database.url);
  const crypto = createCrypto();
  const kms = await kmsFromUri('env:HAMMERWORK_MASTER_KEY', { env });
  const keys = createKeyManager({ store: createPgKeyStore(db), kms, crypto, actor: 'worker' });
  const protection = createPayloadProtection({ crypto, keyRing: keys.keyRing });
  const queue = createJobQueue({ store: createPgJobStore(db), protection, keyRing: keys.keyRing });
  failed = await queue.enqueue(signup, { name: 'Planted Person 4711' });
  failedInClear = await queue.enqueue(plain, {});
  done = await queue.enqueue(greet, { name: 'Planted Person 4711' });
  await work(queue);
  await keys.close();
  await db.destroy();
});

afterAll(() => database.close());

async function work(queue: JobQueue): Promise<void> {
  const fail = () => {
    throw new TypeError(told, { cause: new Error('the server said 550') });
  };
  const worker = new Worker({
    queue,
    handlers: [handle(signup, fail), handle(plain, fail), handle(greet, () => ({ letter: 'to Planted Person 4711' }))],
  });
  worker.start();
  await worker.whenIdle();
  await worker.stop();
}

const openings = async () => {
  const { stdout } = await call(['--json', 'audit', 'list', 'default']);
  return JSON.parse(stdout).filter(({ operation }: { operation: string }) => operation === 'open');
};

test('shows what was thrown and why, and the audit log names who looked', async () => {
  expect(await openings()).toEqual([]);
  const shown = await call(['jobs', 'error', failed]);
  expect(shown).toMatchObject({ stderr: '', code: 0 });
  expect(shown.stdout).toContain(`TypeError: ${told}`);
  expect(shown.stdout).toContain('caused by Error: the server said 550');
  expect(await openings()).toMatchObject([{ actor: 'on-call', version: 1 }]);
  expect(JSON.parse((await call(['--json', 'jobs', 'error', failed])).stdout)).toMatchObject({ message: told });
});

test('shows what a handler returned', async () => {
  const { code, stdout } = await call(['jobs', 'result', done]);
  expect([code, JSON.parse(stdout)]).toEqual([0, { letter: 'to Planted Person 4711' }]);
  expect(await call(['jobs', 'error', done])).toMatchObject({ code: 1, stdout: '' });
  expect((await call(['jobs', 'result', failed])).stderr).toContain('outcome_absent');
});

test('shows what lies in clear as it lies, without a key', async () => {
  const before = await openings();
  expect(await call(['jobs', 'error', failedInClear], { HAMMERWORK_MASTER_KEY: '' })).toMatchObject({
    code: 0,
    stdout: 'TypeError\n',
  });
  expect(await openings()).toEqual(before);
});

test.each(['null', '7', '"text"', '[]', '{"name": null}'])(
  'shows %s where somebody wrote it in the place of an error',
  async (text) => {
    await sql`update hammerwork_job_outcomes set value = ${text}::jsonb where job_id = ${failedInClear}`.execute(
      database.db,
    );
    const { code, stdout } = await call(['jobs', 'error', failedInClear]);
    expect([code, JSON.parse(stdout)]).toEqual([0, JSON.parse(text)]);
  },
);

test('without the right master key, the job or an error it says so and shows nothing', async () => {
  const other = { HAMMERWORK_MASTER_KEY: randomBytes(32).toString('base64') };
  const unknown = failed.replace(/.{12}$/, '0'.repeat(12));
  for (const [id, more, code] of [
    [failed, other, 'master_key_mismatch'],
    [unknown, {}, 'job_absent'],
  ] as const) {
    const refused = await call(['jobs', 'error', id], more);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(code);
    expect(refused.stderr).not.toContain('Planted');
  }
});

test('shows nothing where the audit log does not take the entry', async () => {
  const db = await openDatabase(database.url);
  await sql`create function no_more() returns trigger language plpgsql as
    $$ begin raise exception 'the log is full'; end $$`.execute(db);
  await sql`create trigger no_more before insert on hammerwork_key_audit_log
    for each row execute function no_more()`.execute(db);
  const refused = await call(['jobs', 'error', failed]);
  await sql`drop trigger no_more on hammerwork_key_audit_log`.execute(db);
  await db.destroy();
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('opening_unaudited');
});
