import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createCrypto } from '@hammerwork/crypto-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KmsFromUriOptions, kmsFromUri } from '../src/kms-from-uri.ts';
import { createPassphraseProvider } from '../src/passphrase.ts';

const context = { purpose: 'dek', key: 'payment', version: '1', scope: '' };
const key = randomBytes(32);
const base64 = key.toString('base64');
const passphrase = 'correct horse battery staple';
const light = 'memoryKiB=19456&iterations=1&parallelism=1';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hammerwork-kms-'));
  const write = async (name: string, content: string | Uint8Array, mode = 0o600) => {
    await writeFile(join(folder, name), content, { mode });
    await chmod(join(folder, name), mode);
  };
  await write('raw', key);
  await write('text', `${base64}\n`);
  await write('hex', key.toString('hex'));
  await write('open', base64, 0o644);
  await write('huge', 'x'.repeat(5000));
  await write('short', key.subarray(1));
  await write('zeros', new Uint8Array(32));
  await write('passphrase', `${passphrase}\n`);
  if (process.platform !== 'win32') execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')]);
  await write('passphrase of Windows', `${passphrase}\r\n`);
  await write('group', base64, 0o640);
  await write('others', base64, 0o604);
});
afterAll(() => rm(folder, { recursive: true }));

const env = {
  HAMMERWORK_MASTER_KEY: base64,
  OTHER: randomBytes(32).toString('base64'),
  SECRET_PHRASE: passphrase,
  EMPTY: '  ',
  ELEVEN: 'eleven byte',
};
const make = (uri: string, options: KmsFromUriOptions = {}) =>
  kmsFromUri(uri.replace('DIR', folder), { env, warn: () => {}, ...options });

describe('providers that hold the same key', () => {
  test.each([
    ['env:HAMMERWORK_MASTER_KEY', 'file:DIR/raw'],
    ['file:DIR/text', 'file:DIR/hex'],
    ['file:DIR/open?permissions=any', `static:${base64}`],
    [`static:${key.toString('base64url')}`, 'env:HAMMERWORK_MASTER_KEY'],
    [`passphrase:env:SECRET_PHRASE?${light}`, 'passphrase:file:DIR/passphrase'],
    [`passphrase:env:SECRET_PHRASE?${light}`, 'passphrase:file:DIR/passphrase of Windows'],
  ])('%s and %s open what the other wrapped', async (one, two) => {
    const allow = { env: { ...env, NODE_ENV: 'test' } };
    const [first, second] = [await make(one, allow), await make(two, allow)];
    expect(first.id).toBe(second.id);
    const dataKey = new Uint8Array(randomBytes(32));
    const wrapped = await first.wrap(dataKey.slice(), context);
    expect(await second.unwrap(wrapped, context)).toEqual(dataKey);
    expect(Buffer.from(wrapped).includes(Buffer.from(dataKey))).toBe(false);
    expect(await first.health()).toMatchObject({ ok: true });
  });
});

describe.each([
  ['env:HAMMERWORK_MASTER_KEY', 'env:OTHER'],
  [`passphrase:env:SECRET_PHRASE?${light}`, `passphrase:env:OTHER?${light}`],
])('%s', (uri, another) => {
  test('a wrapped key that was moved, changed or cut does not open', async () => {
    const kms = await make(uri);
    const wrapped = await kms.wrap(new Uint8Array(randomBytes(32)), context);
    const broken = { code: 'wrap_broken', kind: 'key_gone' };
    for (const [name, value] of Object.entries({ purpose: 'store', key: 'payments', version: '2', scope: 't' })) {
      await expect(kms.unwrap(wrapped, { ...context, [name]: value })).rejects.toMatchObject(broken);
    }
    for (const at of [0, 4, 12, wrapped.length - 1]) {
      const changed = wrapped.slice();
      changed[at]! ^= 1;
      await expect(kms.unwrap(changed, context)).rejects.toMatchObject(broken);
    }
    for (const length of [0, 1, 22, 84, wrapped.length - 1]) {
      await expect(kms.unwrap(wrapped.slice(0, length), context)).rejects.toMatchObject(broken);
    }
  });

  test('another master key does not open it', async () => {
    const wrapped = await (await make(uri)).wrap(new Uint8Array(randomBytes(32)), context);
    await expect((await make(another)).unwrap(wrapped, context)).rejects.toMatchObject({ code: 'wrap_broken' });
  });

  test('once closed it gives nothing', async () => {
    const kms = await make(uri);
    const wrapped = await kms.wrap(new Uint8Array(randomBytes(32)), context);
    await kms.close?.();
    await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'key_disposed' });
    expect(await kms.health()).toMatchObject({ ok: false });
  });
});

