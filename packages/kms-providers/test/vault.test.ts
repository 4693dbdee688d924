// What is particular to Vault: versions of secrets, kinds of keys, logins, renewal, namespaces, redirects.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  callVault,
  type HttpFaultProxy,
  sharedServer,
  startHttpFaultProxy,
  startVaultServer,
} from '@hammerwork/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestClock } from '../../key-manager/test/test-clock.ts';
import type { Environment } from '../src/env.ts';
import { type KmsFromUriOptions, kmsFromUri } from '../src/kms-from-uri.ts';
import { context, newKey } from './kms-suite.ts';
import { transports } from './settings.ts';

const vault = await sharedServer('vault');

describe.skipIf(!vault).each(transports)('Vault over %s', (transport) => {
  let proxy: HttpFaultProxy;
  beforeEach(async () => {
    proxy = await startHttpFaultProxy(vault!.url);
  });
  afterEach(() => proxy.close());

  const admin = (path: string, options?: Parameters<typeof callVault>[2]) => callVault(vault!, path, options);
  const open = (uri: string, { env, ...options }: { env?: Environment } & KmsFromUriOptions = {}) =>
    kmsFromUri(`${uri}${uri.includes('?') ? '&' : '?'}addr=${proxy.url}&transport=${transport}`, {
      env: env ?? { VAULT_TOKEN: vault!.token },
      policy: { maxRetries: 0 },
      ...options,
    });
  const paths = () => proxy.requests.map(({ method, path }) => `${method} ${path.replace('/v1/', '')}`);
  const tokens = () => proxy.requests.map(({ headers }) => headers['x-vault-token']);
  const unusable = { code: 'kms_key_unusable', kind: 'unavailable' };

  describe('key/value', () => {
    const putSecret = async (data: object, path = `key-${randomUUID()}`) => {
      await admin(`secret/data/${path}`, { body: { data } });
      return path;
    };
    const someKey = () => ({ key: randomBytes(32).toString('base64') });

    test('wrapped keys are pinned to the version of the secret: after a rotation old ones open', async () => {
      const path = await putSecret(someKey());
      const kms = await open(`vault://secret/${path}`);
      const key = newKey();
      const first = await kms.wrap(key.slice(), context);
      await putSecret(someKey(), path);
      const second = await kms.wrap(key.slice(), context);
      expect([first, second].map((wrapped) => [...wrapped.subarray(0, 5)])).toEqual([
        [1, 0, 0, 0, 1],
        [1, 0, 0, 0, 2],
      ]);
      expect(await kms.unwrap(first, context)).toEqual(key);
      expect(await kms.unwrap(second, context)).toEqual(key);
      expect(paths().slice(-2)).toEqual([`GET secret/data/${path}?version=1`, `GET secret/data/${path}?version=2`]);
      const detail = expect.stringContaining('version 2 in use, versions from 1 on kept (by default 10 at most)');
      expect(await kms.health()).toEqual({ ok: true, detail });
    });

    test('a version that is gone is told, and no other is taken in its place', async () => {
      const path = await putSecret(someKey());
      const kms = await open(`vault://secret/${path}`);
      const wrapped = await kms.wrap(newKey(), context);
      await putSecret(someKey(), path);
      await admin(`secret/destroy/${path}`, { body: { versions: [1] } });
      await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject(unusable);
      await admin(`secret/metadata/${path}`, { method: 'DELETE' });
      await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject(unusable);
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject(unusable);
    });

    test('an answer with another version of the secret is not used', async () => {
      const path = await putSecret(someKey());
      const kms = await open(`vault://secret/${path}`);
      const wrapped = await kms.wrap(newKey(), context);
      await putSecret(someKey(), path);
      const newest = JSON.stringify(await admin(`secret/data/${path}`, { method: 'GET' }));
      proxy.fault = ({ path: asked }) =>
        asked.includes('version=1') ? { kind: 'change', body: () => newest } : undefined;
      await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'kms_answer_wrong' });
    });

    test.each([
      ['31 bytes', { key: randomBytes(31).toString('base64') }],
      ['64 bytes', { key: randomBytes(64).toString('base64') }],
      ['a passphrase', { key: 'correct horse battery staple' }],
      ['no text', { key: 12 }],
      ['another field', { secret: randomBytes(32).toString('base64') }],
    ])('predecessor K5, K24: %s is no key, and nothing is made of it', async (_, data) => {
      const kms = await open(`vault://secret/${await putSecret(data)}`);
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject(unusable);
      expect(await kms.health()).toMatchObject({ ok: false });
    });
  });

  describe('transit', () => {
    const createKey = async (body: object = { derived: true }) => {
      const name = `key-${randomUUID()}`;
      await admin(`transit/keys/${name}`, { body });
      return name;
    };

    test('looks at the key first: one that is missing is refused and not made', async () => {
      const name = `missing-${randomUUID()}`;
      const kms = await open(`vault-transit://transit/${name}`);
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject(unusable);
      await expect(kms.rewrap!(wrappedText, context)).rejects.toMatchObject(unusable);
      await expect(kms.unwrap(wrappedText, context)).rejects.toMatchObject(unusable);
      expect(paths().filter((path) => path.startsWith('POST'))).toEqual([]);
      const { keys } = (await admin('transit/keys?list=true', { method: 'GET', allowed: [404] })).data ?? { keys: [] };
      expect(keys).not.toContain(name);
    });

    test.each([
      ['is not derived', {}],
      ['cannot encrypt', { type: 'ed25519' }],
      ['is a public key', { type: 'rsa-2048' }],
    ])('a key that %s is refused', async (_, body) => {
      const kms = await open(`vault-transit://transit/${await createKey(body)}`);
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject(unusable);
      await expect(kms.unwrap(wrappedText, context)).rejects.toMatchObject(unusable);
      expect(paths().filter((path) => path.startsWith('POST'))).toEqual([]);
    });

    test('rewrap goes to the newest version without showing the key, and versions can be closed', async () => {
      const name = await createKey();
      const kms = await open(`vault-transit://transit/${name}`);
      const key = newKey();
      const old = await kms.wrap(key.slice(), context);
      await admin(`transit/keys/${name}/rotate`, { body: {} });
      const before = proxy.requests.length;
      const fresh = await kms.rewrap!(old, context);
      expect(paths().slice(before)).toEqual([`GET transit/keys/${name}`, `POST transit/rewrap/${name}`]);
      expect([old, fresh].map((bytes) => Buffer.from(bytes).toString().slice(0, 9))).toEqual([
        'vault:v1:',
        'vault:v2:',
      ]);
      await admin(`transit/keys/${name}/config`, { body: { min_decryption_version: 2 } });
      expect(await kms.unwrap(fresh, context)).toEqual(key);
      await expect(kms.unwrap(old, context)).rejects.toMatchObject(unusable);
      const detail = expect.stringContaining('derived, version 2 in use, opens from 2 on');
      expect(await kms.health()).toEqual({ ok: true, detail });
    });

    test('a look at the key that failed is repeated', async () => {
      const kms = await open(`vault-transit://transit/${await createKey()}`);
      const key = newKey();
      const wrapped = await kms.wrap(key.slice(), context);
      proxy.fault = ({ path }) =>
        path.startsWith('/v1/transit/keys/') ? { kind: 'answer', status: 503, body: '{}' } : undefined;
      await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'kms_unavailable' });
      proxy.fault = undefined;
      expect(await kms.unwrap(wrapped, context)).toEqual(key);
    });

    test('many unwraps look at the key once', async () => {
      const kms = await open(`vault-transit://transit/${await createKey()}`);
      const wrapped = await kms.wrap(newKey(), context);
      const before = proxy.requests.length;
      await Promise.all(Array.from({ length: 20 }, () => kms.unwrap(wrapped, context)));
      expect(
        paths()
          .slice(before)
          .filter((path) => path.startsWith('GET')).length,
      ).toBe(1);
    });
  });

  describe('logins', () => {
    const makeRole = async (settings: object = {}) => {
      const role = `role-${randomUUID()}`;
      await admin(`sys/policies/acl/${role}`, {
        method: 'PUT',
        body: { policy: 'path "secret/data/*" { capabilities = ["read"] }' },
      });
      await admin(`auth/approle/role/${role}`, {
        body: { token_policies: role, token_ttl: '60s', token_max_ttl: '150s', ...settings },
      });
      const { role_id } = (await admin(`auth/approle/role/${role}/role-id`, { method: 'GET' })).data;
      const { secret_id } = (await admin(`auth/approle/role/${role}/secret-id`, { body: {} })).data;
      return { VAULT_ROLE_ID: role_id as string, VAULT_SECRET_ID: secret_id as string };
    };
    const secretUri = async () => {
      const path = `key-${randomUUID()}`;
      await admin(`secret/data/${path}`, { body: { data: { key: randomBytes(32).toString('base64') } } });
      return `vault://secret/${path}`;
    };
    const logins = () => paths().filter((path) => path === 'POST auth/approle/login').length;
    const renewals = () => paths().filter((path) => path === 'POST auth/token/renew-self').length;

    test('AppRole: one login for many first calls, and the token is given up at the end', async () => {
      const kms = await open(await secretUri(), { env: await makeRole() });
      await Promise.all(Array.from({ length: 10 }, () => kms.wrap(newKey(), context)));
      expect(logins()).toBe(1);
      const token = String(tokens().at(-1));
      await kms.close?.();
      expect(paths().at(-1)).toBe('POST auth/token/revoke-self');
      await expect(callVault({ url: vault!.url, token }, 'auth/token/lookup-self', { method: 'GET' })).rejects.toThrow(
        '403',
      );
    });

    test('the token is renewed before it ends, and when renewing ends there is another login', async () => {
      const clock = createWatchedClock();
      const kms = await open(await secretUri(), { env: await makeRole(), clock });
      await kms.wrap(newKey(), context);
      await clock.advance(40_000);
      await waitFor(() => clock.timers === 2);
      expect([renewals(), logins()]).toEqual([1, 1]);
      // Vault's own clock has not moved: it is told here that little of the greatest life is left.
      proxy.fault = ({ path }) =>
        path === '/v1/auth/token/renew-self'
          ? {
              kind: 'change',
              body: (body) => JSON.stringify({ auth: { ...JSON.parse(body).auth, lease_duration: 10 } }),
            }
          : undefined;
      const first = tokens().at(-1);
      await clock.advance(40_000);
      await waitFor(() => clock.timers === 4); // one for the short renewal, one for the login
      expect([renewals(), logins()]).toEqual([2, 2]);
      await kms.wrap(newKey(), context);
      expect(tokens().at(-1)).not.toBe(first);
      await kms.close?.();
    });

    test('a Vault that is away when the token is due does not end the renewing', async () => {
      const clock = createWatchedClock();
      const kms = await open(await secretUri(), { env: await makeRole(), clock });
      await kms.wrap(newKey(), context);
      proxy.fault = () => ({ kind: 'answer', status: 503, body: '{"errors":["Vault is sealed"]}' });
      await clock.advance(40_000);
      await waitFor(() => clock.timers === 2);
      proxy.fault = undefined;
      await clock.advance(10_000);
      await waitFor(() => clock.timers === 3);
      expect([renewals(), logins()]).toEqual([2, 1]);
      await kms.close?.();
    });

    test('a token that was revoked is replaced by a login, once', async () => {
      const clock = createWatchedClock();
      const kms = await open(await secretUri(), { env: await makeRole(), clock });
      await kms.wrap(newKey(), context);
      await admin('auth/token/revoke', { body: { token: tokens().at(-1) } });
      await clock.advance(20_000);
      expect((await kms.wrap(newKey(), context)).length).toBeGreaterThan(32);
      expect(logins()).toBe(2);
      await kms.close?.();
    });

    test('a token whose end has come is replaced by a login, and after the close nothing is asked', async () => {
      const clock = createWatchedClock();
      const kms = await open(await secretUri(), { env: await makeRole(), clock });
      await kms.wrap(newKey(), context);
      proxy.fault = ({ path }) =>
        path === '/v1/auth/token/renew-self' ? { kind: 'answer', status: 503, body: '{}' } : undefined;
      await clock.advance(61_000);
      await kms.wrap(newKey(), context);
      expect(logins()).toBe(2);
      await kms.close?.();
      const before = proxy.requests.length;
      await clock.advance(200_000);
      expect(proxy.requests.length).toBe(before);
    });

    test('a request that hears late that its token was revoked takes the one that another got', async () => {
      const clock = createWatchedClock();
      const kms = await open(await secretUri(), { env: await makeRole(), clock });
      await kms.wrap(newKey(), context);
      await admin('auth/token/revoke', { body: { token: tokens().at(-1) } });
      await clock.advance(20_000);
      let reads = 0;
      proxy.fault = ({ path }) =>
        path.startsWith('/v1/secret/data/') && reads++ === 0 ? { kind: 'slow', ms: 200 } : undefined;
      await Promise.all([kms.wrap(newKey(), context), kms.wrap(newKey(), context)]);
      expect([logins(), reads]).toEqual([2, 4]);
      await kms.close?.();
    });

    test('a token that was revoked just after it was renewed is replaced as well', async () => {
      const clock = createWatchedClock();
      const kms = await open(await secretUri(), { env: await makeRole(), clock });
      await kms.wrap(newKey(), context);
      await clock.advance(40_000);
      await waitFor(() => clock.timers === 2);
      await admin('auth/token/revoke', { body: { token: tokens().at(-1) } });
      expect((await kms.wrap(newKey(), context)).length).toBeGreaterThan(32);
      expect([renewals(), logins()]).toEqual([1, 2]);
      await kms.close?.();
    });

    test('a token that comes after the provider was closed is given up', async () => {
      proxy.fault = ({ path }) => (path === '/v1/auth/approle/login' ? { kind: 'slow', ms: 100 } : undefined);
      const kms = await open(await secretUri(), { env: await makeRole() });
      const wrapping = kms.wrap(newKey(), context).catch((error: unknown) => error);
      await waitFor(() => logins() === 1);
      await kms.close?.();
      expect(await wrapping).toMatchObject({ code: 'provider_closed' });
      await waitFor(() => paths().at(-1) === 'POST auth/token/revoke-self');
    });

    test('a right that is missing is not answered with logins', async () => {
      const kms = await open('vault-transit://transit/not-mine', { env: await makeRole() });
      for (let i = 0; i < 3; i++) {
        await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({ code: 'kms_refused' });
      }
      expect(logins()).toBe(1);
      await kms.close?.();
    });

    test('a wrong secret id is refused', async () => {
      const env = { ...(await makeRole()), VAULT_SECRET_ID: 'wrong' };
      const kms = await open(await secretUri(), { env });
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({ code: 'kms_refused' });
    });

    test("Kubernetes: role and the service account's token, read for each login", async () => {
      const folder = await mkdtemp(join(tmpdir(), 'hammerwork-jwt-'));
      const jwtFile = join(folder, 'token');
      await writeFile(jwtFile, 'eyJ.first.jwt\n');
      const seen: unknown[] = [];
      proxy.fault = ({ path, body }) => {
        if (path !== '/v1/auth/k8s/prod/login') return undefined;
        seen.push(JSON.parse(body));
        const auth = { client_token: vault!.token, lease_duration: 60, renewable: false };
        return { kind: 'answer', status: 200, body: JSON.stringify({ auth }) };
      };
      const clock = createWatchedClock();
      const kms = await open(
        `${await secretUri()}?auth=kubernetes&auth-mount=k8s/prod&role=worker&jwt-file=${jwtFile}`,
        { env: {}, clock },
      );
      await kms.wrap(newKey(), context);
      await writeFile(jwtFile, 'eyJ.second.jwt\n');
      const again = waitFor(() => seen.length >= 2);
      await clock.advance(40_000); // not renewable: another login
      await again;
      expect(seen).toEqual([
        { role: 'worker', jwt: 'eyJ.first.jwt' },
        { role: 'worker', jwt: 'eyJ.second.jwt' },
      ]);
      await rm(folder, { recursive: true });
      await expect(
        (await open(`${await secretUri()}?auth=kubernetes&role=w&jwt-file=${jwtFile}`)).wrap(newKey(), context),
      ).rejects.toMatchObject({
        code: 'kms_refused',
      });
    });

    test('a Vault that cannot say how long a given token lives is asked again, and the token renewed', async () => {
      const clock = createWatchedClock();
      const kms = await open(await secretUri(), { clock });
      proxy.fault = () => ({ kind: 'answer', status: 503, body: '{"errors":["Vault is sealed"]}' });
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({ code: 'kms_unavailable' });
      proxy.fault = ({ path }) =>
        path === '/v1/auth/token/lookup-self'
          ? { kind: 'answer', status: 200, body: '{"data":{"ttl":60,"renewable":true}}' }
          : undefined;
      await kms.wrap(newKey(), context);
      expect(clock.timers).toBe(1);
      await kms.close?.();
    });

    test('a token that was given is renewed; when it can no longer be, a warning says when it ends', async () => {
      const warnings: string[] = [];
      const clock = createWatchedClock();
      const { auth } = await admin('auth/token/create', {
        body: { ttl: '60s', explicit_max_ttl: '80s', policies: ['root'] },
      });
      const env = { VAULT_TOKEN: auth.client_token as string };
      const kms = await open(await secretUri(), { env, clock, warn: (message) => void warnings.push(message) });
      await kms.wrap(newKey(), context);
      proxy.fault = ({ path }) =>
        path === '/v1/auth/token/renew-self'
          ? {
              kind: 'change',
              body: (body) => JSON.stringify({ auth: { ...JSON.parse(body).auth, lease_duration: 5 } }),
            }
          : undefined;
      const warned = waitFor(() => warnings.length > 0);
      await clock.advance(40_000);
      await warned;
      expect(warnings).toEqual([expect.stringMatching(/^The Vault token ends at .* and cannot be renewed further/)]);
      expect(warnings.join()).not.toContain(env.VAULT_TOKEN);
      await kms.close?.();
      expect(paths()).not.toContain('POST auth/token/revoke-self');
    });
  });

  test('a namespace goes along and is part of the name of the master key; so is a cluster', async () => {
    const kms = await open('vault://secret/x?namespace=team/a&cluster=east');
    expect(kms.id).toBe('vault/east/team/a/secret/x');
    await kms.wrap(newKey(), context).catch(() => {});
    expect(proxy.requests[0]!.headers['x-vault-namespace']).toBe('team/a');
    const other = await open('vault://secret/x', { env: { VAULT_TOKEN: 't', VAULT_NAMESPACE: 'b' } });
    expect(other.id).toBe('vault/b/secret/x');
  });

  test('a redirect on the same server is followed, with method and body; none leaves it', async () => {
    await admin('transit/keys/redirected', { body: { derived: true } });
    const kms = await open('vault-transit://transit/redirected');
    const moved = (location: string) => ({ kind: 'answer', status: 307, headers: { location } }) as const;
    proxy.fault = ({ path }) => (path.includes('?again') ? undefined : moved(`${path}?again`));
    expect((await kms.wrap(newKey(), context)).length).toBeGreaterThan(32);
    const other = await startHttpFaultProxy(vault!.url);
    for (const location of [
      `${other.url}/v1/x`,
      'http://vault.example.com/v1/x',
      `//127.0.0.1:${new URL(other.url).port}/x`,
    ]) {
      proxy.fault = () => moved(location);
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({
        code: 'kms_unavailable',
        message: expect.stringMatching(/standby.*Nothing was sent there/s),
      });
    }
    const found = ({ path }: { path: string }) =>
      path.includes('?again') ? undefined : ({ ...moved(`${path}?again`), status: 302 } as const);
    for (const fault of [found, ({ path }: { path: string }) => moved(path), () => moved('http://[')]) {
      proxy.fault = fault;
      await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({ code: 'kms_unavailable' });
    }
    await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({ code: 'kms_unavailable' });
    expect(other.requests).toEqual([]);
    await other.close();
  });

  test('the environment cannot switch off checks of TLS, move the address or the path', async () => {
    process.env.VAULT_SKIP_VERIFY = 'true';
    process.env.VAULT_PREFIX = '/elsewhere';
    try {
      const kms = await open('vault://secret/x');
      await kms.wrap(newKey(), context).catch(() => {});
      expect(paths()).toEqual(['GET auth/token/lookup-self', 'GET secret/data/x']);
    } finally {
      delete process.env.VAULT_SKIP_VERIFY;
      delete process.env.VAULT_PREFIX;
    }
  });

  test('paths are taken as they are: nothing in a name leads elsewhere', async () => {
    for (const uri of [
      'vault://secret/a/../b',
      'vault://secret/./a',
      'vault-transit://transit/a%2F..%2Fb',
      'vault://secret/a%3Fb',
      'vault://secret/a%00',
    ]) {
      await expect(open(uri)).rejects.toMatchObject({ code: 'uri_malformed' });
    }
    const kms = await open('vault://secret/{{path}}'.replace('{{path}}', 'a b'));
    await kms.wrap(newKey(), context).catch(() => {});
    expect(paths().at(-1)).toBe('GET secret/data/a%20b');
  });
});

