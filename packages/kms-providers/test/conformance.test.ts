// The one suite of KmsProvider, for every provider on its real server.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { kmsFromUri } from '../src/kms-from-uri.ts';
import { kmsSuite, sizeTest } from './kms-suite.ts';
import { openSetting, startFakeGcpKms } from './settings.ts';

const folder = await mkdtemp(join(tmpdir(), 'hammerwork-kms-'));
const gcp = await startFakeGcpKms();
afterAll(async () => {
  await gcp.stop();
  await rm(folder, { recursive: true });
});

const text = { a: randomBytes(32).toString('base64'), b: randomBytes(32).toString('base64') };
const env = {
  NODE_ENV: 'test',
  KEY_a: text.a,
  KEY_b: text.b,
  WORDS_a: 'correct horse battery',
  WORDS_b: 'staple or not',
};
const cost = 'memoryKiB=19456&iterations=1&parallelism=1';

describe('local', () => {
  beforeAll(async () => {
    for (const [name, content] of Object.entries(text)) await writeFile(join(folder, name), content, { mode: 0o600 });
  });
  describe.each([
    ['env', (key: string) => `env:KEY_${key}`],
    ['static', (key: string) => `static:${text[key as 'a' | 'b']}`],
    ['file', (key: string) => `file:${folder}/${key}`],
  ])('%s', (_, uri) => {
    kmsSuite((key) => kmsFromUri(uri(key), { env, warn: () => {} }));
  });
  describe('passphrase', () => {
    kmsSuite((key) => kmsFromUri(`passphrase:env:WORDS_${key}?${cost}`, { env }));
  });
});

for (const name of [
  'aws',
  'gcp-grpc',
  'gcp-rest',
  'vault over fetch',
  'vault over node-vault',
  'vault-transit over fetch',
  'vault-transit over node-vault',
]) {
  const setting = await openSetting(name, gcp);
  describe.skipIf(!setting)(name, () => {
    const make = (key: string) => setting!.provider(key);
    // AWS says IncorrectKeyException (aws.test.ts), moto AccessDeniedException.
    kmsSuite(make, name === 'aws' ? { foreign: 'kms_refused' } : {});
    sizeTest(make);
  });
}
