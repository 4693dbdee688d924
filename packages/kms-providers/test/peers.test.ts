// Client libraries are the application's to install, and loaded when a URI asks for them.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { callVault, sharedServer } from '@hammerwork/test-kit';
import { expect, test } from 'vitest';

const vault = await sharedServer('vault');
const key = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';
const arn = 'arn:aws:kms:eu-west-1:123456789012:key/75e2bcfb-984f-4e65-8658-eb6c6d3a9c8f';

async function run(program: string, ...args: string[]): Promise<string[]> {
  const file = join(import.meta.dirname, program);
  const env = { ...process.env, VAULT_TOKEN: vault?.token ?? 'none', VAULT_ADDR: vault?.url ?? 'http://127.0.0.1:1' };
  const given = ['--conditions=@hammerwork/source', '--no-warnings', file, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, given, { env });
  return stdout.trimEnd().split('\n');
}

test('a library that is missing is named with the command that installs it', async () => {
  const uris = [`aws://${arn}`, `gcp://${key}`, 'vault://secret/x?transport=node-vault'];
  const lines = await run('without-peers-program.ts', ...uris);
  expect(lines).toEqual(
    ['@aws-sdk/client-kms', '@google-cloud/kms', 'node-vault'].map(
      (name) => `peer_missing: This master key needs the package ${name}. Install it: npm install ${name}`,
    ),
  );
});

test.skipIf(!vault)('Vault works without node-vault', async () => {
  await callVault(vault!, 'transit/keys/plain', { body: { derived: true } });
  const lines = await run('without-peers-program.ts', 'vault-transit://transit/plain');
  expect(lines).toEqual(['vault-transit/transit/plain is there', 'opened 32']);
});
