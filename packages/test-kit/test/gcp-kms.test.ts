// The fake Google Cloud KMS, spoken to by the real client: what it takes, what it refuses and with which status.
import { KeyManagementServiceClient } from '@google-cloud/kms';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slowCrc32c } from '../src/gcp-kms/checksum.ts';
import { type FakeGcpKms, startFakeGcpKms } from '../src/gcp-kms/fake-gcp-kms.ts';

const location = 'projects/p/locations/global';
let nowMs = Date.UTC(2026, 0, 1);
let kms: FakeGcpKms;
beforeAll(async () => {
  kms = await startFakeGcpKms({ now: () => nowMs });
});
afterAll(() => kms.stop());

function connect(transport: string, token = 'test-token'): KeyManagementServiceClient {
  const headers = async () => new Headers({ authorization: `Bearer ${token}` });
  const login = {
    getUniverseDomain: async () => 'googleapis.com',
    getRequestHeaders: headers,
    fetch: async (url: string, init: RequestInit) => {
      const all = new Headers(init.headers);
      all.set('authorization', `Bearer ${token}`);
      return fetch(url, { ...init, headers: all });
    },
  };
  const auth = { ...login, getClient: async () => login } as never;
  const port = (url: string) => Number(new URL(url).port);
  return transport === 'grpc'
    ? new KeyManagementServiceClient({
        servicePath: '127.0.0.1',
        port: port(kms.grpcUrl),
        sslCreds: credentials.createInsecure(),
        auth,
      })
    : new KeyManagementServiceClient({
        fallback: true,
        protocol: 'http',
        apiEndpoint: '127.0.0.1',
        port: port(kms.restUrl),
        auth,
      });
}

const codes = {
  invalid: 3,
  notFound: 5,
  exists: 6,
  denied: 7,
  precondition: 9,
  unimplemented: 12,
  unauthenticated: 16,
};
const text = (value: string) => Buffer.from(value);

