// What the daemon does to keys besides using them: it follows notices, rotates what is due, ends what nobody undid, retires
// what nothing refers to, and signs the audit log.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createCrypto } from '@hammerwork/crypto-core';
import { createListen } from '@hammerwork/database';
import {
  createEd25519Signer,
  createEd25519Verifier,
  createKeyManager,
  generateAuditKeyPair,
  type KeyManager,
  parseCheckpoints,
} from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, type TestDatabase } from '@hammerwork/test-kit';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Daemon, type KeyUpkeep, startDaemon } from '../src/daemon.ts';
import { handlers } from './handlers.ts';

const dayMs = 86_400_000;
let database: TestDatabase;
let manager: KeyManager;
let daemon: Daemon | undefined;

beforeEach(async () => {
  database = await openTestDatabase('postgres');
  await migrate(database.db);
  process.env.UPKEEP_TEST_MASTER_KEY = randomBytes(32).toString('base64');
});

afterEach(async () => {
  await daemon?.stop();
  await manager.close();
  await database.close();
});

/** As an administrator has it, some time ago. */
async function manage(agoMs: number, destruction = {}): Promise<KeyManager> {
  const kms = await kmsFromUri('env:UPKEEP_TEST_MASTER_KEY');
  const clock = { now: () => Date.now() - agoMs, after: () => () => {} };
  const store = createPgKeyStore(database.db);
  manager = createKeyManager({ store, kms, crypto: createCrypto(), clock, destruction });
  return manager;
}

async function start(keys: KeyUpkeep, log = pino({ level: 'silent' })): Promise<void> {
  daemon = await startDaemon({
    db: database.db,
    handlers,
    masterKey: 'env:UPKEEP_TEST_MASTER_KEY',
    concurrency: 1,
    leaseMs: 30_000,
    drainMs: 1000,
    log,
    listen: createListen(database.url),
    keys,
  });
}

test('due keys are rotated, old versions retired, due destructions done, the log signed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hammerwork-upkeep-'));
  const file = join(folder, 'checkpoints');
  const { privateKey, publicKey } = generateAuditKeyPair();
  const { checkpointFile } = await import('../src/checkpoint-file.ts');
  process.env.UPKEEP_TEST_SIGNING_KEY = privateKey;
  await manage(30 * dayMs);
  await manager.generateKey('default', { rotationIntervalDays: 7 });
  await manager.rotateKey('default');
  await manager.generateKey('old');
  await manager.rotateKey('old');
  await manager.destroyKey('old', 1, { unchecked: true });
  const checkpoints = await checkpointFile('env:UPKEEP_TEST_SIGNING_KEY', file, 60);
  await start({ automaticRotationMs: 5, maxVersions: 2, checkpoints: { ...checkpoints, everyMs: 5 } });
  const states = async () =>
    (await manager.listKeys()).map((key) => `${key.keyId} ${key.version} ${key.retiredAt ? 'retired' : key.status}`);
  await expect
    .poll(states, { interval: 10, timeout: 10_000 })
    .toEqual(['default 1 retired', 'default 2 deactivated', 'default 3 active', 'old 1 destroyed', 'old 2 active']);
  const { entries } = await manager.verifyAudit();
  const signed = () => {
    try {
      return parseCheckpoints(readFileSync(file, 'utf8')).at(-1)?.seq;
    } catch {
      return 0; // not there yet
    }
  };
  await expect.poll(signed, { interval: 10, timeout: 10_000 }).toBe(entries);
  const verdict = await manager.verifyAudit({
    checkpoints: parseCheckpoints(readFileSync(file, 'utf8')),
    verifySignature: createEd25519Verifier(publicKey),
  });
  expect(verdict).toMatchObject({ ok: true, unanchored: 0 });
  expect(createEd25519Signer(privateKey).id).toBe(parseCheckpoints(readFileSync(file, 'utf8'))[0]?.signerId);
  rmSync(folder, { recursive: true });
});