const wrappedText = new TextEncoder().encode(`vault:v1:${randomBytes(60).toString('base64')}`);

// A server that the environment names is not this test's to seal.
test.skipIf(!vault || process.env.HAMMERWORK_VAULT_URL)(
  'a Vault that is really sealed is unavailable, and nothing is made up meanwhile',
  async () => {
    const own = await startVaultServer();
    await callVault(own, 'transit/keys/sealed', { body: { derived: true } });
    const kms = await kmsFromUri(`vault-transit://transit/sealed?addr=${own.url}`, {
      env: { VAULT_TOKEN: own.token },
      policy: { maxRetries: 0 },
    });
    const wrapped = await kms.wrap(newKey(), context);
    await callVault(own, 'sys/seal', { method: 'PUT' });
    await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'kms_unavailable' });
    await expect(kms.wrap(newKey(), context)).rejects.toMatchObject({ code: 'kms_unavailable' });
    await own.stop();
  },
);

/** Counts the timers that were set: each token sets one, so that a test sees when it is there. */
function createWatchedClock() {
  const clock = createTestClock(Date.now());
  const watched = {
    ...clock,
    timers: 0,
    after: (ms: number, callback: () => void) => {
      watched.timers++;
      return clock.after(ms, callback);
    },
  };
  return watched;
}

/** Until the proxy or the clock has seen what is waited for. */
async function waitFor(seen: () => boolean): Promise<void> {
  while (!seen()) await new Promise((done) => setImmediate(done));
}
