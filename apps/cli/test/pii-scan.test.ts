// `hammerwork pii scan` over files, pipes and a live table: places and kinds are counted, and no value is ever printed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCrypto, createDirectKeyRing } from '@hammerwork/crypto-core';
import { openDatabase } from '@hammerwork/database';
import { createPayloadProtection, definePolicy } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore, defineJobType } from '@hammerwork/queue';
import { openTestDatabase, type TestDatabase } from '@hammerwork/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../src/program.ts';

const VALUES = ['ann@example.com', '4111', '555-2671', 'hunter2', 'Ann Smith'];

let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hammerwork-pii-'));
  database = await openTestDatabase('postgres');
});

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

function payload(i: number) {
  return {
    id: i,
    customer: { email: 'ann@example.com', ...(i % 2 ? { phone: '+1 415 555-2671' } : {}) },
    items: [{ note: i === 4 ? 'card 4111 1111 1111 1111' : 'gift' }],
  };
}

async function scan(args: readonly string[], stdin: readonly string[] = []) {
  let stdout = '';
  let stderr = '';
  const code = await runCommand(['pii', 'scan', ...args], {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: { HAMMERWORK_DATABASE_URL: database.url },
    stdin: (async function* () {
      yield* stdin;
    })(),
  });
  for (const value of VALUES) expect(stdout + stderr).not.toContain(value);
  return { code, stdout, stderr };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const expected = {
  payloads: 10,
  affected: 10,
  truncated: false,
  counts: [
    { path: 'customer.email', kind: 'email', findings: 10, payloads: 10 },
    { path: 'customer.phone', kind: 'phone', findings: 5, payloads: 5 },
    { path: 'items.*.note', kind: 'credit_card', findings: 1, payloads: 1 },
  ],
};

test('one value per line, an array, and one pretty value are counted alike', async () => {
  const payloads = Array.from({ length: 10 }, (_, i) => payload(i));
  const lines = payloads.map((one) => JSON.stringify(one)).join('\n');
  for (const path of [
    file('lines.ndjson', `${lines}\n\n`),
    file('array.json', JSON.stringify(payloads)),
    file('pretty.json', JSON.stringify(payloads, null, 2)),
  ]) {
    const { code, stdout } = await scan(['--json', path]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject(expected);
  }
  const people = await scan([join(folder, 'lines.ndjson')]);
  expect(people.stdout).toMatch(/customer\.phone .* phone .* 5 .* 50\.0 %/);
  expect(people.stdout).toContain('10 of 10 payloads hold something.');
});

test('a pipe is read to its end, wherever its pieces are cut', async () => {
  const text = Array.from({ length: 10 }, (_, i) => JSON.stringify(payload(i))).join('\n');
  const pieces = text.match(/[\s\S]{1,7}/g)!;
  const { stdout } = await scan(['--json', '-'], pieces);
  expect(JSON.parse(stdout)).toMatchObject(expected);
});

test('--suggest prints a policy that can be taken as it is', async () => {
  const path = file('suggest.ndjson', Array.from({ length: 10 }, (_, i) => JSON.stringify(payload(i))).join('\n'));
  const { stdout } = await scan(['--suggest', path]);
  expect(stdout).toContain("'@hammerwork/payload-protection'");
  const options = stdout.slice(stdout.indexOf('{\n'), stdout.lastIndexOf('}') + 1);
  const policy = definePolicy(new Function(`return ${options}`)());
  expect(policy.piiFields).toEqual(['customer.email', 'customer.phone?', 'items.*.note?']);
});

test('kinds and threshold narrow the count', async () => {
  const path = file('one.json', JSON.stringify(payload(1)));
  expect(JSON.parse((await scan(['--json', '--kinds', 'phone', path])).stdout).counts).toHaveLength(1);
  expect(JSON.parse((await scan(['--json', '--threshold', '1', path])).stdout).counts).toEqual([]);
  expect((await scan(['--kinds', 'fone', path])).code).toBe(2);
  expect((await scan(['--threshold', '7', path])).code).toBe(2);
});

test('wrong calls and wrong inputs are said without their text', async () => {
  expect(await scan([])).toMatchObject({ code: 2 });
  expect(await scan(['x.json', '--queue', 'mail'])).toMatchObject({ code: 2 });
  expect((await scan([join(folder, 'absent.json')])).stderr).toContain('file_unreadable');
  const broken = await scan([file('broken.ndjson', '{"password":"hunter2"}\n{"password":"hunter2"\n')]);
  expect(broken.code).toBe(1);
  expect(broken.stderr).toContain('Line 2 is not JSON');
  const neither = await scan([file('text.txt', 'password hunter2\nAnn Smith')]);
  expect(neither.stderr).toContain('input_malformed');
});

test('names of fields cannot move the cursor of a terminal', async () => {
  const { stdout } = await scan([file('escape.json', JSON.stringify({ '\u001b[2Jemail': 'ann@example.com' }))]);
  expect(stdout).not.toContain('\u001b[2J');
  expect(stdout).toContain('\ufffd[2Jemail');
});

test('a live queue is scanned as it is stored: what is sealed is gone', async () => {
  await runCommand(['migrate'], {
    stdout: { write: () => true },
    stderr: { write: () => true },
    env: { HAMMERWORK_DATABASE_URL: database.url },
  });
  const db = await openDatabase(database.url);
  const crypto = createCrypto();
  const queue = createJobQueue({
    store: createPgJobStore(db),
    protection: createPayloadProtection({
      crypto,
      keyRing: createDirectKeyRing({ crypto, key: crypto.randomBytes(32), algorithm: 'aes-256-gcm' }),
    }),
  });
  const open = defineJobType({ kind: 'open', queueName: 'mail', policy: 'none' });
  const sealed = defineJobType({
    kind: 'sealed',
    queueName: 'mail',
    policy: definePolicy({ piiFields: ['customer.email', 'customer.phone?', 'items.*.note'] }),
  });
  for (let i = 0; i < 3; i++) await queue.enqueue(open, payload(i));
  for (let i = 0; i < 4; i++) await queue.enqueue(sealed, payload(i));
  await queue.enqueue(defineJobType({ kind: 'open', queueName: 'other', policy: 'none' }), payload(0));
  await db.destroy();
  const { stdout } = await scan(['--json', '--queue', 'mail']);
  expect(JSON.parse(stdout)).toMatchObject({
    payloads: 7,
    affected: 3,
    counts: [
      { path: 'customer.email', kind: 'email', payloads: 3 },
      { path: 'customer.phone', kind: 'phone', payloads: 1 },
    ],
  });
});