test('where another process rotates, it rotates and destroys nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hammerwork-upkeep-'));
  const file = join(folder, 'checkpoints');
  const { checkpointFile } = await import('../src/checkpoint-file.ts');
  process.env.UPKEEP_TEST_SIGNING_KEY = generateAuditKeyPair().privateKey;
  await manage(30 * dayMs);
  await manager.generateKey('default', { rotationIntervalDays: 7 });
  await manager.generateKey('old');
  await manager.rotateKey('old');
  await manager.destroyKey('old', 1, { unchecked: true });
  const checkpoints = await checkpointFile('env:UPKEEP_TEST_SIGNING_KEY', file, 60);
  await start({ rotate: false, automaticRotationMs: 5, checkpoints: { ...checkpoints, everyMs: 50 } });
  await expect.poll(() => readFileSync(file, 'utf8'), { interval: 10, timeout: 10_000 }).not.toBe('');
  await daemon?.stop();
  daemon = undefined;
  const states = (await manager.listKeys()).map((key) => `${key.keyId} ${key.version} ${key.status}`);
  expect(states).toEqual(['default 1 active', 'old 1 deactivated', 'old 2 active']);
  rmSync(folder, { recursive: true });
});

test('it deletes jobs whose time has come', async () => {
  await manage(0);
  const { createJobQueue, createPgJobStore, defineJobType } = await import('@hammerwork/queue');
  const { deleteAfter, planDeletion } = await import('@hammerwork/retention');
  const elsewhere = defineJobType({ kind: 'elsewhere', policy: 'none', queueName: 'nobody works this one' });
  const clock = () => Date.now() - dayMs;
  const store = createPgJobStore(database.db, { clock });
  const queue = createJobQueue({ store, retention: { planDeletion }, clock });
  const [due, kept] = [
    await queue.enqueue(elsewhere, 1, { retention: deleteAfter('1h') }),
    await queue.enqueue(elsewhere, 2, { retention: deleteAfter('2d') }),
  ];
  await start({});
  await expect.poll(() => queue.getJob(due), { interval: 10, timeout: 10_000 }).toBeUndefined();
  expect(await queue.getJob(kept)).toMatchObject({ state: 'ready' });
});

test('a signing key that is not there is an error before anything starts', async () => {
  await manage(0);
  const { checkpointFile } = await import('../src/checkpoint-file.ts');
  await expect(checkpointFile('env:ABSENT_KEY', '/dev/null', 1)).rejects.toMatchObject({ code: 'option_malformed' });
});

test('checkpoints that cannot be written are an error before anything starts, and not when the first is due', async () => {
  await manage(0);
  const { checkpointFile } = await import('../src/checkpoint-file.ts');
  process.env.UPKEEP_TEST_SIGNING_KEY = generateAuditKeyPair().privateKey;
  for (const [path, code] of [
    [join(tmpdir(), randomBytes(8).toString('hex'), 'checkpoints'), 'ENOENT'],
    [tmpdir(), 'EISDIR'],
  ] as const)
    await expect(checkpointFile('env:UPKEEP_TEST_SIGNING_KEY', path, 1)).rejects.toMatchObject({
      code: 'option_malformed',
      message: expect.stringContaining(code),
    });
});

test('openings are audited by policy, and the daemon writes them before it stops', async () => {
  await manage(0);
  await manager.generateKey('default');
  const lines = new PassThrough();
  await start({ openAudit: { opens: 'counted' } }, pino({ name: 'test' }, lines));
  const { createPayloadProtection } = await import('@hammerwork/payload-protection');
  const { createJobQueue, createPgJobStore } = await import('@hammerwork/queue');
  const { greet } = await import('./handlers.ts');
  const protection = createPayloadProtection({ crypto: createCrypto(), keyRing: manager.keyRing });
  await createJobQueue({ store: createPgJobStore(database.db), protection }).enqueue(greet, { name: 'Ann' });
  for (let log = ''; !log.includes('"completed"'); ) log += (await once(lines, 'data'))[0];
  lines.resume();
  await daemon?.stop();
  daemon = undefined;
  const [entry] = await manager.getAuditTrail({ operations: ['open'] });
  expect(entry).toMatchObject({ keyId: 'default', version: 1, actor: 'worker', details: { count: 1 } });
});
