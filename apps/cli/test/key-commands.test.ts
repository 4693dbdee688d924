// The life of keys and their audit log by command, as the person on call meets them: texts, files, exit codes.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, type TestDatabase } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Streams } from '../src/output.ts';
import { type Call, runCli } from './run-cli.ts';

let database: TestDatabase;
let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  await migrate(database.db);
  folder = mkdtempSync(join(tmpdir(), 'hammerwork-keys-'));
  for (const name of ['master.key', 'next.key'])
    writeFileSync(file(name), randomBytes(32).toString('base64'), { mode: 0o600 });
});

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

function callWith(streams: Partial<Streams>, ...args: string[]): Promise<Call> {
  const env = { HAMMERWORK_DATABASE_URL: database.url, USER: 'alice', ...streams.env };
  const masterKey = args.includes('--master-key') ? [] : ['--master-key', `file:${file('master.key')}`];
  return runCli([...masterKey, ...args], { ...streams, env });
}

const call = (...args: string[]) => callWith({}, ...args);
async function json(...args: string[]) {
  const { code, stdout, stderr } = await call('--json', ...args);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('what ends something', () => {
  test('asks for its name: typed at a terminal, given with --confirm, or nothing happens', async () => {
    await call('keys', 'generate', 'a');
    const unasked = await call('keys', 'compromise', 'a', '1');
    expect(unasked).toMatchObject({ code: 2, stdout: '' });
    expect(unasked.stderr).toContain('Nothing was done. To do it, add: --confirm a/1');
    const asked: string[] = [];
    const answering = (answer: string) => ({
      ask: async (question: string) => {
        asked.push(question);
        return answer;
      },
    });
    expect((await callWith(answering('yes'), 'keys', 'compromise', 'a', '1')).code).toBe(2);
    expect((await call('keys', 'compromise', 'a', '1', '--confirm', 'a/2')).code).toBe(2);
    expect((await json('keys', 'list', 'a'))[0].status).toBe('active');
    expect((await callWith(answering('a/1'), 'keys', 'compromise', 'a', '1')).code).toBe(0);
    expect(asked[0]).toContain('its jobs wait');
    const versions = await json('keys', 'list', 'a');
    expect(versions.map(({ status }: { status: string }) => status)).toEqual(['compromised (hold)', 'active']);
    await call('keys', 'compromise', 'a', '1', '--when-opening', 'continue', '--confirm', 'a/1');
    expect((await json('keys', 'show', 'a', '1')).compromisePolicy).toBe('continue');
  });

  test('destroy says until when it can be undone and where copies live on; undo takes it back', async () => {
    await call('keys', 'generate', 'b');
    await call('keys', 'rotate', 'b', '--expect-version', '1');
    const refused = await call('keys', 'destroy', 'b', '1', '--confirm', 'b/1');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('too_early');
    const env = { HAMMERWORK_BACKUP_RETENTION_DAYS: '30' };
    const done = await callWith({ env }, 'keys', 'destroy', 'b', '1', '--unchecked', '--confirm', 'b/1');
    expect(done.code).toBe(0);
    for (const text of ['hammerwork keys undo b 1', 'backups', 'caches', 'write-ahead']) {
      expect(done.stdout).toContain(text);
    }
    expect((await json('keys', 'list', 'b'))[0].status).toBe('destruction pending');
    expect((await call('keys', 'undo', 'b', '1')).code).toBe(0);
    expect((await json('keys', 'list', 'b'))[0].status).toBe('deactivated');
    expect(await json('keys', 'destroy-due')).toEqual([]);
    const erased = await json('keys', 'destroy', 'b', '1', '--erasure', '--confirm', 'b/1', '--reason', 'request 17');
    expect(erased).toMatchObject({ state: 'destroyed', key: 'b', version: 1 });
    expect((await call('keys', 'undo', 'b', '1')).stderr).toContain('transition_forbidden');
  });

  test('where a site requires it a second person approves', async () => {
    await call('keys', 'generate', 'c');
    await call('keys', 'rotate', 'c');
    const env = { HAMMERWORK_DESTROY_APPROVAL: 'required' };
    const asked = await callWith({ env }, 'keys', 'destroy', 'c', '1', '--erasure', '--confirm', 'c/1');
    expect(asked.stdout).toContain('A second person has to approve');
    expect((await call('keys', 'approve', 'c', '1', '--confirm', 'c/1')).stderr).toContain('approval_required');
    const approved = await call('--actor', 'bob', 'keys', 'approve', 'c', '1', '--confirm', 'c/1');
    expect(approved.stdout).toContain('Destroyed version 1 of c.');
    const wrong = await callWith({ env: { HAMMERWORK_DESTROY_APPROVAL: 'yes' } }, 'keys', 'list');
    expect(wrong.code).toBe(2);
  });

  test('retire needs the proof, or the name', async () => {
    await call('keys', 'generate', 'd');
    await call('keys', 'rotate', 'd');
    expect((await call('keys', 'retire', 'd', '1')).stderr).toContain('too_early');
    expect((await call('keys', 'retire', 'd', '1', '--unchecked')).code).toBe(2);
    expect((await call('keys', 'retire', 'd', '1', '--unchecked', '--confirm', 'd/1')).code).toBe(0);
    expect((await json('keys', 'list', 'd'))[0].status).toBe('retired');
  });
});

describe('what moves keys', () => {
  test('a version made ahead of its time is activated; a handle names its version', async () => {
    const made = await json('keys', 'generate', 'e', '--pre-active', '--expires', '2999-01-01', '--scope', 'tenant-1');
    expect(made).toMatchObject({ status: 'pre_active', expires: '2999-01-01T00:00:00.000Z' });
    expect(await json('keys', 'activate', 'e', '1')).toMatchObject({ status: 'active' });
    expect(await json('keys', 'show', '--handle', made.handle)).toMatchObject({
      keyId: 'e',
      version: 1,
      scope: 'tenant-1',
    });
    expect((await call('keys', 'show', 'e', '1')).stdout).toContain('tenant-1');
    expect((await call('keys', 'show')).code).toBe(2);
  });

  test('export and import carry wrapped keys; a file is not replaced', async () => {
    await call('keys', 'generate', 'f');
    expect(await json('keys', 'export', file('f.json'), '--key', 'f')).toEqual({ file: file('f.json'), versions: 1 });
    expect(statSync(file('f.json')).mode & 0o777).toBe(0o600);
    expect((await call('keys', 'export', file('f.json'))).stderr).toContain('file_unwritable');
    const again = await call('keys', 'import', file('f.json'));
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('key_exists');
    writeFileSync(file('bad.json'), '{');
    expect((await call('keys', 'import', file('bad.json'))).stderr).toContain('file_unreadable');
  });

  test('rotating a key that does not exist names the command that makes it', async () => {
    const { code, stderr } = await call('keys', 'rotate', 'absent');
    expect(code).toBe(1);
    expect(stderr).toContain('hammerwork keys generate absent');
  });

  test('a row that is not trusted is told, and the others are listed, rewrapped and reconciled', async () => {
    for (const keyId of ['r-forged', 'r-replayed', 'r-whole']) await call('keys', 'generate', keyId);
    await call('keys', 'rotate', 'r-replayed');
    await sql`create table kept as select * from hammerwork_encryption_keys where key_id = 'r-replayed' and version = 1`.execute(
      database.db,
    );
    expect((await call('keys', 'compromise', 'r-replayed', '1', '--confirm', 'r-replayed/1')).code).toBe(0);
    await sql`delete from hammerwork_encryption_keys where key_id = 'r-replayed' and version = 1`.execute(database.db);
    await sql`insert into hammerwork_encryption_keys select * from kept`.execute(database.db);
    await sql`update hammerwork_encryption_keys set created_by = 'mallory' where key_id = 'r-forged'`.execute(
      database.db,
    );

    const listed = await call('keys', 'list');
    expect(listed.code).toBe(1);
    expect(listed.stdout).toMatch(/r-whole[ │]+1[ │]+active/);
    expect(listed.stdout).toMatch(/r-forged[ │]+1[ │]+not trusted \(key_row_forged\)/);
    expect(listed.stdout).toMatch(/r-replayed[ │]+1[ │]+not trusted \(key_row_replayed\)/);
    expect(listed.stderr).toContain('Not trusted: 2.');
    expect(listed.stderr).toContain('hammerwork keys reconcile');
    const shown = await call('keys', 'show', 'r-replayed', '1');
    expect(shown).toMatchObject({ code: 1, stdout: '' });
    expect(shown.stderr).toContain('key_row_replayed');

    const rewrapped = await call('keys', 'rewrap', '--refresh');
    expect(rewrapped.code).toBe(1);
    expect(rewrapped.stdout).toMatch(/^[0-9]+ versions rewrapped/);
    expect(rewrapped.stderr).toContain('Not trusted: 2.');

    const reconciled = await call('keys', 'reconcile', '--reason', 'drill');
    expect(reconciled.code).toBe(1);
    expect(reconciled.stdout).toContain(
      'Version 1 of r-replayed had been put back as deactivated: it is compromised again.',
    );
    expect(reconciled.stderr).toContain('r-forged');
    await sql`update hammerwork_encryption_keys set created_by = 'alice' where key_id = 'r-forged'`.execute(
      database.db,
    );
    expect(await call('keys', 'reconcile')).toMatchObject({ code: 0, stdout: '0 states recorded.\n' });
    expect((await json('keys', 'list', 'r-replayed'))[0].status).toBe('compromised (hold)');
    expect((await call('audit', 'verify')).code).toBe(0);
  });

  test('after an upgrade migrate and doctor name the step that is left, and it is harmless when repeated', async () => {
    await call('keys', 'generate', 'u');
    await call('keys', 'rotate', 'u');
    await sql`drop table hammerwork_key_transitions`.execute(database.db);
    await sql`delete from hammerwork_migrations where name = '005_key_transitions'`.execute(database.db);
    const upgraded = await call('migrate');
    expect(upgraded.stdout).toContain('applied 005_key_transitions');
    expect(upgraded.stdout).toContain('hammerwork keys reconcile');
    expect((await call('doctor')).stdout).toMatch(/data keys[ │]+warning[ │]+[0-9]+ versions ended before/);
    expect((await call('keys', 'reconcile')).stdout).toMatch(/^[1-9][0-9]* states recorded/);
    expect(await call('keys', 'reconcile')).toMatchObject({ code: 0, stdout: '0 states recorded.\n' });
    expect((await call('doctor')).stdout).not.toContain('ended before');
    expect((await call('migrate')).stdout).toBe('The tables are up to date.\n');
  });

  test('rewrap moves to another master key with one unwrap and one wrap per version, and shows how far it is', async () => {
    const living = (await json('keys', 'list')).filter(
      ({ status }: { status: string }) => status !== 'destroyed',
    ).length;
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80 }) as unknown as NodeJS.WriteStream;
    let drawn = '';
    terminal.on('data', (chunk: Buffer) => {
      drawn += chunk;
    });
    const args = ['--master-key', `file:${file('next.key')}`, 'keys', 'rewrap', '--from', `file:${file('master.key')}`];
    const moved = await callWith({ terminal }, ...args);
    expect(moved.stdout).toContain(`${living} versions rewrapped, 0 were so already; the store's own key: rewrapped.`);
    expect(moved.stdout).toContain(`called ${living} times to unwrap, ${living + 1} to wrap and 0 to rewrap.`);
    expect(drawn).toContain(`${living}/${living} key versions`);
    const old = await call('keys', 'list');
    expect(old.code).toBe(1);
    expect(old.stderr).toContain('master_key_mismatch');
    const same = ['--master-key', `file:${file('next.key')}`, 'keys', 'rewrap', '--from', `file:${file('next.key')}`];
    expect(await call(...same)).toMatchObject({ code: 2, stdout: '' });
    const back = ['--master-key', `file:${file('master.key')}`, 'keys', 'rewrap', '--from', `file:${file('next.key')}`];
    expect((await call('--json', ...back)).code).toBe(0);
  });

  test('stats show keys, cache and master key calls', async () => {
    const { stdout } = await call('keys', 'stats');
    for (const name of ['compromisedKeys', 'averageKeyAgeDays', 'cache: hitRate', 'kms: averageUnwrapMs']) {
      expect(stdout).toContain(name);
    }
  });
});

