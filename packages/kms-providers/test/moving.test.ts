// Moving from one KMS to another on real servers: each key is unwrapped once and wrapped once, and nothing else is.
import { randomUUID } from 'node:crypto';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { createKeyManager, createMemoryKeyStore, migrating, multi } from '@hammerwork/key-manager';
import { callVault, type HttpFaultProxy, sharedServer, startHttpFaultProxy } from '@hammerwork/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { crypto } from '../../key-manager/test/test-kms.ts';
import { openRecord, seal } from '../../key-manager/test/test-manager.ts';
import { kmsFromUri } from '../src/kms-from-uri.ts';

const [moto, vault] = [await sharedServer('moto'), await sharedServer('vault')];

describe.skipIf(!moto || !vault)('from vault-transit to AWS', () => {
  let proxies: { vault: HttpFaultProxy; moto: HttpFaultProxy };
  beforeEach(async () => {
    proxies = { vault: await startHttpFaultProxy(vault!.url), moto: await startHttpFaultProxy(moto!.url) };
  });
  afterEach(() => Promise.all([proxies.vault.close(), proxies.moto.close()]));

  async function openBoth() {
    const name = `key-${randomUUID()}`;
    await callVault(vault!, `transit/keys/${name}`, { body: { derived: true } });
    const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
    const admin = new KMSClient({ region: 'eu-west-1', endpoint: moto!.url, credentials });
    const { Arn } = (await admin.send(new CreateKeyCommand({ KeyUsage: 'ENCRYPT_DECRYPT' }))).KeyMetadata!;
    const from = await kmsFromUri(`vault-transit://transit/${name}?addr=${proxies.vault.url}`, {
      env: { VAULT_TOKEN: vault!.token },
      policy: { halfOpenAfterMs: 1 }, // what comes after an outage is not about the breaker here
    });
    const to = await kmsFromUri(`aws://${Arn}?endpoint=${proxies.moto.url}`, { clientConfig: { credentials } });
    return { from, to };
  }

  /** What went through the proxies since the last time, by operation. */
  function calls(): Record<string, number> {
    const names = [
      ...proxies.vault.requests.splice(0).map(({ path }) => `vault ${path.split('/')[3]}`),
      ...proxies.moto.requests
        .splice(0)
        .map(({ headers }) => `aws ${headers['x-amz-target']}`.replace('TrentService.', '')),
    ];
    return Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((one) => one === name).length]));
  }

  test('10 versions and the store key: one unwrap and one wrap each, and every record opens under the new KMS', async () => {
    const { from, to } = await openBoth();
    const store = createMemoryKeyStore();
    const manager = createKeyManager({ crypto, store, kms: from });
    await manager.generateKey('payment');
    const records = [await seal(manager, 'payment', 'v1')];
    for (let version = 2; version <= 10; version++) {
      await manager.rotateKey('payment');
      records.push(await seal(manager, 'payment', `v${version}`));
    }
    await manager.close();
    const mover = createKeyManager({ crypto, store, kms: migrating({ from, to }) });
    await mover.open();
    calls();
    expect(await mover.rewrapKeys({ actor: 'alice' })).toMatchObject({ rewrapped: 10, unchanged: 0 });
    const { 'vault decrypt': unwraps, 'aws Encrypt': wraps, ...others } = calls();
    expect(others).toEqual({});
    // Ten versions; the store's own key is wrapped anew too, and in memory since the store was opened.
    expect([unwraps, wraps]).toEqual([10, 11]);
    await mover.close();
    const moved = createKeyManager({ crypto, store, kms: to });
    expect(await Promise.all(records.map((record) => openRecord(moved, record)))).toEqual(
      Array.from({ length: 10 }, (_, i) => `v${i + 1}`),
    );
    expect(Object.keys(calls()).filter((name) => name.startsWith('vault'))).toEqual([]);
    expect(await moved.verifyAudit()).toMatchObject({ ok: true });
    await moved.close();
    await Promise.all([from.close?.(), to.close?.()]);
  });

  test('multi: with one KMS away the other opens, and nobody has to be told', async () => {
    const { from, to } = await openBoth();
    const store = createMemoryKeyStore();
    const manager = createKeyManager({ crypto, store, kms: multi(from, to) });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment', 'both');
    for (const away of [proxies.vault, proxies.moto]) {
      away.fault = () => ({ kind: 'reset' });
      const reader = createKeyManager({ crypto, store, kms: multi(from, to) });
      expect(await openRecord(reader, record)).toBe('both');
      await reader.close();
      away.fault = undefined;
    }
    await manager.close();
    await Promise.all([from.close?.(), to.close?.()]);
  });
});
