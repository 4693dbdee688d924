// The grammar of the URIs of key management services: what is not exactly right is an error, before anything is sent.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { kmsFromUri } from '../src/kms-from-uri.ts';

const env = { VAULT_ADDR: 'https://vault.example.com', VAULT_TOKEN: 'hvs.token' };
const arn = 'arn:aws:kms:eu-west-1:123456789012:key/75e2bcfb-984f-4e65-8658-eb6c6d3a9c8f';
const gcp = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';
const longest = 'k'.repeat(63);

// Google's client looks for a login as soon as it is made, and asks the network whether this is one of its machines.
beforeEach(() => void vi.stubEnv('METADATA_SERVER_DETECTION', 'none'));
afterEach(() => void vi.unstubAllEnvs());

describe('taken, without asking anybody', () => {
  test.each([
    [`aws://${arn}`, `aws/${arn}`],
    [`aws://${arn}?region=eu-west-1`, `aws/${arn}`],
    [`aws://${arn}?endpoint=https://vpce-1.kms.eu-west-1.vpce.amazonaws.com`, `aws/${arn}`],
    [`aws://${arn}?endpoint=http%3A%2F%2F127.0.0.1%3A5000`, `aws/${arn}`],
    [`gcp://${gcp}`, `gcp/${gcp}`],
    [`gcp://${gcp}?transport=rest`, `gcp/${gcp}`],
    [
      'gcp://projects/example.com:p/locations/l/keyRings/r/cryptoKeys/k',
      'gcp/projects/example.com:p/locations/l/keyRings/r/cryptoKeys/k',
    ],
    ['vault://secret/hammerwork/encryption-key', 'vault/secret/hammerwork/encryption-key'],
    [
      'vault://secret/hammerwork/encryption-key?addr=https://vault.example.com',
      'vault/secret/hammerwork/encryption-key',
    ],
    ['vault://secret/x?addr=https://vault.example.com:8200&namespace=a/b', 'vault/a/b/secret/x'],
    ['vault://secret/x?addr=http://localhost:8200&auth=token', 'vault/secret/x'],
    ['vault://secret/x?addr=http://[::1]:8200', 'vault/secret/x'],
    ['vault-transit://transit/hammerwork?cluster=eu', 'vault-transit/eu/transit/hammerwork'],
    [
      'vault-transit://transit/hammerwork?auth=kubernetes&role=worker&auth-mount=k8s/prod',
      'vault-transit/transit/hammerwork',
    ],
  ])('%s', async (uri, id) => {
    const kms = await kmsFromUri(uri, { env });
    expect(kms.id).toBe(id);
    await kms.close?.();
  });
});

describe('refused', () => {
  test.each([
    'aws:alias/x?region=eu-west-1',
    'aws:///x?region=eu-west-1',
    'aws://?region=eu-west-1',
    'aws://alias/x?region=eu-west-1&region=eu-west-1',
    'aws://alias/x?Region=eu-west-1',
    'aws://alias/x?region=',
    'vault://secret/a?addr=',
    'vault-transit://transit/a?namespace=',
    'aws://alias/x?region=eu-west-1&profile=prod',
    'aws://alias/x?region=Europe',
    'aws://alias/x?region=evil.example.com/',
    'aws://AKIA:secret@alias/x?region=eu-west-1',
    'aws://alias/a b?region=eu-west-1',
    `aws://${arn}?region=us-east-1`,
    `aws://${arn.replace('kms', 's3')}`,
    `aws://${arn}?endpoint=http://kms.example.com`,
    `aws://${arn}?endpoint=ftp://127.0.0.1`,
    `aws://${arn}?endpoint=https://user:pass@kms.example.com`,
    `aws://${arn}?endpoint=https://kms.example.com/path`,
    `aws://${arn}?endpoint=kms.example.com`,
    'gcp://projects/p/locations/l/keyRings/r',
    `gcp://${gcp}/cryptoKeyVersions/1`,
    `gcp://${gcp}?version=1`,
    `gcp://${gcp}?transport=http`,
    `gcp://${gcp}?endpoint=http://10.0.0.1:80`,
    `gcp://${gcp.replace('/k', '/../k')}`,
    `gcp://token@${gcp}`,
    'vault://secret',
    'vault://secret/',
    'vault://secret//x',
    'vault:secret/x',
    'vault://secret/x#key',
    'vault://hvs.token@secret/x',
    'vault://user:pass@secret/x',
    'vault://secret/x?token=hvs.token',
    'vault://secret/x?addr=http://vault.example.com',
    'vault://secret/x?addr=http://127.0.0.1.example.com',
    'vault://secret/x?addr=https://hvs.token@vault.example.com',
    'vault://secret/x?addr=https://vault.example.com&addr=https://vault.example.com',
    'vault://secret/x?addr=https://vault.example.com/v1',
    'vault://secret/x?addr=https://vault.example.com?a=b',
    'vault://secret/x?addr=vault.example.com:8200',
    'vault://secret/x?auth=userpass',
    'vault://secret/x?transport=axios',
    'vault://secret/x?namespace=../root',
    'vault://secret/x?cluster=a/b',
    'vault://secret/x?auth=approle&auth-mount=../token',
    'vault-transit://transit/a/b',
    'vault-transit://transit',
    'vault-transit://transit/k?derived=false',
    `vault://secret/${'x/'.repeat(130)}y`,
    'vault-transit://transit/a%0Ab',
  ])('%s', async (uri) => {
    const failed = await kmsFromUri(uri, { env: { ...env, VAULT_ROLE_ID: 'r', VAULT_SECRET_ID: 's' } }).catch(
      (error) => error,
    );
    expect(failed).toMatchObject({ name: 'KmsError', code: 'uri_malformed', kind: 'input' });
    for (const secret of ['hvs.token', 'user:pass', 'AKIA']) expect(failed.message).not.toContain(secret);
    if (/^\w+:..[^?]*@/.test(uri)) expect(failed.message).toContain('has credentials in it');
  });

  test('a Google Cloud name of the greatest size still fits', async () => {
    const name = `projects/${'p'.repeat(30)}/locations/europe-west1/keyRings/${longest}/cryptoKeys/${longest}`;
    expect(Buffer.byteLength((await kmsFromUri(`gcp://${name}`)).id)).toBeLessThanOrEqual(255);
  });
});

