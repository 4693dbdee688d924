// The programs, commands and policies of the README are run as they stand there.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { callVault, sharedServer, startHttpFaultProxy, startVaultServer } from '@hammerwork/test-kit';
import { describe, expect, test } from 'vitest';
import { kmsFromUri } from '../src/kms-from-uri.ts';
import { context, newKey } from './kms-suite.ts';
import { detail, ok } from './readme-example.ts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const readme = read('../README.md');
const block = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme)![1]!;
const [moto, vault] = [await sharedServer('moto'), await sharedServer('vault')];

test('the example of the README is this one, and does what it says', () => {
  expect(readme).toContain(read('./readme-example.ts'));
  expect({ ok, detail }).toEqual({
    ok: true,
    detail: expect.stringMatching(/^master key from env:HAMMERWORK_MASTER_KEY, local\/[0-9a-f]{16}$/),
  });
});

describe.skipIf(!vault)('Vault', () => {
  test('its commands make the keys, its policy suffices for its program, and Vault refuses to make a key with it', async () => {
    const own = await startVaultServer();
    const { url, token } = own;
    execFileSync('bash', ['-ec', block('sh')], { env: { ...process.env, VAULT_ADDR: url, VAULT_TOKEN: token } });
    await callVault(own, 'sys/policies/acl/hammerwork', { method: 'PUT', body: { policy: block('hcl') } });
    const { auth } = await callVault(own, 'auth/token/create', { body: { policies: ['hammerwork'] } });
    Object.assign(process.env, { VAULT_ADDR: url, VAULT_TOKEN: auth.client_token });
    try {
      const { found } = await import('./readme-vault-example.ts');
      expect(readme).toContain(read('./readme-vault-example.ts'));
      expect(found).toEqual([
        'vault-transit/transit/hammerwork: derived, version 1 in use, opens from 1 on; wraps and unwraps, 32 bytes',
        'vault/secret/hammerwork/encryption-key: version 1 in use, versions from 1 on kept (by default 10 at most); ' +
          'wraps and unwraps, 32 bytes',
      ]);
      const kms = await kmsFromUri('vault-transit://transit/hammerwork');
      const key = newKey();
      const wrapped = await kms.rewrap!(await kms.wrap(key.slice(), context), context);
      expect(await kms.unwrap(wrapped, context)).toEqual(key);
      await kms.close?.();
    } finally {
      delete process.env.VAULT_ADDR;
      delete process.env.VAULT_TOKEN;
    }
    if (!process.env.HAMMERWORK_VAULT_URL) {
      await callVault(own, 'transit/keys/hammerwork/config', { body: { deletion_allowed: true } });
      await callVault(own, 'transit/keys/hammerwork', { method: 'DELETE' });
      const body = { plaintext: 'AAAA', context: 'AAAA' };
      const limited = { url, token: auth.client_token as string };
      await expect(callVault(limited, 'transit/encrypt/hammerwork', { body })).rejects.toThrow('403');
    }
    await own.stop();
  });
});

test.skipIf(!moto)('the IAM policy names the actions that are asked of AWS, and no others', async () => {
  const proxy = await startHttpFaultProxy(moto!.url);
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const admin = new KMSClient({ region: 'eu-west-1', endpoint: moto!.url, credentials });
  const { Arn } = (await admin.send(new CreateKeyCommand({ KeyUsage: 'ENCRYPT_DECRYPT' }))).KeyMetadata!;
  const kms = await kmsFromUri(`aws://${Arn}?endpoint=${proxy.url}`, { clientConfig: { credentials } });
  const wrapped = await kms.wrap(newKey(), context);
  await kms.unwrap(await kms.rewrap!(wrapped, context), context);
  await kms.health();
  const asked = new Set(
    proxy.requests.map(({ headers }) => String(headers['x-amz-target']).replace('TrentService.', '')),
  );
  const allowed: string[] = JSON.parse(block('json')).Statement[0].Action;
  // ReEncrypt is allowed by two: from the one key, to the other.
  expect(new Set(allowed.map((action) => action.replace(/^kms:|(?<=ReEncrypt)(From|To)$/g, '')))).toEqual(asked);
  await kms.close?.();
  await proxy.close();
});

test('every code that the README says jobs meet is one, with the kind that it says', async () => {
  const { KmsError } = await import('../src/errors.ts');
  const rows = [...readme.matchAll(/^\| (`[^|]*`) \|[^|]*\|[^|]*\| ([^|]*) \|$/gm)];
  const kinds = rows.flatMap(([, codes, jobs]) =>
    [...codes!.matchAll(/`(\w+)`/g)].map(([, code]) => [new KmsError(code as never, '').kind, jobs!.trim()]),
  );
  expect(kinds.length).toBe(9);
  const kindOf = (jobs: string) =>
    jobs.startsWith('wait') ? 'unavailable' : jobs === 'are parked' ? 'key_gone' : 'input';
  for (const [kind, jobs] of kinds) expect(kind).toBe(kindOf(jobs!));
});
