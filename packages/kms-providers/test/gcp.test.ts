// What is particular to Google Cloud KMS: versions and their states, permissions, checks, one attempt a call.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { KeyManagementServiceClient } from '@google-cloud/kms';
import { startHttpFaultProxy } from '@hammerwork/test-kit';
import { type FakeGcpKms, startFakeGcpKms } from '@hammerwork/test-kit/gcp-kms';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { crc32c } from '../src/crc32c.ts';
import { kmsFromUri } from '../src/kms-from-uri.ts';
import type { KmsPolicyOptions } from '../src/kms-policy.ts';
import { context, newKey } from './kms-suite.ts';

let gcp: FakeGcpKms;
let admin: KeyManagementServiceClient;
let name: string;
let count = 0;
beforeAll(async () => {
  gcp = await startFakeGcpKms();
  const client = {
    getUniverseDomain: async () => 'googleapis.com',
    getRequestHeaders: async () => new Headers(),
    fetch,
  };
  admin = new KeyManagementServiceClient({
    fallback: true,
    protocol: 'http',
    apiEndpoint: '127.0.0.1',
    port: Number(new URL(gcp.restUrl).port),
    auth: { ...client, getClient: async () => client } as never,
  });
});
beforeEach(async () => {
  gcp.fault = undefined;
  name = await gcp.createKey(`key-${count++}`);
});
afterAll(async () => {
  await admin.close();
  await gcp.stop();
});

describe.each(['grpc', 'rest'] as const)('over %s', (transport) => {
  const open = (policy: KmsPolicyOptions = { maxRetries: 0 }) =>
    kmsFromUri(`gcp://${name}?transport=${transport}&endpoint=${transport === 'grpc' ? gcp.grpcUrl : gcp.restUrl}`, {
      policy,
    });

  test('wrapped bytes say which version encrypted; after a rotation new keys go under the new one, old ones open', async () => {
    const kms = await open();
    const key = newKey();
    const first = await kms.wrap(key.slice(), context);
    expect([...first.subarray(0, 5)]).toEqual([1, 0, 0, 0, 1]);
    await admin.createCryptoKeyVersion({ parent: name, cryptoKeyVersion: {} });
    await admin.updateCryptoKeyPrimaryVersion({ name, cryptoKeyVersionId: '2' });
    expect([...(await kms.wrap(newKey(), context)).subarray(0, 5)]).toEqual([1, 0, 0, 0, 2]);
    expect(await kms.unwrap(first, context)).toEqual(key);
    expect(await kms.health()).toEqual({ ok: true, detail: expect.stringContaining('primary version 2 enabled') });
  });

  test('a version that is disabled or destroyed opens nothing, and opens again when it is restored', async () => {
    const kms = await open();
    const key = newKey();
    const wrapped = await kms.wrap(key.slice(), context);
    const version = { name: `${name}/cryptoKeyVersions/1` };
    const unusable = { code: 'kms_key_unusable', kind: 'unavailable' };
    const setState = (state: 'ENABLED' | 'DISABLED') =>
      admin.updateCryptoKeyVersion({ cryptoKeyVersion: { ...version, state }, updateMask: { paths: ['state'] } });
    await setState('DISABLED');
    await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject(unusable);
    await expect(kms.wrap(newKey(), context)).rejects.toMatchObject(unusable);
    expect(await kms.health()).toMatchObject({ ok: false });
    await admin.destroyCryptoKeyVersion(version);
    await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject(unusable);
    await admin.restoreCryptoKeyVersion(version);
    await setState('ENABLED');
    expect(await kms.unwrap(wrapped, context)).toEqual(key);
  });

  test('a process that may only open does not wrap, and is told why', async () => {
    const kms = await open();
    const wrapped = await kms.wrap(newKey(), context);
    gcp.deny('cloudkms.cryptoKeyVersions.useToEncrypt', name);
    await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({ code: 'kms_refused' });
    expect((await kms.unwrap(wrapped, context)).length).toBe(32);
    gcp.deny('cloudkms.cryptoKeyVersions.useToDecrypt', name);
    await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'kms_refused' });
  });

  test('every checksum and name of an answer is checked', async () => {
    const kms = await open();
    const wrapped = await kms.wrap(newKey(), context);
    const version = `${name}/cryptoKeyVersions`;
    const changes: object[] = [
      { verifiedPlaintextCrc32c: false },
      { verifiedAdditionalAuthenticatedDataCrc32c: false },
      { ciphertextCrc32c: { value: '12' } },
      { name: `${version}-not/1` },
      { name: `${version}/0` },
      { name: `${name}0/cryptoKeyVersions/1` },
      { name: `${name.replace(/.$/, 'x')}/cryptoKeyVersions/1` },
      { ciphertext: Buffer.alloc(0), ciphertextCrc32c: { value: '0' } },
    ];
    for (const change of changes) {
      gcp.fault = () => ({ answer: (message) => ({ ...message, ...change }) });
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({ code: 'kms_answer_wrong' });
    }
    gcp.fault = () => ({ answer: (message) => ({ ...message, plaintext: Buffer.alloc(32) }) });
    await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'kms_answer_wrong' });
    const short = { plaintext: Buffer.alloc(31), plaintextCrc32c: { value: String(crc32c(Buffer.alloc(31))) } };
    gcp.fault = () => ({ answer: (message) => ({ ...message, ...short }) });
    await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'wrap_broken' });
  });

  test('checksums of all that is sent go along', async () => {
    const kms = await open();
    const before = gcp.calls.length;
    await kms.unwrap(await kms.wrap(newKey(), context), context);
    const [encrypt, decrypt] = gcp.calls.slice(before).map(({ request }) => request);
    for (const [bytes, checksum] of [
      [encrypt!.plaintext, encrypt!.plaintextCrc32c],
      [encrypt!.additionalAuthenticatedData, encrypt!.additionalAuthenticatedDataCrc32c],
      [decrypt!.ciphertext, decrypt!.ciphertextCrc32c],
      [decrypt!.additionalAuthenticatedData, decrypt!.additionalAuthenticatedDataCrc32c],
    ]) {
      expect(bytes.length).toBeGreaterThan(0);
      expect(checksum.value).toBe(String(crc32c(bytes)));
    }
  });

  test('one attempt is one call: the client does not retry by itself', async () => {
    for (const status of ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED'] as const) {
      const kms = await open();
      gcp.fault = () => ({ status });
      const before = gcp.calls.length;
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({ kind: 'unavailable' });
      expect(gcp.calls.length - before).toBe(1);
    }
  });
});