describe('the audit log', () => {
  test('is signed, exported and verified, with and without the database', async () => {
    const pair = await json('audit', 'keygen', file('audit'));
    expect(statSync(file('audit')).mode & 0o777).toBe(0o600);
    const env = { SIGNING_KEY: readFileSync(file('audit'), 'utf8') };
    const signed = await json('audit', 'checkpoint', '--signing-key', file('audit'), '--out', file('checkpoints'));
    expect(signed.signerId).toBe(pair.signerId);
    await call('keys', 'generate', 'g');
    const printed = await callWith({ env }, 'audit', 'checkpoint', '--signing-key', 'env:SIGNING_KEY');
    expect(JSON.parse(printed.stdout).seq).toBe(signed.seq + 1);

    const against = ['--checkpoint', file('checkpoints'), '--public-key', `${file('audit')}.pub`];
    const live = await call('audit', 'verify', ...against);
    expect(live.stdout).toContain(
      `A checkpoint vouches for entries 1 to ${signed.seq}; the 1 after them are unanchored.`,
    );
    expect((await call('audit', 'verify', '--checkpoint', file('checkpoints'))).code).toBe(2);

    const { entries } = await json('audit', 'export', file('log'));
    expect(entries).toBe(signed.seq + 1);
    const keyless = ['--master-key', 'env:NOT_THERE', 'audit'];
    expect((await call(...keyless, 'verify', ...against)).code).toBe(1);
    const chain = await call(...keyless, 'verify', '--chain-only', ...against);
    expect(chain.stdout).toContain(`A checkpoint vouches for entries 1 to ${signed.seq}`);
    expect((await call(...keyless, 'export', file('log-of-the-keyless'))).code).toBe(0);
    expect(readFileSync(file('log-of-the-keyless'))).toEqual(readFileSync(file('log')));
    const nothing = { env: { HAMMERWORK_DATABASE_URL: undefined } };
    expect((await callWith(nothing, 'audit', 'verify', '--log', file('log'), ...against)).code).toBe(0);
    const lines = readFileSync(file('log'), 'utf8').split('\n');
    writeFileSync(file('cut'), [...lines.slice(0, 5), ...lines.slice(6)].join('\n'));
    const cut = await callWith(nothing, 'audit', 'verify', '--log', file('cut'), ...against);
    expect(cut.code).toBe(1);
    expect(cut.stderr).toContain('Entry 5 is missing.');
    expect((await call('audit', 'verify', '--log', file('absent'))).stderr).toContain('file_unreadable');
  });

  test('is listed by key, operation and time', async () => {
    const { stdout } = await call('audit', 'list', 'b', '--operation', 'destroy');
    expect(stdout).toContain('request 17');
    expect(await json('audit', 'list', '--from', '2999-01-01')).toEqual([]);
    expect(
      (await json('audit', 'list', '--after', '3', '--limit', '2')).map(({ seq }: { seq: number }) => seq),
    ).toEqual([4, 5]);
    expect((await call('audit', 'list', '--from', 'yesterday')).code).toBe(2);
  });

  test('a changed entry is named', async () => {
    await sql`update hammerwork_key_audit_log set actor = 'nobody' where seq = 3`.execute(database.db);
    const broken = await call('audit', 'verify');
    expect(broken).toMatchObject({ code: 1 });
    expect(broken.stderr).toContain('Entry 3 is not as it was written.');
  });
});

