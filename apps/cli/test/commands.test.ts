import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCrypto, createDirectKeyRing } from '@hammerwork/crypto-core';
import { openDatabase } from '@hammerwork/database';
import { createPayloadProtection, definePolicy } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore, defineJobType } from '@hammerwork/queue';
import { callVault, openTestDatabase, sharedServer, type TestDatabase } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { told } from '../src/commands/doctor.ts';
import { adviceFor } from '../src/job-codes.ts';
import { runtimeProblem } from '../src/runtime.ts';
import { type Call, runCli } from './run-cli.ts';

const crypto = createCrypto();
const vault = await sharedServer('vault');
let database: TestDatabase;
let folder: string;
let masterKey: string;

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  folder = mkdtempSync(join(tmpdir(), 'hammerwork-cli-'));
  masterKey = join(folder, 'master.key');
  writeFileSync(masterKey, randomBytes(32).toString('base64'), { mode: 0o600 });
});

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

function call(...args: string[]): Promise<Call> {
  const env = { HAMMERWORK_DATABASE_URL: database.url, USER: 'tester', VAULT_TOKEN: vault?.token };
  return runCli(['--master-key', `file:${masterKey}`, ...args], { env });
}

const json = async (...args: string[]) => JSON.parse((await call('--json', ...args)).stdout);

describe('a new database', () => {
  test('doctor says what is missing before the migration and is content after it', async () => {
    const before = await call('doctor');
    expect(before.code).toBe(1);
    expect(before.stdout).toContain('run `hammerwork migrate`');
    expect(before.stdout).toContain('schema_missing');
    expect(before.stdout).not.toContain('store_unavailable');
    expect((await json('migrate')).applied.length).toBeGreaterThan(0);
    expect((await json('migrate')).applied).toEqual([]);
    const after = await call('doctor');
    expect(after.code).toBe(0);
    expect(after.stdout).toContain('run `hammerwork keys generate default`');
  });

  test('keys are generated, rotated, listed and audited under the name of who did it', async () => {
    await call('keys', 'generate', 'payments', '--algorithm', 'chacha20-poly1305');
    expect(await json('keys', 'rotate', 'payments')).toMatchObject({ key: 'payments', version: 2, status: 'active' });
    const versions = await json('keys', 'list', 'payments');
    expect(versions.map(({ status }: { status: string }) => status)).toEqual(['deactivated', 'active']);
    const trail = await json('audit', 'list', 'payments');
    expect(trail.map(({ operation }: { operation: string }) => operation)).toContain('rotate');
    expect(new Set(trail.map(({ actor }: { actor: string }) => actor))).toEqual(new Set(['tester']));
    expect(await json('keys', 'stats')).toMatchObject({ totalKeys: 1, totalVersions: 2, rotationsPerformed: 1 });
  });

  test('audit verify exits 1 and names the entry that somebody changed', async () => {
    expect((await call('audit', 'verify')).code).toBe(0);
    await sql`update hammerwork_key_audit_log set actor = 'somebody else' where seq = 2`.execute(database.db);
    const broken = await call('audit', 'verify');
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('check_failed');
  });
});

test('jobs are listed, shown, cancelled, redriven, counted and deleted', async () => {
  await call('migrate');
  const db = await openDatabase(database.url);
  const queue = createJobQueue({ store: createPgJobStore(db) });
  const id = await queue.enqueue(defineJobType({ kind: 'plain', queueName: 'mail', policy: 'none' }), { n: 1 });
  expect(await json('jobs', 'list', '--queue', 'mail')).toMatchObject([{ id, state: 'ready', kind: 'plain' }]);
  expect(await json('jobs', 'show', id)).toMatchObject({ id, payload: { n: 1 } });
  expect(await json('jobs', 'cancel', id)).toEqual({ id, outcome: 'cancelled' });
  expect(await json('jobs', 'redrive', '--queue', 'mail', '--state', 'cancelled')).toEqual({ redriven: 1 });
  expect(await json('jobs', 'count', 'mail')).toMatchObject([{ queueName: 'mail', state: 'ready' }]);
  expect(await json('jobs', 'delete', id)).toEqual({ id, deleted: true });
  const gone = await call('jobs', 'show', id);
  expect(gone).toMatchObject({ code: 1, stdout: '' });
  expect(gone.stderr).toContain('job_absent');
  await db.destroy();
});

test('a job that is not there or not stopped is said, with exit 1', async () => {
  await call('migrate');
  const db = await openDatabase(database.url);
  const queue = createJobQueue({ store: createPgJobStore(db) });
  const id = await queue.enqueue(defineJobType({ kind: 'waiting', queueName: 'waiting', policy: 'none' }), {});
  const refused = await call('jobs', 'redrive', id);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('is ready. Only dead, cancelled, parked, quarantined jobs');
  await call('jobs', 'delete', id);
  for (const command of ['redrive', 'cancel', 'delete', 'show']) {
    const { code, stderr } = await call('jobs', command, id);
    expect([command, code]).toEqual([command, 1]);
    expect(stderr).toContain('job_absent');
  }
  await db.destroy();
});

