// What is particular to AWS KMS: names, encryption context, key states, clocks, permissions, what answers have to be.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { type HttpFaultProxy, sharedServer, startHttpFaultProxy } from '@hammerwork/test-kit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encryptionContextOf } from '../src/aws.ts';
import { type KmsFromUriOptions, kmsFromUri } from '../src/kms-from-uri.ts';
import { context, newKey } from './kms-suite.ts';

const moto = await sharedServer('moto');

describe.skipIf(!moto)('AWS KMS', () => {
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const client = new KMSClient({ region: 'eu-west-1', endpoint: moto?.url ?? '', credentials });
  let proxy: HttpFaultProxy;
  beforeEach(async () => {
    proxy = await startHttpFaultProxy(moto!.url);
  });
  afterEach(() => proxy.close());

  const createKey = async () =>
    (await client.send(new CreateKeyCommand({ KeyUsage: 'ENCRYPT_DECRYPT' }))).KeyMetadata!.Arn!;
  const open = (name: string, options: KmsFromUriOptions = {}) =>
    kmsFromUri(`aws://${name}${name.includes('?') ? '&' : '?'}endpoint=${proxy.url}`, {
      clientConfig: { credentials },
      ...options,
    });
  const targets = () =>
    proxy.requests.map(({ headers }) => String(headers['x-amz-target']).replace('TrentService.', ''));
  const bodies = () => proxy.requests.map(({ body }) => JSON.parse(body));

  test('an alias and a key id mean the key they name now; one that is pointed elsewhere is another master key', async () => {
    const [arn, another] = [await createKey(), await createKey()];
    const alias = `alias/test-${arn.slice(-12)}`;
    await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: arn }));
    const byAlias = await open(`${alias}?region=eu-west-1`);
    expect(byAlias.id).toBe(`aws/${arn}`);
    expect((await open(`${arn.split('/')[1]}?region=eu-west-1`)).id).toBe(byAlias.id);
    expect((await open(arn.replace(/key\/.*/, alias))).id).toBe(byAlias.id);
    await client.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId: another }));
    const wrapped = await byAlias.wrap(newKey(), context);
    expect(bodies().at(-1).KeyId).toBe(arn);
    expect((await open(`${alias}?region=eu-west-1`)).id).toBe(`aws/${another}`);
    expect((await (await open(arn)).unwrap(wrapped, context)).length).toBe(32);
  });

  test('an ARN needs no look-up: no call before the first key', async () => {
    const arn = await createKey();
    const kms = await open(arn);
    expect(targets()).toEqual([]);
    const wrapped = await kms.wrap(newKey(), context);
    await kms.unwrap(wrapped, context);
    await kms.rewrap!(wrapped, context);
    expect(targets()).toEqual(['Encrypt', 'Decrypt', 'ReEncrypt']);
    expect(bodies().map((body) => body.KeyId ?? body.SourceKeyId)).toEqual([arn, arn, arn]);
  });

  test('the encryption context has key id and version for IAM, no empty value, and a digest of exactly all of it', () => {
    const made = encryptionContextOf(context);
    expect(made).toEqual({
      purpose: 'dek',
      key: 'payment',
      version: '1',
      hammerwork: expect.stringMatching(/^1 \S{43}$/),
    });
    expect(encryptionContextOf({ ab: 'c' }).hammerwork).not.toBe(encryptionContextOf({ a: 'bc' }).hammerwork);
    expect(encryptionContextOf({ a: '' }).hammerwork).not.toBe(encryptionContextOf({}).hammerwork);
    expect(() => encryptionContextOf({ hammerwork: 'x' })).toThrow(TypeError);
  });

  test('a key that is disabled or about to be deleted waits for a person, and serves again when enabled', async () => {
    const arn = await createKey();
    const kms = await open(arn);
    const key = newKey();
    const wrapped = await kms.wrap(key.slice(), context);
    const unusable = { code: 'kms_key_unusable', kind: 'unavailable' };
    const KeyId = arn.split('/')[1]!;
    await client.send(new DisableKeyCommand({ KeyId }));
    expect(await kms.health()).toEqual({ ok: false, detail: expect.stringContaining('Disabled') });
    await client.send(new EnableKeyCommand({ KeyId }));
    expect(await kms.unwrap(wrapped, context)).toEqual(key);
    await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    expect(await kms.health()).toEqual({ ok: false, detail: expect.stringContaining('PendingDeletion') });
    await expect(open('alias/nothing?region=eu-west-1')).rejects.toMatchObject(unusable);
  });

  test('one attempt is one request: the SDK does not retry by itself', async () => {
    const kms = await open(await createKey(), { policy: { maxRetries: 0 } });
    proxy.fault = () => ({ kind: 'answer', status: 500, body: '{"__type":"KMSInternalException"}' });
    await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({ code: 'kms_unavailable' });
    expect(proxy.requests.length).toBe(1);
  });

  test('a clock that is off: what AWS refuses for its time is signed anew with the time that AWS said', async () => {
    const kms = await open(await createKey(), { policy: { baseDelayMs: 1 } });
    const theirs = new Date(Date.now() + 3_600_000);
    let refused = false;
    proxy.fault = () => {
      if (refused) return undefined;
      refused = true;
      return {
        kind: 'answer',
        status: 403,
        headers: { date: theirs.toUTCString(), 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify({ __type: 'InvalidSignatureException', message: 'Signature expired' }),
      };
    };
    expect((await kms.wrap(newKey(), context)).length).toBeGreaterThan(0);
    const [first, second] = proxy.requests.map(({ headers }) =>
      Number(String(headers['x-amz-date']).replace(/\D/g, '')),
    );
    expect(second! - first!).toBeGreaterThan(5_000); // HHMMSS: about an hour
  });

  test('without credentials it refuses at once and says so', async () => {
    const noCredentials = async () => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      });
    };
    const kms = await open(await createKey(), { clientConfig: { credentials: noCredentials } });
    await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({
      code: 'kms_refused',
      message: expect.stringContaining('CredentialsProviderError'),
    });
    expect(proxy.requests).toEqual([]);
  });

  test('an endpoint in the environment is held to the same rules', async () => {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_KMS']) {
      const env = { [name]: 'http://kms.example.com' };
      const opened = kmsFromUri(`aws://${await createKey()}`, { env });
      await expect(opened).rejects.toMatchObject({ code: 'uri_malformed', message: expect.stringContaining(name) });
    }
  });
});

