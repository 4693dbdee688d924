import nodeCrypto from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { assembleCrypto } from '../../src/assemble-crypto.ts';
import { createCrypto } from '../../src/create-crypto.ts';
import { createNobleEngine } from '../../src/engines/noble.ts';
import type { EngineSources } from '../../src/engines/select-engine.ts';
import { sample } from '../engine-suite.ts';
import { labelled } from './labelled.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

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
  expect(createCrypto().engine).toBe('wasm');
  expectToWork();
  expect(() => createCrypto({ engine: 'native' })).toThrow(unavailable);
});

test('auto works without WebAssembly, with what a partial node:crypto has, and noble for the rest', () => {
  vi.stubGlobal('WebAssembly', undefined);
  const createCipheriv = vi.fn(nodeCrypto.createCipheriv);
  runtimeHas({ ...nodeCrypto, createCipheriv, hash: undefined, getCiphers: () => ['aes-256-gcm'] });
  expect(createCrypto().engine).toBe('native');
  expect(() => createCrypto({ engine: 'wasm' })).toThrow(unavailable);
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

test('auto splits between the wasm engine of an entry and the rest, or does without where it cannot be compiled', () => {
  const calls: string[] = [];
  const wasm = (create: () => ReturnType<typeof createNobleEngine>): EngineSources => ({
    wasm: {
      create,
      crossover: {
        record: { 'aes-256-gcm': 10, 'chacha20-poly1305': 10 },
        aead: { 'aes-256-gcm': 10, 'chacha20-poly1305': 10, 'xchacha20-poly1305': 10 },
        sha512: 10,
      },
    },
  });
  const works = wasm(() => labelled(createNobleEngine(), { name: 'wasm', calls }));
  const forbidden = wasm(() => {
    throw new ReferenceError('WebAssembly is not defined');
  });
  const crypto = assembleCrypto(works, {});
  expect(crypto.engine).toBe('wasm');
  const key = crypto.importKey(sample(32), { algorithm: 'aes-256-gcm' });
  crypto.seal(key, sample(10), {});
  crypto.seal(key, sample(11), {});
  expect(calls).toEqual(['wasm seal 10']);
  expect(assembleCrypto(works, { engine: 'wasm' }).engine).toBe('wasm');
  expect(assembleCrypto(forbidden, {}).engine).toBe('native');
  expect(() => assembleCrypto(forbidden, { engine: 'wasm' })).toThrow(unavailable);
  const faulty = wasm(() => {
    throw new TypeError('a fault');
  });
  for (const engine of ['auto', 'wasm'] as const) expect(() => assembleCrypto(faulty, { engine })).toThrow(TypeError);
  expect(() => assembleCrypto({}, { engine: 'wasm' })).toThrow(unavailable);
});

test('the wasm engine does not run on big-endian machines', () => {
  const { buffer } = Uint8Array.of(0, 0, 0, 1);
  vi.stubGlobal(
    'Uint32Array',
    class extends Uint32Array {
      static override of = () => new Uint32Array(buffer);
    },
  );
  expect(() => createCrypto({ engine: 'wasm' })).toThrow(unavailable);
  expect(createCrypto().engine).toBe('native');
});