test('what stopped is counted by code, listed by code, explained, and a warning of doctor', async () => {
  await call('migrate');
  const db = await openDatabase(database.url);
  const queue = createJobQueue({ store: createPgJobStore(db) });
  const id = await queue.enqueue(defineJobType({ kind: 'stopped', queueName: 'stopped', policy: 'none' }), {});
  await sql`update hammerwork_job_states set state = 'quarantined', error_code = 'record_unexpected'
    where job_id = ${id}`.execute(db);
  expect(await json('jobs', 'count', 'stopped')).toEqual([
    { queueName: 'stopped', state: 'quarantined', errorCode: 'record_unexpected', count: 1 },
  ]);
  expect(await json('jobs', 'list', '--code', 'record_unexpected')).toMatchObject([{ id }]);
  expect(await json('jobs', 'list', '--code', 'key_held')).toEqual([]);
  const { meaning, do: todo } = adviceFor('record_unexpected')!;
  expect(await json('jobs', 'show', id)).toMatchObject({ id, meaning, do: todo });
  expect((await call('jobs', 'codes')).stdout).toContain(`record_unexpected\n  ${meaning}\n  ${todo}\n`);
  const row = (await json('doctor')).find(({ check }: { check: string }) => check === 'jobs');
  expect(row).toMatchObject({ state: 'warning' });
  expect(row.finding).toContain('1 quarantined in stopped (record_unexpected)');
  await call('jobs', 'delete', id);
  await db.destroy();
});

test('doctor tells of jobs that wait for somebody and of those that nobody takes', async () => {
  await call('migrate');
  const db = await openDatabase(database.url);
  const queue = createJobQueue({ store: createPgJobStore(db) });
  const type = defineJobType({ kind: 'stuck', queueName: 'stuck', policy: 'none' });
  const [due, lost, unknown, retried] = await queue.enqueueMany(type, [1, 2, 3, 4]);
  const put = (id: string | undefined, change: ReturnType<typeof sql>) =>
    sql`update hammerwork_job_states set ${change} where job_id = ${id}`.execute(db);
  await put(due, sql`run_at = now() - interval '13 minutes'`);
  await put(lost, sql`state = 'running', lease_until = now() - interval '7 minutes'`);
  const later = sql`state = 'scheduled', run_at = now() + interval '1 hour'`;
  await put(unknown, sql`${later}, error_code = 'kind_unknown'`);
  await put(retried, sql`${later}, error_code = 'handler_failed'`);
  const { finding } = (await json('doctor')).find(({ check }: { check: string }) => check === 'jobs');
  expect(finding).toContain('1 due in stuck, the first for 13 min');
  expect(finding).toContain('1 running in stuck without a lease, the first for 7 min');
  expect(finding).toContain('1 waiting in stuck (kind_unknown)');
  expect(finding).not.toContain('handler_failed');
  await sql`delete from hammerwork_jobs where kind = 'stuck'`.execute(db);
  await db.destroy();
});

test('predecessor Q10: no command on jobs prints a sealed value', async () => {
  await call('migrate');
  const db = await openDatabase(database.url);
  const keyRing = createDirectKeyRing({ crypto, key: crypto.randomBytes(32), algorithm: 'aes-256-gcm' });
  const queue = createJobQueue({
    store: createPgJobStore(db),
    protection: createPayloadProtection({ crypto, keyRing }),
  });
  const signup = defineJobType({ kind: 'signup', policy: definePolicy({ piiFields: ['name'] }) });
  const id = await queue.enqueue(signup, { name: 'Planted Person 4711', plan: 'basic' });
  for (const format of [[], ['--json']])
    for (const command of [['list'], ['show', id], ['count'], ['cancel', id], ['delete', id]]) {
      const { stdout, stderr } = await call(...format, 'jobs', ...command);
      expect(stdout + stderr).not.toContain('Planted Person');
    }
  await db.destroy();
});

test('nothing in a row moves the cursor of a terminal, turns text around or begins a line of its own', async () => {
  await call('migrate');
  const db = await openDatabase(database.url);
  const queue = createJobQueue({ store: createPgJobStore(db) });
  const hostile = 'x\u001b[2J\u009b1A\n| done |\u202e';
  const id = await queue.enqueue(defineJobType({ kind: hostile, queueName: hostile, policy: 'none' }), {
    n: '\u009b1A\u202e',
  });
  for (const command of [['list'], ['count'], ['show', id], ['delete', id]]) {
    const { stdout, stderr } = await call('jobs', ...command);
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]|^\| done/m);
  }
  await db.destroy();
});