/** The logins that Google's client uses itself. */
function googleLogins() {
  const ofKms = createRequire(createRequire(import.meta.url).resolve('@google-cloud/kms'));
  return createRequire(ofKms.resolve('google-gax'))('google-auth-library');
}

test.each(['grpc', 'rest'])(
  'over %s an https endpoint on this machine hears TLS and nothing else',
  async (transport) => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const connected = once(server, 'connection');
    const authClient = new (googleLogins().OAuth2Client)();
    authClient.setCredentials({ access_token: 'ya29.TEST', expiry_date: Date.now() + 3_600_000 });
    const { port } = server.address() as AddressInfo;
    const kms = await kmsFromUri(`gcp://${name}?transport=${transport}&endpoint=https://127.0.0.1:${port}`, {
      policy: { maxRetries: 0 },
      clientConfig: { authClient },
    });
    const wrapping = kms.wrap(newKey(), context).catch((error: unknown) => error);
    const [socket] = await connected;
    const [first] = await once(socket, 'data');
    expect(first[0]).toBe(22); // a handshake record, RFC 8446 section 5.1
    socket.destroy();
    server.close();
    expect(await wrapping).toMatchObject({ code: 'kms_unavailable' });
    await kms.close?.();
  },
);

test.each(['authClient', 'auth'])(
  'with a login of Google (%s) over REST: the token goes to the service and, after a redirect, nowhere',
  async (option) => {
    const { GoogleAuth, OAuth2Client } = googleLogins();
    const authClient = new OAuth2Client();
    const token = 'ya29.PLANTED-0123456789';
    authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
    const [proxy, stranger] = [await startHttpFaultProxy(gcp.restUrl), await startHttpFaultProxy(gcp.restUrl)];
    const kms = await kmsFromUri(`gcp://${name}?transport=rest&endpoint=${proxy.url}`, {
      policy: { maxRetries: 0, breakAfter: 100 },
      clientConfig: option === 'auth' ? { auth: new GoogleAuth({ authClient }) } : { authClient },
    });
    gcp.token = token;
    const wrapped = await kms.wrap(newKey(), context);
    const { fetch } = authClient;
    gcp.token = 'another';
    const failures = [await kms.unwrap(wrapped, context).catch((error: unknown) => error)];
    gcp.token = undefined;
    for (const status of [301, 302, 303, 307, 308]) {
      proxy.fault = ({ path }) => ({ kind: 'answer', status, headers: { location: `${stranger.url}${path}` } });
      failures.push(await kms.wrap(newKey(), context).catch((error: unknown) => error));
    }
    expect(stranger.requests).toEqual([]);
    expect(authClient.fetch).toBe(fetch); // changed once and not with each call
    expect(failures.map((error) => (error as { code: string }).code)).toEqual([
      'kms_refused',
      ...Array(5).fill('kms_unavailable'),
    ]);
    for (const error of failures) expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('PLANTED');
    await kms.close?.();
    await Promise.all([proxy.close(), stranger.close()]);
  },
);