describe.each(['grpc', 'rest'])('over %s', (transport) => {
  let client: KeyManagementServiceClient;
  const ringId = `ring-${transport}`;
  const ring = `${location}/keyRings/${ringId}`;
  let count = 0;
  beforeAll(async () => {
    client = connect(transport);
    await client.createKeyRing({ parent: location, keyRingId: ringId });
  });
  afterAll(() => client.close());

  const createKey = async (more: object = {}) => {
    const [key] = await client.createCryptoKey({
      parent: ring,
      cryptoKeyId: `key-${count++}`,
      cryptoKey: { purpose: 'ENCRYPT_DECRYPT', ...more },
    });
    return key.name!;
  };
  const encrypt = async (name: string, plaintext: Buffer, additionalAuthenticatedData = text('')) =>
    (await client.encrypt({ name, plaintext, additionalAuthenticatedData }))[0];
  const fails = (call: Promise<unknown>, code: number) => expect(call).rejects.toMatchObject({ code });

  test('what is encrypted is decrypted, with its data alone', async () => {
    const name = await createKey();
    const made = await encrypt(name, text('secret'), text('aad'));
    expect(made).toMatchObject({
      name: `${name}/cryptoKeyVersions/1`,
      verifiedPlaintextCrc32c: false,
      protectionLevel: 'SOFTWARE',
    });
    const ciphertext = made.ciphertext as Buffer;
    expect(String(made.ciphertextCrc32c!.value)).toBe(String(slowCrc32c(ciphertext)));
    const [opened] = await client.decrypt({ name, ciphertext, additionalAuthenticatedData: text('aad') });
    expect(Buffer.from(opened.plaintext as Buffer).toString()).toBe('secret');
    expect(opened).toMatchObject({ usedPrimary: true, plaintextCrc32c: { value: String(slowCrc32c(text('secret'))) } });
    await fails(client.decrypt({ name, ciphertext, additionalAuthenticatedData: text('other') }), codes.invalid);
    await fails(client.decrypt({ name, ciphertext }), codes.invalid);
    await fails(
      client.decrypt({ name: await createKey(), ciphertext, additionalAuthenticatedData: text('aad') }),
      codes.invalid,
    );
    for (const at of [0, 5, 22, 40, ciphertext.length - 1]) {
      const changed = Buffer.from(ciphertext);
      changed[at]! ^= 1;
      await fails(
        client.decrypt({ name, ciphertext: changed, additionalAuthenticatedData: text('aad') }),
        codes.invalid,
      );
    }
    await fails(client.decrypt({ name, ciphertext: text('short') }), codes.invalid);
    expect((await encrypt(name, text('secret'))).ciphertext).not.toEqual(
      (await encrypt(name, text('secret'))).ciphertext,
    );
  });

  test('checksums that were sent are verified and said to be', async () => {
    const name = await createKey();
    const [plaintext, aad] = [text('secret'), text('aad')];
    const request = { name, plaintext, additionalAuthenticatedData: aad };
    const sums = {
      plaintextCrc32c: { value: slowCrc32c(plaintext) },
      additionalAuthenticatedDataCrc32c: { value: slowCrc32c(aad) },
    };
    const [made] = await client.encrypt({ ...request, ...sums });
    expect(made).toMatchObject({ verifiedPlaintextCrc32c: true, verifiedAdditionalAuthenticatedDataCrc32c: true });
    const wrong = { value: 1 };
    await fails(client.encrypt({ ...request, ...sums, plaintextCrc32c: wrong }), codes.invalid);
    await fails(client.encrypt({ ...request, additionalAuthenticatedDataCrc32c: wrong }), codes.invalid);
    const open = { name, ciphertext: made.ciphertext!, additionalAuthenticatedData: aad };
    await fails(client.decrypt({ ...open, ciphertextCrc32c: wrong }), codes.invalid);
    await fails(client.decrypt({ ...open, additionalAuthenticatedDataCrc32c: wrong }), codes.invalid);
  });

  test('sizes: 64 KiB of each, and 8 KiB of both in an HSM', async () => {
    const name = await createKey();
    const full = Buffer.alloc(65_536);
    await encrypt(name, full, full);
    await fails(encrypt(name, Buffer.alloc(65_537)), codes.invalid);
    await fails(encrypt(name, text(''), Buffer.alloc(65_537)), codes.invalid);
    const hsm = await createKey({
      versionTemplate: { protectionLevel: 'HSM', algorithm: 'GOOGLE_SYMMETRIC_ENCRYPTION' },
    });
    expect((await encrypt(hsm, Buffer.alloc(8_000), Buffer.alloc(192))).protectionLevel).toBe('HSM');
    await fails(encrypt(hsm, Buffer.alloc(8_000), Buffer.alloc(193)), codes.invalid);
  });

  test('versions: the primary encrypts, each opens its own, a named one encrypts', async () => {
    const name = await createKey();
    const old = await encrypt(name, text('old'));
    const [second] = await client.createCryptoKeyVersion({ parent: name });
    expect(second.name).toBe(`${name}/cryptoKeyVersions/2`);
    expect((await encrypt(name, text('x'))).name).toBe(`${name}/cryptoKeyVersions/1`);
    const [key] = await client.updateCryptoKeyPrimaryVersion({ name, cryptoKeyVersionId: '2' });
    expect(key.primary).toMatchObject({ name: second.name, state: 'ENABLED' });
    expect((await encrypt(name, text('x'))).name).toBe(second.name);
    expect((await encrypt(`${name}/cryptoKeyVersions/1`, text('x'))).name).toBe(`${name}/cryptoKeyVersions/1`);
    const [opened] = await client.decrypt({ name, ciphertext: old.ciphertext! });
    expect(opened.usedPrimary).toBe(false);
    // Over REST the client itself has no path for it.
    const byVersion = client.decrypt({ name: second.name!, ciphertext: old.ciphertext! });
    if (transport === 'grpc') await fails(byVersion, codes.invalid);
    else await expect(byVersion).rejects.toThrow('Cannot build HTTP request');
    const [versions] = await client.listCryptoKeyVersions({ parent: name });
    expect(versions.map((version) => version.name)).toEqual([1, 2].map((n) => `${name}/cryptoKeyVersions/${n}`));
    await fails(client.updateCryptoKeyPrimaryVersion({ name, cryptoKeyVersionId: '9' }), codes.notFound);
  });

  test('states: disabled, scheduled for destruction, restored, destroyed', async () => {
    const name = await createKey();
    const version = `${name}/cryptoKeyVersions/1`;
    const { ciphertext } = await encrypt(name, text('x'));
    const set = (state: 'ENABLED' | 'DISABLED' | 'DESTROYED') =>
      client.updateCryptoKeyVersion({ cryptoKeyVersion: { name: version, state }, updateMask: { paths: ['state'] } });
    const open = () => client.decrypt({ name, ciphertext: ciphertext! });
    await set('DISABLED');
    await fails(open(), codes.precondition);
    await fails(encrypt(name, text('x')), codes.precondition);
    await fails(set('DESTROYED'), codes.invalid);
    await set('ENABLED');
    await open();
    const [scheduled] = await client.destroyCryptoKeyVersion({ name: version });
    expect(scheduled.state).toBe('DESTROY_SCHEDULED');
    expect(Number(scheduled.destroyTime!.seconds) * 1000).toBe(nowMs + 30 * 86_400_000);
    await fails(open(), codes.precondition);
    await fails(set('ENABLED'), codes.precondition);
    await fails(client.destroyCryptoKeyVersion({ name: version }), codes.precondition);
    const [restored] = await client.restoreCryptoKeyVersion({ name: version });
    expect(restored.state).toBe('DISABLED');
    await set('ENABLED');
    await open();
    await client.destroyCryptoKeyVersion({ name: version });
    nowMs += 31 * 86_400_000;
    const [destroyed] = await client.getCryptoKeyVersion({ name: version });
    expect(destroyed.state).toBe('DESTROYED');
    await fails(open(), codes.precondition);
    await fails(client.restoreCryptoKeyVersion({ name: version }), codes.precondition);
  });

  test('names, purposes and what is not there', async () => {
    const nothing = `${ring}/cryptoKeys/nothing`;
    await fails(encrypt(nothing, text('x')), codes.notFound);
    await fails(client.decrypt({ name: nothing, ciphertext: text('x') }), codes.notFound);
    await fails(client.getCryptoKey({ name: nothing }), codes.notFound);
    await fails(client.createKeyRing({ parent: location, keyRingId: ringId }), codes.exists);
    await fails(
      client.createCryptoKey({ parent: ring, cryptoKeyId: 'a b', cryptoKey: { purpose: 'ENCRYPT_DECRYPT' } }),
      codes.invalid,
    );
    await fails(client.createCryptoKey({ parent: ring, cryptoKeyId: 'x', cryptoKey: {} }), codes.invalid);
    await fails(
      client.createCryptoKey({ parent: `${location}/keyRings/no`, cryptoKeyId: 'x', cryptoKey: { purpose: 1 } }),
      codes.notFound,
    );
    const mac = await createKey({ purpose: 'MAC', versionTemplate: { algorithm: 'HMAC_SHA256' } });
    await fails(encrypt(mac, text('x')), codes.precondition);
    await fails(client.updateCryptoKeyPrimaryVersion({ name: mac, cryptoKeyVersionId: '1' }), codes.precondition);
    const bare = await client.createCryptoKey({
      parent: ring,
      cryptoKeyId: `bare-${transport}`,
      cryptoKey: { purpose: 'ENCRYPT_DECRYPT' },
      skipInitialVersionCreation: true,
    });
    await fails(encrypt(bare[0].name!, text('x')), codes.precondition);
    await fails(client.macSign({ name: `${mac}/cryptoKeyVersions/1`, data: text('x') }), codes.unimplemented);
  });

  test('rights and logins', async () => {
    const name = await createKey();
    kms.deny('cloudkms.cryptoKeyVersions.useToEncrypt', name);
    await fails(encrypt(name, text('x')), codes.denied);
    kms.allow('cloudkms.cryptoKeyVersions.useToEncrypt', name);
    await encrypt(name, text('x'));
  });

  test('random bytes', async () => {
    const request = { location, lengthBytes: 32, protectionLevel: 'HSM' as const };
    const [{ data, dataCrc32c }] = await client.generateRandomBytes(request);
    expect((data as Buffer).length).toBe(32);
    expect(String(dataCrc32c!.value)).toBe(String(slowCrc32c(data as Buffer)));
    await fails(client.generateRandomBytes({ ...request, lengthBytes: 7 }), codes.invalid);
    await fails(client.generateRandomBytes({ ...request, protectionLevel: 'SOFTWARE' }), codes.invalid);
  });
});

test('a token that is asked for is asked for', async () => {
  const [good, bad] = [connect('rest'), connect('rest', 'stolen')];
  kms.token = 'test-token';
  const name = await kms.createKey('guarded');
  await good.encrypt({ name, plaintext: text('x') });
  await expect(bad.encrypt({ name, plaintext: text('x') })).rejects.toMatchObject({ code: codes.unauthenticated });
  kms.token = undefined;
  await Promise.all([good.close(), bad.close()]);
});