test('a passphrase keeps the salt and parameters the store was made with', async () => {
  const made = await make(`passphrase:env:SECRET_PHRASE?${light}`);
  const wrapped = await made.wrap(new Uint8Array(32).fill(9), context);
  const later = await make('passphrase:env:SECRET_PHRASE?memoryKiB=32768&iterations=2');
  expect(await later.unwrap(wrapped, context)).toEqual(new Uint8Array(32).fill(9));
  const second = await later.wrap(new Uint8Array(32), context);
  expect(second.slice(0, 23)).toEqual(wrapped.slice(0, 23));
  const apart = await make(`passphrase:env:SECRET_PHRASE?${light}`);
  expect((await apart.wrap(new Uint8Array(32), context)).slice(7, 23)).not.toEqual(wrapped.slice(7, 23));
});

test('without parameters a passphrase costs 64 MiB, three passes and four lanes', async () => {
  const wrapped = await (await make('passphrase:env:SECRET_PHRASE')).wrap(new Uint8Array(32), context);
  expect([...wrapped.slice(0, 7)]).toEqual([1, 0, 1, 0, 0, 3, 4]);
});

test('a derivation that failed is tried again, and one that was made is not repeated', async () => {
  const crypto = createCrypto();
  let derivations = 0;
  const importKey: typeof crypto.importKey = (...args) => {
    if (derivations++ === 0) throw new Error('no memory');
    return crypto.importKey(...args);
  };
  const kms = await make(`passphrase:env:SECRET_PHRASE?${light}`, { crypto: { ...crypto, importKey } });
  await expect(kms.wrap(new Uint8Array(32), context)).rejects.toThrow('no memory');
  const wrapped = await kms.wrap(new Uint8Array(32), context);
  await kms.unwrap(wrapped, context);
  expect(derivations).toBe(2);
});

test('the table cannot order a derivation of any size', async () => {
  const kms = await make(`passphrase:env:SECRET_PHRASE?${light}`);
  const wrapped = await kms.wrap(new Uint8Array(32), context);
  for (const [at, byte] of [
    [1, 0xff],
    [3, 0x4b],
    [5, 0xff],
    [6, 0],
    [6, 17],
    [0, 2],
  ] as const) {
    const changed = wrapped.slice();
    changed[at] = byte;
    await expect(kms.unwrap(changed, context)).rejects.toMatchObject({ code: 'wrap_broken' });
  }
});

test('nor any number of them: a store has one salt, and a few more come by imports', async () => {
  const kms = await make(`passphrase:env:SECRET_PHRASE?${light}`);
  const wrapped = await kms.wrap(new Uint8Array(32), context);
  const codes: string[] = [];
  for (let salt = 0; salt < 17; salt++) {
    const other = wrapped.slice().fill(salt, 7, 23);
    codes.push(
      await kms.unwrap(other, context).then(
        () => 'opened',
        (error: Error) => (error.message.includes('more salts') ? 'refused' : 'tried'),
      ),
    );
  }
  expect(codes).toEqual([...Array(15).fill('tried'), 'refused', 'refused']);
  expect(await kms.unwrap(wrapped, context)).toHaveLength(32);
});

describe('predecessor K1, K2, K5, K24: no key is made of what is not one', () => {
  test.each([
    ['env:MISSING', 'master_key_missing'],
    ['env:EMPTY', 'master_key_missing'],
    ['env:SECRET_PHRASE', 'master_key_malformed'],
    ['file:DIR/nothing', 'master_key_missing'],
    ['file:DIR/short', 'master_key_malformed'],
    ['file:DIR/huge', 'master_key_malformed'],
    ['file:DIR/zeros', 'master_key_malformed'],
    ['file:DIR/open', 'file_unsafe'],
    ['file:DIR', 'master_key_malformed'],
    ['file:/dev/zero?permissions=any', 'master_key_malformed'],
    ['file:DIR/pipe', 'master_key_malformed'],
    ['passphrase:file:DIR/pipe', 'master_key_malformed'],
    ['file:DIR/group', 'file_unsafe'],
    ['file:DIR/others', 'file_unsafe'],
    ['passphrase:file:DIR/open', 'file_unsafe'],
    ['passphrase:env:MISSING', 'master_key_missing'],
    ['passphrase:env:EMPTY', 'master_key_malformed'],
    ['passphrase:env:ELEVEN', 'master_key_malformed'],
    [`static:${base64.slice(0, 40)}`, 'master_key_malformed'],
    [`static:${key.subarray(0, 31).toString('base64')}`, 'master_key_malformed'],
    [`static:${Buffer.concat([key, key]).toString('base64')}`, 'master_key_malformed'],
    ['static:not+base64!', 'master_key_malformed'],
  ])('%s: %s', async (uri, code) => {
    const failed = make(uri, { allow: ['static'] });
    await expect(failed).rejects.toMatchObject({ name: 'KmsError', code });
  });
});

