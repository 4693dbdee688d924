import nodeCrypto from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { createCrypto } from '../../src/create-crypto.ts';
import { sample } from '../engine-suite.ts';

afterEach(() => vi.restoreAllMocks());

const unavailable = expect.objectContaining({ code: 'engine_unavailable' });

function runtimeHas(builtin: unknown): void {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(builtin as never);
}

/** What one engine sealed, another opens. */
function expectToWork(): void {
  const crypto = createCrypto();
  const portable = createCrypto({ engine: 'noble' });
  for (const algorithm of ['aes-256-gcm', 'chacha20-poly1305'] as const) {
    const record = crypto.seal(crypto.importKey(sample(32), { algorithm }), sample(40), {});
    expect(portable.open(portable.importKey(sample(32), { algorithm }), record, {}).plaintext).toEqual(sample(40));
  }
}

test('auto works without node:crypto', () => {
  runtimeHas(undefined);
  expect(createCrypto().engine).toBe('noble');
  expectToWork();
  expect(() => createCrypto({ engine: 'native' })).toThrow(unavailable);
});

test('auto takes what a partial node:crypto has, and noble for the rest', () => {
  const createCipheriv = vi.fn(nodeCrypto.createCipheriv);
  runtimeHas({ ...nodeCrypto, createCipheriv, hash: undefined, getCiphers: () => ['aes-256-gcm'] });
  expectToWork();
  expect(new Set(createCipheriv.mock.calls.map(([name]) => name))).toEqual(new Set(['aes-256-gcm']));
  expect(Buffer.from(createCrypto().sha512(sample(9))).toString('hex')).toBe(
    nodeCrypto.createHash('sha512').update(sample(9)).digest('hex'),
  );
});

test('every cipher of node:crypto is asked for 16-byte tags', () => {
  const createCipheriv = vi.fn(nodeCrypto.createCipheriv);
  const createDecipheriv = vi.fn(nodeCrypto.createDecipheriv);
  runtimeHas({ ...nodeCrypto, createCipheriv, createDecipheriv });
  const crypto = createCrypto({ engine: 'native' });
  const key = crypto.importKey(sample(32), { algorithm: 'aes-256-gcm' });
  crypto.open(key, crypto.seal(key, sample(20_000), {}), {});
  const calls = [...createCipheriv.mock.calls, ...createDecipheriv.mock.calls];
  expect(calls.length).toBe(4);
  for (const [, , , options] of calls) expect(options).toEqual({ authTagLength: 16 });
});