describe('answers of AWS KMS', () => {
  const arn = 'arn:aws:kms:eu-west-1:123456789012:key/75e2bcfb-984f-4e65-8658-eb6c6d3a9c8f';
  const other = arn.replace('75e2', '0000');
  const wrapped = new Uint8Array(40);
  const wrong = { code: 'kms_answer_wrong' };
  const answering = (answer: object) =>
    vi.spyOn(KMSClient.prototype, 'send').mockImplementation((async () => answer) as never);
  const open = (key: string) =>
    kmsFromUri(`aws://${key}`, {
      policy: { maxRetries: 0 },
      clientConfig: { credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' } },
    });
  afterEach(() => void vi.restoreAllMocks());

  test('a key is taken out of its answer and wiped there, also where the answer is not used', async () => {
    const kms = await open(arn);
    const key = new Uint8Array(32).fill(7);
    for (const KeyId of [arn, other, undefined]) {
      const Plaintext = key.slice();
      answering({ Plaintext, KeyId });
      const unwrapping = kms.unwrap(wrapped, context);
      if (KeyId === arn) expect(await unwrapping).toEqual(key);
      else await expect(unwrapping).rejects.toMatchObject(wrong);
      expect(Plaintext).toEqual(new Uint8Array(32));
    }
  });

  test('one without bytes, or for another key, is not used', async () => {
    const kms = await open(arn);
    const CiphertextBlob = new Uint8Array(60);
    for (const answer of [
      { KeyId: arn },
      { KeyId: arn, CiphertextBlob: new Uint8Array() },
      { KeyId: other, CiphertextBlob },
    ]) {
      answering({ ...answer, SourceKeyId: arn });
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject(wrong);
      await expect(kms.rewrap!(wrapped, context)).rejects.toMatchObject(wrong);
    }
    answering({ KeyId: arn, SourceKeyId: other, CiphertextBlob });
    await expect(kms.rewrap!(wrapped, context)).rejects.toMatchObject(wrong);
  });

  test('what AWS KMS cannot have wrapped is not sent there', async () => {
    const send = answering({});
    const kms = await open(arn);
    for (const length of [0, 6_145]) {
      for (const call of [kms.unwrap, kms.rewrap!])
        await expect(call(new Uint8Array(length), context)).rejects.toMatchObject({ code: 'wrap_broken' });
    }
    expect(send).not.toHaveBeenCalled();
  });

  test.each([
    [{ KeyUsage: 'SIGN_VERIFY', KeySpec: 'SYMMETRIC_DEFAULT' }, 'not a symmetric key'],
    [{ KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'RSA_2048' }, 'not a symmetric key'],
    [undefined, 'not a symmetric key'],
  ])('a key of another kind is not healthy: %j', async (KeyMetadata, why) => {
    answering({ KeyMetadata });
    expect(await (await open(arn)).health()).toEqual({ ok: false, detail: expect.stringContaining(why) });
  });

  test('a name has to lead to a key; a client that is no longer needed is ended', async () => {
    const destroy = vi.spyOn(KMSClient.prototype, 'destroy');
    for (const Arn of [arn.replace('key/', 'alias/'), undefined]) {
      answering({ KeyMetadata: { Arn } });
      await expect(open('alias/test?region=eu-west-1')).rejects.toMatchObject(wrong);
    }
    expect(destroy).toHaveBeenCalledTimes(2);
    await (await open(arn)).close?.();
    expect(destroy).toHaveBeenCalledTimes(3);
  });

  test('a deadline ends the exchange and not the wait alone', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const asked = once(server, 'request');
    const kms = await kmsFromUri(`aws://${arn}?endpoint=http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      policy: { attemptMs: 200, totalMs: 200 },
      clientConfig: { credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' } },
    });
    const wrapping = kms.wrap(newKey(), context).catch((error: unknown) => error);
    const [{ socket }] = (await asked) as [{ socket: Socket }];
    await once(socket, 'close');
    expect(await wrapping).toMatchObject({ code: 'kms_unavailable' });
    server.close();
  });
});