test('a number out of range is a wrong call', async () => {
  const { code, stderr } = await call('jobs', 'list', '--limit', '5000');
  expect(code).toBe(2);
  expect(stderr).toBe('limit must be an integer from 1 to 1000; got 5000.\n');
});

test('nothing vouches for an empty log', async () => {
  const log = join(folder, 'empty.log');
  const header = { format: 'hammerwork/1 audit log', storeId: 'x', entries: 0, hash: '0'.repeat(64) };
  writeFileSync(log, JSON.stringify(header));
  const { stdout } = await call('audit', 'verify', '--log', log);
  expect(stdout).toBe('The log is empty. No checkpoint vouches for that.\n');
});

test('what newer code made of the tables is neither read nor changed', async () => {
  const other = await openTestDatabase('postgres');
  const on = (...args: string[]) => call('--database', other.url!, ...args);
  await on('migrate');
  await on('keys', 'generate', 'default');
  await sql`insert into hammerwork_migrations (name, timestamp) values ('999_future', '2099-01-01')`.execute(other.db);
  for (const command of [
    ['keys', 'list'],
    ['keys', 'rotate', 'default'],
    ['jobs', 'list'],
    ['audit', 'verify'],
  ]) {
    const { code, stderr } = await on(...command);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/999_future.*Upgrade this program.*\(schema_newer\)/)]);
  }
  const { rows } = await sql`select version from hammerwork_encryption_keys`.execute(other.db);
  expect(rows).toEqual([{ version: 1 }]);
  await other.close();
});

test('doctor tells a code of a driver, and nothing else that stands in its place', () => {
  const thrown = (code: string) => told(Object.assign(new Error('planted'), { code }));
  expect(thrown('ECONNRESET')).toContain('did not answer (ECONNRESET).');
  for (const code of ['', 'planted value', 'Key (email)=(ann@example.org)', 'A'.repeat(41)])
    expect(thrown(code)).toContain('did not answer. ');
});

test('doctor refuses a folder that is not there or not named, and makes none', async () => {
  for (const name of ['', join(folder, 'mistyped')]) {
    const { code, stdout } = await call('--database', `pglite:${name}`, 'doctor');
    expect(code).toBe(1);
    expect(stdout).toContain('database_unknown');
  }
  expect(existsSync(join(folder, 'mistyped'))).toBe(false);
});

test('--version is the one of the package', async () => {
  const { version } = JSON.parse(readFileSync('apps/cli/package.json', 'utf8'));
  expect(await call('--version')).toMatchObject({ code: 0, stdout: `${version}\n` });
});

test.each(['18.20.4', '20.19.0', '22.17.1'])('Node %s is too old', (version) => {
  expect(runtimeProblem(version)).toBe(`Hammerwork needs Node 22.18 or newer; this is ${version}.`);
});

test.each(['22.18.0', '24.0.0'])('Node %s is new enough', (version) => {
  expect(runtimeProblem(version)).toBeUndefined();
});

test('a wrong call exits 2, help exits 0', async () => {
  expect((await call('jobs', 'list', '--limit', 'many')).code).toBe(2);
  expect((await call('unknown')).code).toBe(2);
  const help = await call('--help');
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('Exit codes: 0 done');
  for (const command of ['demo', 'migrate', 'jobs', 'keys', 'audit', 'doctor']) expect(help.stdout).toContain(command);
});

test('another master key than the one of the key store is said, and its bytes are not', async () => {
  await call('migrate');
  await call('keys', 'stats');
  const other = randomBytes(32).toString('base64');
  writeFileSync(join(folder, 'other.key'), other, { mode: 0o600 });
  const { code, stderr } = await call('--master-key', `file:${join(folder, 'other.key')}`, 'keys', 'list');
  expect(code).toBe(1);
  expect(stderr).toContain('master_key_mismatch');
  expect(stderr).not.toContain(other);
});

test.skipIf(!vault)('doctor says how the key service is', async () => {
  await callVault(vault!, 'transit/keys/doctor', { body: { derived: true } });
  const finding = async (key: string) => {
    const checks: { check: string; state: string; finding: string }[] = await json(
      '--master-key',
      `vault-transit://transit/${key}?addr=${vault!.url}`,
      'doctor',
    );
    return checks.find(({ check }) => check === 'key service');
  };
  expect(await finding('doctor')).toMatchObject({
    state: 'ok',
    finding: 'vault-transit/transit/doctor: derived, version 1 in use, opens from 1 on; wraps and unwraps',
  });
  expect(await finding('missing')).toMatchObject({
    state: 'failed',
    finding: expect.stringContaining('kms_key_unusable'),
  });
});