test.skipIf(process.platform !== 'linux')('no more is read than a key has, whatever size the file tells', async () => {
  await expect(make('file:/proc/self/smaps?permissions=any')).rejects.toMatchObject({
    code: 'master_key_malformed',
    message: expect.stringContaining('more than 4096 bytes'),
  });
});

test.each(['constructor', 'toString', '__proto__'])(
  'a variable named %s is not there because every object has such a member',
  async (name) => {
    for (const uri of [`env:${name}`, `passphrase:env:${name}`]) {
      for (const options of [{ env: {} }, {}]) {
        await expect(kmsFromUri(uri, options)).rejects.toMatchObject({ code: 'master_key_missing' });
      }
    }
  },
);

describe('a static key', () => {
  test('is refused outside tests, unless allowed by name, and warns', async () => {
    const warnings: string[] = [];
    const warn = (message: string) => void warnings.push(message);
    await expect(make(`static:${base64}`, { warn })).rejects.toMatchObject({ code: 'provider_refused' });
    await expect(make(`static:${base64}`, { warn, env: { NODE_ENV: 'production' } })).rejects.toMatchObject({
      code: 'provider_refused',
    });
    expect(warnings).toEqual([]);
    await make(`static:${base64}`, { warn, allow: ['static'] });
    await make(`static:${base64}`, { warn, env: { NODE_ENV: 'test' } });
    expect(warnings.length).toBe(2);
  });
});

describe('the grammar', () => {
  test.each([
    '',
    'env',
    'env:',
    'ENV:HAMMERWORK_MASTER_KEY',
    'rot13:x',
    'azure://vault/keys/k',
    'env:A-B',
    'env:NAME?region=x',
    'env:NAME?',
    'env:NAME#fragment',
    'file:/x?mode=any',
    'file:/x?permissions=some',
    'file:/x?permissions=any&permissions=any',
    'file:/x?permissions=',
    'file:/x?=any',
    'file://host/x',
    'file:%zz',
    'static:AAAA?permissions=any',
    'passphrase:hunter2hunter2',
    'passphrase:env:SECRET_PHRASE?memoryKiB=64MB',
    'passphrase:env:SECRET_PHRASE?memory=65536',
    'passphrase:env:SECRET_PHRASE?iterations=-1',
  ])('refuses %j', async (uri) => {
    await expect(make(uri)).rejects.toMatchObject({ code: 'uri_malformed', kind: 'input' });
  });

  test('what is no text is a mistake of the program, and what is no name is not repeated', async () => {
    await expect(kmsFromUri(undefined as never)).rejects.toThrow(TypeError);
    // A key where its parameter should be: 32 bytes are 43 units of base64 and their mark.
    for (const name of ['per/mission', 'k'.repeat(43)]) {
      const error = await make(`file:/x?${name}=any`).catch((reason: Error) => reason.message);
      expect(error).toContain('not of the form NAME=VALUE');
      expect(error).not.toContain(name);
    }
  });

  test('parameters out of range are told at once', async () => {
    for (const wrong of ['memoryKiB=19455', 'memoryKiB=1048577', 'iterations=17', 'parallelism=17', 'parallelism=0'])
      await expect(make(`passphrase:env:SECRET_PHRASE?${wrong}`)).rejects.toThrow(RangeError);
    const options = { passphrase: new TextEncoder().encode(passphrase), iterations: 1.5 };
    expect(() => createPassphraseProvider(options)).toThrow(RangeError);
  });
});

test('no key or passphrase in any error, inspect or JSON output', async () => {
  const seen: unknown[] = [];
  const env = { KEY: base64, SHORT: base64.slice(1), PHRASE: passphrase };
  for (const uri of [
    'env:KEY',
    'env:SHORT',
    `static:${base64}`,
    `static:${base64}?x=1`,
    `static:${base64}?`,
    `rot:${base64}`,
    `passphrase:${passphrase}`,
    `passphrase:env:PHRASE?${light}`,
  ]) {
    seen.push(await make(uri, { env }).catch((error: unknown) => error));
  }
  const kms = await make('env:KEY', { env });
  seen.push(await kms.unwrap(new Uint8Array(120), context).catch((error: unknown) => error), await kms.health());
  const text = seen
    .map((item) => `${inspect(item, { depth: 20, showHidden: true })}${JSON.stringify(item)}`)
    .join('\n');
  for (const secret of [
    base64.slice(1, 30),
    key.toString('hex').slice(0, 24),
    [...key.subarray(0, 6)].join(', '),
    passphrase,
  ]) {
    expect(text.includes(secret)).toBe(false);
  }
  expect(inspect({ uri: `static:${base64}` }).includes(base64.slice(1, 30))).toBe(true);
});