describe('answers of Google Cloud KMS', () => {
  const open = (policy: KmsPolicyOptions = { maxRetries: 0 }) =>
    kmsFromUri(`gcp://${name}?endpoint=${gcp.grpcUrl}`, { policy });
  const answering = (method: 'decrypt' | 'getCryptoKey', answer: object) =>
    vi.spyOn(KeyManagementServiceClient.prototype, method).mockImplementation((async () => [answer]) as never);
  afterEach(() => void vi.restoreAllMocks());

  test('a key is taken out of its answer and wiped there, also where its checksum is wrong', async () => {
    const kms = await open();
    const key = newKey();
    for (const value of [crc32c(key), 12]) {
      const plaintext = key.slice();
      answering('decrypt', { plaintext, plaintextCrc32c: { value } });
      const unwrapping = kms.unwrap(Uint8Array.of(1, 0, 0, 0, 1, 9), context);
      if (value === 12) await expect(unwrapping).rejects.toMatchObject({ code: 'kms_answer_wrong' });
      else expect(await unwrapping).toEqual(key);
      expect(plaintext).toEqual(new Uint8Array(32));
    }
  });

  test('what Google Cloud KMS cannot have wrapped is not sent there', async () => {
    const kms = await open();
    const decrypt = answering('decrypt', {});
    for (const wrapped of [[], [1, 0, 0, 0, 1], [2, 0, 0, 0, 1, 9], [1, ...new Uint8Array(66_565)]])
      await expect(kms.unwrap(Uint8Array.from(wrapped), context)).rejects.toMatchObject({ code: 'wrap_broken' });
    expect(decrypt).not.toHaveBeenCalled();
  });

  test.each([
    [{ name: 'another' }, 'kms_answer_wrong'],
    [{ purpose: 'ASYMMETRIC_SIGN' }, 'not a key for symmetric encryption'],
    [{ primary: {} }, 'no primary version'],
    [{ primary: undefined }, 'no primary version'],
    [{ primary: { name: 'VERSION', state: 'DISABLED' } }, 'not enabled'],
  ])('a key of which they say %j is not healthy', async (said, why) => {
    const primary = { name: `${name}/cryptoKeyVersions/1`, state: 'ENABLED' };
    answering('getCryptoKey', { name, purpose: 'ENCRYPT_DECRYPT', primary, ...said });
    expect(await (await open()).health()).toEqual({ ok: false, detail: expect.stringContaining(why) });
  });

  test('a deadline ends the call and not the wait alone; it goes along', async () => {
    const cancel = vi.fn();
    const decrypt = vi.spyOn(KeyManagementServiceClient.prototype, 'decrypt');
    decrypt.mockImplementation((() => Object.assign(new Promise(() => {}), { cancel })) as never);
    const kms = await open({ attemptMs: 20, totalMs: 20 });
    await expect(kms.unwrap(Uint8Array.of(1, 0, 0, 0, 1, 9), context)).rejects.toMatchObject({
      code: 'kms_unavailable',
    });
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(decrypt.mock.calls[0]![1]).toMatchObject({ timeout: 20 });
  });

  test('the client is ended with the provider', async () => {
    const close = vi.spyOn(KeyManagementServiceClient.prototype, 'close');
    await (await open()).close?.();
    expect(close).toHaveBeenCalledTimes(1);
  });
});

test('CRC-32C is that of RFC 3720', () => {
  const text = (value: string) => new TextEncoder().encode(value);
  expect(crc32c(text('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new Uint8Array())).toBe(0);
});