test('what may succeed later exits 3; help says what to do and what exit codes mean', async () => {
  const env = { HAMMERWORK_DATABASE_URL: 'postgresql://postgres@127.0.0.1:1/none' };
  expect((await callWith({ env }, 'keys', 'list')).code).toBe(3);
  for (const group of ['keys', 'audit']) {
    const { code, stdout } = await call(group, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes: 0');
  }
});

test('planted keys are in no output of any command, refused or not, as text or as JSON', async () => {
  const masters = ['master.key', 'next.key'].map((name) => readFileSync(file(name), 'utf8'));
  await call('audit', 'keygen', file('planted'));
  const signing = readFileSync(file('planted'), 'utf8');
  writeFileSync(file('half'), signing.slice(0, -40));
  writeFileSync(file('short.key'), masters[0]!.slice(0, 30), { mode: 0o600 });
  let output = '';
  for (const args of [
    ['keys', 'generate', 'p'],
    ['keys', 'show', 'p'],
    ['keys', 'stats'],
    ['keys', 'export', file('p.json'), '--key', 'p'],
    ['keys', 'import', file('p.json')],
    ['keys', 'import', file('planted')],
    ['keys', 'rewrap', '--from', `file:${file('next.key')}`],
    ['keys', 'rewrap', '--from', `static:${masters[1]}`],
    ['keys', 'compromise', 'p', '1', '--confirm', 'p/1'],
    ['keys', 'destroy', 'p', '1', '--unchecked', '--confirm', 'p/1'],
    ['keys', 'approve', 'p', '1', '--confirm', 'p/1'],
    ['audit', 'list'],
    ['audit', 'verify', '--checkpoint', file('planted'), '--public-key', `${file('planted')}.pub`],
    ['audit', 'verify', '--checkpoint', file('checkpoints'), '--public-key', file('planted')],
    ['audit', 'checkpoint', '--signing-key', file('half')],
    ['audit', 'checkpoint', '--signing-key', file('planted')],
    ['--master-key', `file:${file('short.key')}`, 'keys', 'list'],
    ['--master-key', `static:${masters[0]}`, 'keys', 'list'],
    ['doctor'],
  ]) {
    for (const json of [[], ['--json']]) {
      const { stdout, stderr } = await call(...json, ...args);
      output += stdout + stderr;
    }
  }
  const raw = masters.map((text) => Buffer.from(text, 'base64').toString('hex'));
  for (const secret of [...masters, ...raw, signing.split('\n')[1]!]) {
    for (let at = 0; at + 16 <= secret.length; at += 4) expect(output).not.toContain(secret.slice(at, at + 16));
  }
  expect(output).toContain('signing_key_malformed');
});