describe('plain http to another machine is refused wherever the address comes from', () => {
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const refused = { code: 'uri_malformed', kind: 'input' };
  const address = 'http://kms.invalid';

  test.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_KMS'])('%s', async (name) => {
    await expect(kmsFromUri(`aws://${arn}`, { env: { [name]: address } })).rejects.toMatchObject(refused);
    const another = await kmsFromUri(`aws://${arn}?endpoint=https://kms.example.com`, { env: { [name]: address } });
    await another.close?.(); // the address that is not used is not looked at
  });

  test("the options of AWS's client", async () => {
    const kms = await kmsFromUri(`aws://${arn}`, { env: {}, clientConfig: { credentials, endpoint: address } });
    await expect(kms.wrap(new Uint8Array(32), { purpose: 'dek' })).rejects.toMatchObject(refused);
    await kms.close?.();
  });

  test("AWS's configuration file", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hammerwork-aws-'));
    await writeFile(join(folder, 'config'), `[default]\nregion = eu-west-1\nendpoint_url = ${address}\n`);
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'));
    const kms = await kmsFromUri(`aws://${arn}`, { clientConfig: { credentials } });
    await expect(kms.wrap(new Uint8Array(32), { purpose: 'dek' })).rejects.toMatchObject(refused);
    await kms.close?.();
    await rm(folder, { recursive: true });
  });

  test.each(['http://127.1:8200', 'http://0x7f.1:8200', 'http://2130706433:8200'])(
    '%s is this machine, as URLs are read',
    async (addr) => {
      await (await kmsFromUri(`vault://secret/x?addr=${addr}`, { env })).close?.();
    },
  );

  test.each([
    'http://[::ffff:127.0.0.1]:8200',
    'http://[::ffff:7f00:1]:8200',
    'http://[::]:8200',
    'http://0.0.0.0:8200',
    'http://0:8200',
    'http://128.0.0.1:8200',
    'http://localhost.evil.example:8200',
    'http://localhost.:8200',
    'http://127.0.0.1.:8200x',
    'http://127.0.0.1%40evil.example:8200',
    'http://evil.example%5C@127.0.0.1:8200',
    'http://127.0.0.1:8200%2F..%2F@evil.example',
    'http://l%C3%B6calhost:8200',
    'https://vault.example.com:99999',
    'https://vault.example.com%00.evil.example',
    'https://[fe80::1%25eth0]:8200',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '//vault.example.com',
  ])('%s', async (addr) => {
    await expect(kmsFromUri(`vault://secret/x?addr=${addr}`, { env })).rejects.toMatchObject(refused);
  });
});

describe('what is missing is told', () => {
  test.each([
    [{ VAULT_TOKEN: 't' }, 'VAULT_ADDR'],
    [{ VAULT_ADDR: 'https://v.example.com' }, 'VAULT_TOKEN'],
    [{ VAULT_ADDR: 'https://v.example.com', VAULT_ROLE_ID: 'r' }, 'VAULT_SECRET_ID'],
    [{ VAULT_ADDR: 'https://v.example.com', VAULT_TOKEN: 'two words' }, 'VAULT_TOKEN'],
  ])('%j: %s', async (given, name) => {
    await expect(kmsFromUri('vault://secret/x', { env: given })).rejects.toMatchObject({
      code: 'configuration_missing',
      message: expect.stringContaining(name),
    });
  });

  test('a Kubernetes login needs a role', async () => {
    await expect(kmsFromUri('vault://secret/x?auth=kubernetes', { env })).rejects.toMatchObject({
      code: 'configuration_missing',
      message: expect.stringContaining('VAULT_K8S_ROLE'),
    });
  });

  test('VAULT_ADDR is held to the same rules, with a slash at the end allowed', async () => {
    const at = (VAULT_ADDR: string) => kmsFromUri('vault://secret/x', { env: { VAULT_ADDR, VAULT_TOKEN: 't' } });
    expect((await at('https://vault.example.com/')).id).toBe('vault/secret/x');
    await expect(at('http://vault.example.com')).rejects.toMatchObject({ code: 'uri_malformed' });
  });
});
