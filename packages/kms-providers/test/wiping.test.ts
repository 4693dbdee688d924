// Keys that pass through providers: what is not handed out, and what was only needed for a moment, is wiped.
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCrypto } from '@hammerwork/crypto-core';
import { expect, test, vi } from 'vitest';
import { kmsFromUri } from '../src/kms-from-uri.ts';
import { createLocalProvider } from '../src/local.ts';
import { createPassphraseProvider } from '../src/passphrase.ts';
import { createRemoteProvider } from '../src/remote-provider.ts';

const crypto = createCrypto();
const context = { purpose: 'dek', key: 'payment', version: '1', scope: '' };
const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

/** A service whose keys the test hands out. */
function remote(unwrap: () => Promise<Uint8Array>) {
  return createRemoteProvider({
    id: 'test/key',
    wrap: async (key) => key.slice(),
    unwrap,
    describe: async () => 'fine',
    close: async () => {},
  });
}

test('a key that comes when the provider was closed meanwhile is not handed out, and is wiped', async () => {
  const key = crypto.randomBytes(32);
  let answer = () => {};
  const provider = remote(
    () =>
      new Promise((resolve) => {
        answer = () => resolve(key);
      }),
  );
  const unwrapping = provider.unwrap(new Uint8Array(40), context).catch((error: unknown) => error);
  await provider.close?.();
  answer();
  expect(await unwrapping).toMatchObject({ code: 'provider_closed' });
  expect(isZero(key)).toBe(true);
});

test('what has another size than a key is not handed out, and is wiped', async () => {
  for (const length of [0, 31, 33]) {
    const key = new Uint8Array(length).fill(7);
    await expect(remote(async () => key).unwrap(new Uint8Array(40), context)).rejects.toMatchObject({
      code: 'wrap_broken',
    });
    expect(isZero(key)).toBe(true);
    await expect(remote(async () => key).wrap(new Uint8Array(length), context)).rejects.toThrow(RangeError);
  }
});

test('a service that gives back another key than was wrapped is not healthy, and neither key stays', async () => {
  const given = new Uint8Array(32).fill(7);
  expect(await remote(async () => given).health()).toMatchObject({
    ok: false,
    detail: expect.stringContaining('kms_answer_wrong'),
  });
  expect(isZero(given)).toBe(true);
});

test('a local master key is wiped where it came from, and what opening left behind as well', async () => {
  const opened: Uint8Array[] = [];
  const open: typeof crypto.open = (...args) => {
    const record = crypto.open(...args);
    opened.push(record.plaintext);
    return record;
  };
  const master = crypto.randomBytes(32);
  const provider = createLocalProvider(master, { source: 'test', crypto: { ...crypto, open } });
  expect(isZero(master)).toBe(true);
  const key = crypto.randomBytes(32);
  const back = await provider.unwrap(await provider.wrap(key, context), context);
  expect(back).toEqual(key);
  expect([opened.length, opened.every(isZero)]).toEqual([1, true]);
});

test('a passphrase is wiped at the close, with the keys that were derived from it', async () => {
  const passphrase = new TextEncoder().encode('a passphrase of a test');
  const made: { disposed: boolean }[] = [];
  const importKey: typeof crypto.importKey = (...args) => {
    const key = crypto.importKey(...args);
    made.push(key);
    return key;
  };
  const provider = createPassphraseProvider({
    ...{ passphrase, memoryKiB: 19_456, iterations: 1, parallelism: 1 },
    crypto: { ...crypto, importKey },
  });
  await provider.wrap(crypto.randomBytes(32), context);
  expect([made.length, made[0]?.disposed]).toEqual([1, false]);
  await provider.close?.();
  expect([isZero(passphrase), made[0]?.disposed]).toEqual([true, true]);
});

test('what a file held is wiped: a master key at once, a passphrase at the close', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hammerwork-kms-'));
  const file = join(folder, 'secret');
  const handle = await open(folder);
  const read = vi.spyOn(Object.getPrototypeOf(handle), 'read');
  await handle.close();
  const buffers = () => read.mock.calls.map(([buffer]) => buffer as Uint8Array);
  for (const content of [crypto.randomBytes(32), Buffer.from(crypto.randomBytes(32)).toString('base64')]) {
    await writeFile(file, content, { mode: 0o600 });
    await kmsFromUri(`file:${file}`);
    expect(buffers().length).toBeGreaterThan(0);
    expect(buffers().every(isZero)).toBe(true);
    read.mockClear();
  }
  await writeFile(file, 'x'.repeat(5000), { mode: 0o600 });
  await expect(kmsFromUri(`file:${file}`)).rejects.toMatchObject({ code: 'master_key_malformed' });
  expect(buffers().every(isZero)).toBe(true);
  read.mockClear();
  await writeFile(file, 'a passphrase of a test', { mode: 0o600 });
  const provider = await kmsFromUri(`passphrase:file:${file}`);
  expect(buffers().every(isZero)).toBe(false);
  await provider.close?.();
  expect(buffers().every(isZero)).toBe(true);
  read.mockRestore();
  await rm(folder, { recursive: true });
});
