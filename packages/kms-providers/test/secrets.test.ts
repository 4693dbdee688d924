// Planted tokens, keys and plaintext, looked for in everything that people or logs see: errors with their causes and
// stacks, inspect, JSON, warnings, attempts, health, and what client libraries print when they are told to debug.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { formsOf, type HttpFault, sharedServer, startHttpFaultProxy } from '@hammerwork/test-kit';
import { afterAll, describe, expect, test } from 'vitest';
import { kmsFromUri } from '../src/kms-from-uri.ts';
import { context } from './kms-suite.ts';
import { awsSecret, openSetting, startFakeGcpKms } from './settings.ts';

const gcp = await startFakeGcpKms();
afterAll(() => gcp.stop());

function textOf(item: unknown): string {
  const error = item instanceof Error ? `${item.message}${item.stack}${inspect(item.cause, { depth: 20 })}` : '';
  return `${inspect(item, { depth: 20, showHidden: true, getters: true })}${JSON.stringify(item)}${error}`;
}

const names = [
  'aws',
  'gcp-rest',
  'vault over fetch',
  'vault over node-vault',
  'vault-transit over fetch',
  'vault-transit over node-vault',
];

describe.each(names)('%s', async (name) => {
  const setting = await openSetting(name, gcp);

  test.skipIf(!setting)('nothing planted is seen', async () => {
    const seen: unknown[] = [];
    const keys = Array.from({ length: 3 }, () => new Uint8Array(randomBytes(32)));
    const proxy = await startHttpFaultProxy(setting!.server);
    const kms = await setting!.provider('secrets', {
      server: proxy.url,
      policy: {
        attemptMs: 300,
        totalMs: 300,
        maxRetries: 0,
        breakAfter: 1_000,
        onAttempt: (one) => void seen.push(one),
      },
      warn: (message) => void seen.push(message),
    });
    const note = async (work: Promise<unknown>) => {
      const result = await work.catch((error: unknown) => error);
      if (!(result instanceof Uint8Array)) seen.push(result);
      return result;
    };
    const wrapped = await (await setting!.provider('secrets')).wrap(keys[0]!.slice(), context);
    // A server that tells everything it was told, as some do in their errors.
    const echo = ({ headers, body }: { headers: object; body: string }, status: number): HttpFault => {
      const told = `${JSON.stringify(headers)} ${body}`;
      const error = { code: status, message: told, status: 'INTERNAL' };
      return {
        kind: 'answer',
        status,
        body: JSON.stringify({ errors: [told], error, message: told, __type: told, warnings: [told] }),
      };
    };
    for (const status of [200, 400, 403, 404, 429, 500, 503]) {
      proxy.fault = (request) => echo(request, status);
      await note(kms.wrap(keys[1]!.slice(), context));
      await note(kms.unwrap(wrapped, context));
      await note(kms.health());
    }
    const faults: HttpFault[] = [
      { kind: 'hang' },
      { kind: 'reset' },
      { kind: 'truncate' },
      { kind: 'cut' },
      { kind: 'answer', status: 307, headers: { location: 'http://127.0.0.1:1/stranger' } },
      { kind: 'change', body: (body) => body.replace(/[0-9]/g, '') },
      { kind: 'change', body: (body) => `${body}}` },
    ];
    for (const fault of faults) {
      proxy.fault = () => fault;
      await note(kms.wrap(keys[2]!.slice(), context));
      await note(kms.unwrap(wrapped, context));
    }
    proxy.fault = undefined;
    await note(kms.unwrap(wrapped, { ...context, version: '2' }));
    await note(kms.health());
    seen.push(kms);
    await kms.close?.();
    await note(kms.unwrap(wrapped, context));
    await proxy.close();

    const text = seen.map(textOf).join('\n');
    expect(seen.filter((item) => item instanceof Error).length).toBeGreaterThan(20);
    const secrets = [...keys, ...setting!.secrets, ...setting!.secrets.map((secret) => Buffer.from(secret, 'base64'))];
    for (const secret of secrets) {
      for (const form of formsOf(secret)) expect(form.length < 6 || !text.includes(form)).toBe(true);
    }
  });
});

test('the search finds what is planted', () => {
  const key = randomBytes(32);
  const found = (item: unknown) => formsOf(key).some((form) => textOf(item).includes(form));
  for (const item of [
    { key },
    { key: [...key] },
    key.toString('base64'),
    { key: { ...key } },
    new Error('x', { cause: { key } }),
  ]) {
    expect(found(item)).toBe(true);
  }
  expect(formsOf(awsSecret).some((form) => textOf({ a: { b: awsSecret } }).includes(form))).toBe(true);
});

test('credentials of logins are not in errors either', async () => {
  const vault = await sharedServer('vault');
  if (!vault) return;
  const env = { VAULT_ROLE_ID: 'planted-role-id-0123456789', VAULT_SECRET_ID: 'planted-secret-id-0123456789' };
  const kms = await kmsFromUri(`vault://secret/x?addr=${vault.url}`, { env, policy: { maxRetries: 0 } });
  const error = await kms.wrap(new Uint8Array(32), context).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'kms_refused' });
  for (const secret of Object.values(env)) expect(textOf(error)).not.toContain(secret);
});

/** What each library understands as being told to print everything. */
const debugging = {
  DEBUG: '*',
  GOOGLE_SDK_NODE_LOGGING: '*',
  GRPC_TRACE: 'all',
  GRPC_VERBOSITY: 'DEBUG',
  AWS_SDK_JS_LOG: '1',
};

test.each([...names, 'gcp-grpc'])(
  '%s: client libraries that are told to debug print no key and no token',
  async (name) => {
    const setting = await openSetting(name, gcp);
    if (!setting) return;
    const key = randomBytes(32);
    const program = join(import.meta.dirname, 'debug-program.ts');
    const args = ['--conditions=@hammerwork/source', program, await setting.uri('debug'), key.toString('hex')];
    const env = { ...process.env, ...setting.environment, ...debugging };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 1 << 26 });
    expect(stdout).toContain('opened, then wrap_broken');
    if (name === 'gcp-grpc') expect(stderr).toContain('Call'); // gRPC does print
    for (const secret of [key, ...setting.secrets]) {
      for (const form of formsOf(secret)) expect(form.length < 6 || !(stdout + stderr).includes(form)).toBe(true);
    }
  },
);
