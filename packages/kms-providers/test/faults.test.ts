// Every provider times every fault: the right key or a coded error, in time; never another key.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type HttpFault,
  type HttpFaultProxy,
  startHttpFaultProxy,
  startTcpFaultProxy,
  type TcpFault,
} from '@hammerwork/test-kit';
import type { GcpFault } from '@hammerwork/test-kit/gcp-kms';
import { afterAll, describe, expect, test } from 'vitest';
import type { KmsError } from '../src/errors.ts';
import type { KmsPolicyOptions } from '../src/kms-policy.ts';
import { context, newKey } from './kms-suite.ts';
import { openSetting, type Setting, startFakeGcpKms } from './settings.ts';

const gcp = await startFakeGcpKms();
/** What a redirect names: nothing may ever arrive here. */
const strangersRequests: unknown[] = [];
const stranger = createServer((request, response) => {
  strangersRequests.push({ url: request.url, headers: request.headers });
  response.end('{}');
});
await new Promise<void>((done) => stranger.listen(0, '127.0.0.1', done));
const strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/v1/x`;
afterAll(async () => {
  expect(strangersRequests).toEqual([]);
  stranger.close();
  await gcp.stop();
});

const deadlineMs = 2_500;
const policy: KmsPolicyOptions = {
  attemptMs: 800,
  totalMs: deadlineMs,
  maxRetries: 40,
  baseDelayMs: 20,
  maxDelayMs: 100,
  breakAfter: 100,
};
/** Where each attempt is answered: cut short by a busy machine, the last one would have the last word. */
const answered: KmsPolicyOptions = { ...policy, attemptMs: deadlineMs };
/** Where the key is to come, a busy machine may take its time. */
const patient: KmsPolicyOptions = { ...policy, totalMs: 30_000, maxRetries: 300 };
/**
 * Fails unless it settles within 110 % of the deadline. Timers of the same length go off in the order in which they were
 * set, others not: the tenth begins with the deadline, so a machine that is busy makes both late and not one.
 */
async function inTime<T>(work: Promise<T>): Promise<T | KmsError> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((done) => {
    timer = setTimeout(() => {
      timer = setTimeout(done, deadlineMs / 10, 'late');
    }, deadlineMs);
  });
  const result = await Promise.race([work.catch((error: KmsError) => error), late]);
  clearTimeout(timer);
  if (result === 'late') throw new Error(`not settled within 110 % of ${deadlineMs} ms`);
  return result;
}

/** What comes of a fault that stays. One that is retried gives the key if it passes. */
interface Case<Fault> {
  name: string;
  fault: Fault;
  code: 'right key' | KmsError['code'];
}

const retried = ['kms_unavailable', 'kms_throttled', 'kms_answer_wrong'];
const json = { 'content-type': 'application/x-amz-json-1.1' };

/** What any HTTP server may do. */
const anyHttp: Case<HttpFault>[] = [
  { name: 'hang', fault: { kind: 'hang' }, code: 'kms_unavailable' },
  { name: 'reset', fault: { kind: 'reset' }, code: 'kms_unavailable' },
  { name: 'slow first byte', fault: { kind: 'slow', ms: 150 }, code: 'right key' },
  { name: 'first byte after the deadline', fault: { kind: 'slow', ms: 4_000 }, code: 'kms_unavailable' },
  { name: 'truncated body', fault: { kind: 'truncate' }, code: 'kms_unavailable' },
  { name: '500 with HTML', fault: { kind: 'answer', status: 500, body: '<html>' }, code: 'kms_unavailable' },
  { name: '502 of a balancer', fault: { kind: 'answer', status: 502 }, code: 'kms_unavailable' },
  { name: '503', fault: { kind: 'answer', status: 503, body: '{}' }, code: 'kms_unavailable' },
  { name: '429', fault: { kind: 'answer', status: 429, body: '{}' }, code: 'kms_throttled' },
  {
    name: 'redirect to another host',
    fault: { kind: 'answer', status: 307, headers: { location: strangerUrl } },
    code: 'kms_unavailable',
  },
  {
    name: '302 to another host',
    fault: { kind: 'answer', status: 302, headers: { location: strangerUrl } },
    code: 'kms_unavailable',
  },
  {
    name: 'a clock that is an hour ahead',
    fault: { kind: 'change', headers: { date: new Date(Date.now() + 3_600_000).toUTCString() } },
    code: 'right key',
  },
];

const awsError = (status: number, type: string): HttpFault => ({
  kind: 'answer',
  status,
  headers: json,
  body: JSON.stringify({ __type: type, message: 'no' }),
});
const otherKey = 'arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000';
const awsFaults: Case<HttpFault>[] = [
  ...anyHttp.filter(({ name }) => name !== 'truncated body'),
  { name: 'truncated body', fault: { kind: 'truncate' }, code: 'kms_answer_wrong' },
  { name: 'half of the body', fault: { kind: 'cut' }, code: 'kms_answer_wrong' },
  { name: '200 with HTML', fault: { kind: 'answer', status: 200, body: '<html>' }, code: 'kms_answer_wrong' },
  {
    name: '200 with nothing',
    fault: { kind: 'answer', status: 200, headers: json, body: '{}' },
    code: 'kms_answer_wrong',
  },
  { name: 'throttled', fault: awsError(400, 'ThrottlingException'), code: 'kms_throttled' },
  { name: 'internal', fault: awsError(500, 'KMSInternalException'), code: 'kms_unavailable' },
  { name: 'denied', fault: awsError(400, 'AccessDeniedException'), code: 'kms_refused' },
  { name: '403', fault: awsError(403, 'UnrecognizedClientException'), code: 'kms_refused' },
  { name: 'disabled', fault: awsError(400, 'DisabledException'), code: 'kms_key_unusable' },
  { name: 'pending deletion', fault: awsError(400, 'KMSInvalidStateException'), code: 'kms_key_unusable' },
  { name: 'no such key', fault: awsError(400, 'NotFoundException'), code: 'kms_key_unusable' },
  { name: 'incorrect key', fault: awsError(400, 'IncorrectKeyException'), code: 'wrap_broken' },
  {
    name: 'the answer of another key',
    fault: { kind: 'change', body: (body) => JSON.stringify({ ...JSON.parse(body), KeyId: otherKey }) },
    code: 'kms_answer_wrong',
  },
];

const vaultError = (status: number, text?: string): HttpFault => ({
  kind: 'answer',
  status,
  body: JSON.stringify({ errors: text ? [text] : [] }),
});
const vaultFaults: Case<HttpFault>[] = [
  ...anyHttp,
  { name: 'half of the body', fault: { kind: 'cut' }, code: 'kms_answer_wrong' },
  { name: '200 with HTML', fault: { kind: 'answer', status: 200, body: '<html>' }, code: 'kms_answer_wrong' },
  { name: '200 with nothing', fault: { kind: 'answer', status: 200, body: '' }, code: 'kms_answer_wrong' },
  { name: 'sealed', fault: vaultError(503, 'Vault is sealed'), code: 'kms_unavailable' },
  { name: 'standby 429', fault: vaultError(429, 'Vault is in standby mode'), code: 'kms_unavailable' },
  { name: 'standby 472', fault: vaultError(472), code: 'kms_unavailable' },
  { name: 'standby 473', fault: vaultError(473), code: 'kms_unavailable' },
  { name: 'not replicated yet', fault: vaultError(412), code: 'kms_unavailable' },
  { name: 'quota', fault: vaultError(429, 'request path: rate limit quota exceeded'), code: 'kms_throttled' },
  { name: 'expired token', fault: vaultError(403, 'permission denied'), code: 'kms_refused' },
  { name: 'not there', fault: vaultError(404), code: 'kms_key_unusable' },
];

const googleError = (code: number, status: string): HttpFault => ({
  kind: 'answer',
  status: code,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error: { code, message: 'no', status } }),
});
const changeJson = (change: (answer: Record<string, string>) => object): HttpFault => ({
  kind: 'change',
  body: (body) => JSON.stringify({ ...JSON.parse(body), ...change(JSON.parse(body)) }),
});
const flip = (text: string) => Buffer.from(Buffer.from(text, 'base64').map((byte) => byte ^ 1)).toString('base64');
const restFaults: Case<HttpFault>[] = [
  ...anyHttp,
  { name: 'half of the body', fault: { kind: 'cut' }, code: 'kms_unavailable' },
  { name: '200 with HTML', fault: { kind: 'answer', status: 200, body: '<html>' }, code: 'kms_unavailable' },
  { name: '200 with nothing', fault: { kind: 'answer', status: 200, body: '{}' }, code: 'kms_answer_wrong' },
  { name: 'throttled', fault: googleError(429, 'RESOURCE_EXHAUSTED'), code: 'kms_throttled' },
  { name: '403', fault: googleError(403, 'PERMISSION_DENIED'), code: 'kms_refused' },
  { name: '401', fault: googleError(401, 'UNAUTHENTICATED'), code: 'kms_refused' },
  { name: 'disabled', fault: googleError(400, 'FAILED_PRECONDITION'), code: 'kms_key_unusable' },
  {
    name: 'wrong CRC',
    fault: changeJson(() => ({ plaintextCrc32c: '1', ciphertextCrc32c: '1' })),
    code: 'kms_answer_wrong',
  },
  {
    name: 'no CRC',
    fault: changeJson(() => ({ plaintextCrc32c: null, ciphertextCrc32c: null })),
    code: 'kms_answer_wrong',
  },
  {
    name: 'flipped bits',
    fault: changeJson(({ plaintext, ciphertext }) =>
      plaintext ? { plaintext: flip(plaintext) } : { ciphertext: flip(ciphertext!) },
    ),
    code: 'kms_answer_wrong',
  },
];

const grpcFaults: Case<GcpFault>[] = [
  { name: 'hang', fault: { hang: true }, code: 'kms_unavailable' },
  { name: 'slow', fault: { delayMs: 150 }, code: 'right key' },
  { name: 'throttled', fault: { status: 'RESOURCE_EXHAUSTED' }, code: 'kms_throttled' },
  { name: 'unavailable', fault: { status: 'UNAVAILABLE' }, code: 'kms_unavailable' },
  { name: 'internal', fault: { status: 'INTERNAL' }, code: 'kms_unavailable' },
  { name: 'denied', fault: { status: 'PERMISSION_DENIED' }, code: 'kms_refused' },
  { name: 'unauthenticated', fault: { status: 'UNAUTHENTICATED' }, code: 'kms_refused' },
  { name: 'disabled', fault: { status: 'FAILED_PRECONDITION' }, code: 'kms_key_unusable' },
  { name: 'not found', fault: { status: 'NOT_FOUND' }, code: 'kms_key_unusable' },
  {
    name: 'bytes lost on the way there',
    fault: { status: 'INVALID_ARGUMENT', message: 'The checksum in field ciphertext_crc32c did not match the data' },
    code: 'kms_answer_wrong',
  },
  {
    name: 'wrong CRC',
    fault: { answer: (m) => ({ ...m, plaintextCrc32c: { value: '1' }, ciphertextCrc32c: { value: '1' } }) },
    code: 'kms_answer_wrong',
  },
  {
    name: 'no CRC',
    fault: { answer: (m) => ({ ...m, plaintextCrc32c: null, ciphertextCrc32c: null }) },
    code: 'kms_answer_wrong',
  },
  { name: 'no answer in the answer', fault: { answer: () => ({}) }, code: 'kms_answer_wrong' },
];

const tcpFaults: Case<TcpFault>[] = [
  { name: 'TCP hang', fault: { kind: 'hang' }, code: 'kms_unavailable' },
  { name: 'TCP reset', fault: { kind: 'reset' }, code: 'kms_unavailable' },
  { name: 'TCP slow', fault: { kind: 'slow', ms: 100 }, code: 'right key' },
  { name: 'TCP cut', fault: { kind: 'cut', afterBytes: 60 }, code: 'kms_unavailable' },
];

interface Faulty {
  server: string;
  /** Undefined: no fault. A number: so many requests get it. */
  set(times: number | undefined): void;
  close(): Promise<void>;
}

/** Wraps and unwraps while the fault stays, and with a fault that passes. */
async function probe(setting: Setting, faulty: Faulty, { code }: Pick<Case<unknown>, 'code'>): Promise<void> {
  const direct = await setting.provider('faults');
  const key = newKey();
  const wrapped = await direct.wrap(key.slice(), context);
  const open = (options: KmsPolicyOptions) => setting.provider('faults', { server: faulty.server, policy: options });
  try {
    faulty.set(Number.POSITIVE_INFINITY);
    if (code === 'right key') {
      const kms = await open(patient);
      expect(await kms.unwrap(wrapped, context)).toEqual(key);
      expect(await direct.unwrap(await kms.wrap(key.slice(), context), context)).toEqual(key);
      await kms.close?.();
    } else {
      const options = code === 'kms_unavailable' ? policy : answered;
      const [unwrapping, wrapping] = [await open(options), await open(options)];
      const calls = [unwrapping.unwrap(wrapped, context), wrapping.wrap(key.slice(), context)];
      for (const failed of await Promise.all(calls.map(inTime)))
        expect(failed).toMatchObject({ name: 'KmsError', code });
      await Promise.all([unwrapping.close?.(), wrapping.close?.()]);
    }
    faulty.set(1);
    const passing = await open(patient);
    const result = await passing.unwrap(wrapped, context).catch((error: KmsError) => error);
    await passing.close?.();
    // Vault's token is looked up first, and that request may be the one with the fault.
    const right = result instanceof Uint8Array || code === 'right key' || retried.includes(code);
    if (right) expect(result).toEqual(key);
    else expect(result).toMatchObject({ name: 'KmsError', code });
  } finally {
    await faulty.close();
    await direct.close?.();
  }
}

async function behindHttp(setting: Setting, fault: HttpFault): Promise<Faulty> {
  const proxy: HttpFaultProxy = await startHttpFaultProxy(setting.server);
  let left = 0;
  proxy.fault = () => (left-- > 0 ? fault : undefined);
  return {
    server: proxy.url,
    set: (times) => {
      left = times ?? 0;
    },
    close: () => proxy.close(),
  };
}

const httpMatrix: [string, Case<HttpFault>[]][] = [
  ['aws', awsFaults],
  ['vault over fetch', vaultFaults],
  ['vault over node-vault', vaultFaults],
  ['vault-transit over fetch', vaultFaults],
  ['vault-transit over node-vault', vaultFaults],
  ['gcp-rest', restFaults],
];

for (const [name, cases] of httpMatrix) {
  const setting = await openSetting(name, gcp);
  describe.skipIf(!setting).concurrent(name, () => {
    test.each(cases)('$name: $code', async ({ fault, code }) => {
      await probe(setting!, await behindHttp(setting!, fault), { code });
    });
  });
}

describe.concurrent('gcp-grpc', async () => {
  const setting = (await openSetting('gcp-grpc', gcp))!;

  test.each(grpcFaults)('$name: $code', async ({ fault, code }) => {
    const server = await startFakeGcpKms();
    const own = (await openSetting('gcp-grpc', server))!;
    let left = 0;
    const faulty: Faulty = {
      server: own.server,
      set: (times) => {
        left = times ?? 0;
        server.fault = () => (left-- > 0 ? fault : undefined);
      },
      close: async () => {
        server.fault = undefined;
      },
    };
    await probe(own, faulty, { code });
    await server.stop();
  });

  test.each(tcpFaults)('$name: $code', async ({ fault, code }) => {
    const proxy = await startTcpFaultProxy({ port: Number(new URL(setting.server).port) });
    const faulty: Faulty = {
      server: `http://127.0.0.1:${proxy.port}`,
      set: (times) => {
        proxy.setFault(fault);
        // One that passes: gone before the first attempt is over.
        if (times === 1) setTimeout(() => proxy.setFault(undefined), 300);
      },
      close: () => proxy.close(),
    };
    await probe(setting, faulty, { code });
  });
});
