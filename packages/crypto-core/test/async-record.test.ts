// Records through WebCrypto: the bytes, the errors and the refusals of the synchronous calls.
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { assembleCrypto } from '../src/assemble-crypto.ts';
import { createCrypto } from '../src/create-crypto.ts';
import type { Crypto, RandomBytes } from '../src/crypto.ts';
import { webCryptoAbove } from '../src/engines/crossover.ts';
import { inlineSources } from '../src/engines/inline-sources.ts';
import type { EngineSources } from '../src/engines/select-engine.ts';
import { createWasmEngine } from '../src/engines/wasm.ts';
import { compileInline } from '../src/engines/wasm-inline.ts';
import { engineNames } from './engine-names.ts';
import { sample } from './engine-suite.ts';

const context = { job: sample(16), kind: 'import', surface: 'payload' };
const aes = { algorithm: 'aes-256-gcm' } as const;
const chunk = 16_384;
const lengths = [0, 1, 1_000, chunk - 1, chunk, chunk + 1, 2 * chunk, 16 * chunk, 17 * chunk + 5, 40 * chunk];
const { subtle } = globalThis.crypto;
const code = (value: string) => expect.objectContaining({ code: value });

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** WebCrypto does every AES record; `engine` derives. */
function throughWebCrypto(engine: 'wasm' | 'native' | 'noble' = 'wasm', randomBytes?: RandomBytes): Crypto {
  const builtin = vi.spyOn(process, 'getBuiltinModule');
  if (engine === 'noble') builtin.mockReturnValue(undefined as never);
  const sources = engine === 'wasm' ? inlineSources() : {};
  const crypto = assembleCrypto({ ...sources, webCryptoAbove: -1 }, randomBytes ? { randomBytes } : {});
  builtin.mockRestore();
  expect(crypto.engine).toBe(engine);
  return crypto;
}

async function outcome(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'no error';
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
}

function withByte(bytes: Uint8Array, at: number, mask = 0x10): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ mask : byte));
}

describe.each(['wasm', 'native', 'noble'] as const)('derived by %s', (engine) => {
  test('the same salt gives the record of seal, and each opens what the other sealed', async () => {
    const crypto = throughWebCrypto(engine, sample);
    const whole = createCrypto({ engine: 'noble', randomBytes: sample });
    const key = crypto.importKey(sample(32), aes);
    const otherKey = whole.importKey(sample(32), aes);
    const encrypt = vi.spyOn(subtle, 'encrypt');
    const decrypt = vi.spyOn(subtle, 'decrypt');
    let chunks = 0;
    for (const length of lengths) {
      const flags = { compressed: length % 2 === 0, padded: length % 3 === 0 };
      const record = await crypto.sealAsync(key, sample(length), context, flags);
      const expected = whole.seal(otherKey, sample(length), context, flags);
      expect(Buffer.compare(record, expected), `record of ${length}`).toBe(0);
      const opened = await crypto.openAsync(key, expected, context);
      expect(Buffer.compare(opened.plaintext, sample(length)), `plaintext of ${length}`).toBe(0);
      expect(opened).toEqual({ plaintext: opened.plaintext, ...flags });
      chunks += Math.floor(length / chunk) + 1;
    }
    expect([encrypt.mock.calls.length, decrypt.mock.calls.length]).toEqual([chunks, chunks]);
  });

  test('any plaintext and context: the record of seal', async () => {
    const crypto = throughWebCrypto(engine, sample);
    const whole = createCrypto({ engine: 'noble', randomBytes: sample });
    const key = crypto.importKey(sample(32), aes);
    const otherKey = whole.importKey(sample(32), aes);
    const plaintexts = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.nat(3 * chunk).map(sample));
    const contexts = fc.dictionary(
      fc.string({ unit: 'grapheme' }),
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array()),
    );
    await fc.assert(
      fc.asyncProperty(plaintexts, contexts, async (plaintext, bound) => {
        const record = await crypto.sealAsync(key, plaintext, bound);
        expect(Buffer.compare(record, whole.seal(otherKey, plaintext, bound))).toBe(0);
        expect(Buffer.compare((await crypto.openAsync(key, record, bound)).plaintext, plaintext)).toBe(0);
      }),
    );
  });
});

describe('refuses what open refuses, with its code', () => {
  const crypto = throughWebCrypto();
  const key = crypto.importKey(sample(32), aes);

  async function expectSame(record: Uint8Array, bound: typeof context | object = context): Promise<string> {
    const expected = await outcome(() => crypto.open(key, record, bound as never));
    expect(await outcome(() => crypto.openAsync(key, record, bound as never))).toBe(expected);
    return expected;
  }

  test('every flipped bit', async () => {
    const record = crypto.seal(key, sample(20), context);
    const found = new Set<string>();
    for (let bit = 0; bit < record.length * 8; bit++) {
      found.add(await expectSame(withByte(record, bit >> 3, 1 << (bit & 7))));
    }
    expect([...found].sort()).toEqual(['key_unknown', 'record_malformed', 'seal_broken']);
  });

  test('a flipped bit anywhere in a record of many chunks', async () => {
    const record = crypto.seal(key, sample(20 * chunk), context);
    await fc.assert(
      fc.asyncProperty(fc.nat(record.length - 1), fc.nat(7), async (at, bit) => {
        expect(await expectSame(withByte(record, at, 1 << bit))).not.toBe('no error');
      }),
      { numRuns: 60 },
    );
  });

  test('chunks that were cut off, swapped, repeated', async () => {
    const record = crypto.seal(key, sample(2 * chunk + 100), context);
    const part = (i: number) => record.subarray(68 + i * 16_400, 68 + (i + 1) * 16_400);
    const start = record.subarray(0, 68);
    for (const order of [[0, 2], [0, 1], [0], [], [1, 0, 2], [0, 0, 2], [0, 1, 2, 2], [2, 1, 0], [1, 2]]) {
      const forged = new Uint8Array(Buffer.concat([start, ...order.map(part)]));
      expect(await expectSame(forged), order.join()).not.toBe('no error');
    }
    for (const length of [0, 11, 67, 83, 84, 68 + 16_399, 68 + 16_400, 68 + 16_415, record.length - 1]) {
      expect(await expectSame(record.slice(0, length)), `${length}`).not.toBe('no error');
    }
    expect(await expectSame(record)).toBe('no error');
  });

  test('another context, another key, a key of the other suite', async () => {
    const record = crypto.seal(key, sample(2 * chunk), context);
    expect(await expectSame(record, { ...context, kind: 'export' })).toBe('seal_broken');
    const stranger = crypto.importKey(sample(33).slice(1), { ...aes, handle: key.handle });
    await expect(crypto.openAsync(stranger, record, context)).rejects.toEqual(code('seal_broken'));
    const chacha = crypto.importKey(sample(32), { algorithm: 'chacha20-poly1305' });
    await expect(crypto.openAsync(chacha, record, context)).rejects.toEqual(code('seal_broken'));
  });

  test('arguments that are wrong, by rejections', async () => {
    const detached = sample(100);
    structuredClone(detached.buffer, { transfer: [detached.buffer as ArrayBuffer] });
    const gone = crypto.importKey(sample(32), aes);
    gone.dispose();
    const wrong: [unknown, unknown, unknown][] = [
      [gone, sample(100), context],
      [{ ...key }, sample(100), context],
      [key, detached, context],
      [key, new Uint8Array(new SharedArrayBuffer(100)), context],
      [key, new Uint8Array(2 ** 30 + 1), context],
      [key, sample(100), { job: '\ud800' }],
      [key, sample(100), { job: 'x'.repeat(70_000) }],
      ...['text', null, undefined, [1], new ArrayBuffer(100)].map((bad): [unknown, unknown, unknown] => [
        key,
        bad,
        context,
      ]),
      ...['text', null, undefined].map((bad): [unknown, unknown, unknown] => [key, sample(100), bad]),
    ];
    for (const [i, given] of wrong.entries()) {
      const [held, bytes, bound] = given as [typeof key, Uint8Array, typeof context];
      const sealing = await outcome(() => crypto.seal(held, bytes, bound));
      expect(sealing, `call ${i}`).not.toBe('no error');
      const promise = crypto.sealAsync(held, bytes, bound); // does not throw
      expect(await outcome(() => promise), `sealAsync ${i}`).toBe(sealing);
      const opening = await outcome(() => crypto.open(held, bytes, bound));
      expect(await outcome(() => crypto.openAsync(held, bytes, bound)), `openAsync ${i}`).toBe(opening);
    }
  });
});

test('arrays whose own properties lie are taken as what they are', async () => {
  const crypto = throughWebCrypto();
  const key = crypto.importKey(sample(32), aes);
  const lying = (bytes: Uint8Array): Uint8Array =>
    Object.defineProperties(bytes.slice(), {
      length: { value: 10 },
      subarray: { value: () => sample(400_000) },
      slice: { value: () => sample(400_000) },
    });
  const record = await crypto.sealAsync(key, lying(sample(3 * chunk)), context);
  expect(Buffer.compare(crypto.open(key, record, context).plaintext, sample(3 * chunk))).toBe(0);
  expect(Buffer.compare((await crypto.openAsync(key, lying(record), context)).plaintext, sample(3 * chunk))).toBe(0);
  await expect(crypto.openAsync(key, lying(withByte(record, chunk)), context)).rejects.toEqual(code('seal_broken'));
});

test('nothing is imported or decrypted when the commitment is another', async () => {
  const crypto = throughWebCrypto();
  const key = crypto.importKey(sample(32), aes);
  const record = crypto.seal(key, sample(2 * chunk), context);
  const importKey = vi.spyOn(subtle, 'importKey');
  const decrypt = vi.spyOn(subtle, 'decrypt');
  await expect(crypto.openAsync(key, withByte(record, 50), context)).rejects.toEqual(code('seal_broken'));
  expect(importKey).not.toHaveBeenCalled();
  expect(decrypt).not.toHaveBeenCalled();
});

test('the key of a message is imported once, is not extractable, and its bytes are wiped', async () => {
  const crypto = throughWebCrypto();
  const key = crypto.importKey(sample(32), aes);
  const importKey = vi.spyOn(subtle, 'importKey');
  const record = await crypto.sealAsync(key, sample(5 * chunk), context);
  await crypto.openAsync(key, record, context);
  importKey.mockRejectedValueOnce(new Error('no room'));
  await expect(crypto.sealAsync(key, sample(5), context)).rejects.toEqual(code('engine_failed'));
  const calls = importKey.mock.calls as unknown as [string, Uint8Array, string, boolean, string[]][];
  expect(calls.map(([, , , extractable, usages]) => [extractable, ...usages])).toEqual([
    [false, 'encrypt'],
    [false, 'decrypt'],
    [false, 'encrypt'],
  ]);
  for (const [, raw] of calls) expect(raw).toEqual(new Uint8Array(32));
});

test('a key may be disposed while calls are in flight, which leave nothing in the memory of the engine', async () => {
  const engine = createWasmEngine(compileInline());
  const memory = new Uint8Array(engine.frames.buffer);
  const fresh = memory.slice();
  const inline = inlineSources();
  const sources: EngineSources = { wasm: { ...inline.wasm!, create: () => engine }, webCryptoAbove: -1 };
  const crypto = assembleCrypto(sources, {});
  const key = crypto.importKey(sample(32), aes);
  const sealing = crypto.sealAsync(key, sample(3 * chunk), context);
  const opening = crypto.openAsync(key, crypto.seal(key, sample(2 * chunk), context), context);
  key.dispose();
  expect(memory.findIndex((byte, at) => byte !== fresh[at])).toBe(-1);
  const record = await sealing;
  expect((await opening).plaintext).toEqual(sample(2 * chunk));
  await expect(crypto.openAsync(key, record, context)).rejects.toEqual(code('key_disposed'));
  using again = crypto.importKey(sample(32), aes);
  expect(crypto.open(again, record, context).plaintext).toEqual(sample(3 * chunk));
});

test('many calls at once, beside synchronous ones, do not disturb each other', async () => {
  const crypto = throughWebCrypto();
  const keys = [1, 2, 3].map((i) => crypto.importKey(sample(32 + i).slice(i), aes));
  const caller = async (i: number): Promise<void> => {
    const key = keys[i % keys.length]!;
    const bound = { job: `job ${i}` };
    const plaintext = sample(i * 997);
    const sealing = crypto.sealAsync(key, plaintext, bound);
    const small = crypto.seal(key, sample(i), bound);
    const opening = crypto.openAsync(key, await sealing, bound);
    expect(crypto.open(key, small, bound).plaintext).toEqual(sample(i));
    expect(Buffer.compare((await opening).plaintext, plaintext)).toBe(0);
  };
  await Promise.all(Array.from({ length: 60 }, (_, i) => caller(i)));
});

describe('what the caller does meanwhile', () => {
  const crypto = throughWebCrypto();
  const key = crypto.importKey(sample(32), aes);

  test('bytes that are taken away are an error', async () => {
    const plaintext = sample(3 * chunk);
    const sealing = crypto.sealAsync(key, plaintext, context);
    structuredClone(plaintext.buffer, { transfer: [plaintext.buffer as ArrayBuffer] });
    await expect(sealing).rejects.toEqual(code('input_malformed'));
    const record = crypto.seal(key, sample(3 * chunk), context);
    const opening = crypto.openAsync(key, record, context);
    structuredClone(record.buffer, { transfer: [record.buffer as ArrayBuffer] });
    await expect(opening).rejects.toEqual(code('input_malformed'));
  });

  test('a buffer that can be resized is taken, unless it shrinks', async () => {
    const growing = new Uint8Array(new ArrayBuffer(3 * chunk, { maxByteLength: 4 * chunk }));
    growing.set(sample(3 * chunk));
    const record = await crypto.sealAsync(key, growing, context);
    expect(Buffer.compare(crypto.open(key, record, context).plaintext, sample(3 * chunk))).toBe(0);
    const sealing = crypto.sealAsync(key, growing, context);
    (growing.buffer as ArrayBuffer).resize(chunk);
    await expect(sealing).rejects.toEqual(code('input_malformed'));
  });

  test('a record that changes is broken, and its flags are those that were verified', async () => {
    const record = crypto.seal(key, sample(3 * chunk), context);
    const opening = crypto.openAsync(key, record, context);
    record[3] = 3;
    const { plaintext, ...flags } = await opening;
    expect(flags).toEqual({ compressed: false, padded: false });
    expect(plaintext).toEqual(sample(3 * chunk));
    record[3] = 0;
    const second = crypto.openAsync(key, record, context);
    record[68 + chunk + 100]! ^= 1;
    await expect(second).rejects.toEqual(code('seal_broken'));
  });
});

test('what fails in WebCrypto is no verdict on the record', async () => {
  const crypto = throughWebCrypto();
  const key = crypto.importKey(sample(32), aes);
  const record = crypto.seal(key, sample(3 * chunk), context);
  const failures = [() => Promise.reject(new TypeError('gone')), async () => new ArrayBuffer(5)];
  for (const fail of failures) {
    vi.spyOn(subtle, 'encrypt').mockImplementationOnce(fail);
    await expect(crypto.sealAsync(key, sample(3 * chunk), context)).rejects.toMatchObject({
      code: 'engine_failed',
      retryable: true,
    });
    vi.spyOn(subtle, 'decrypt').mockImplementationOnce(fail);
    await expect(crypto.openAsync(key, record, context)).rejects.toEqual(code('engine_failed'));
  }
  expect((await crypto.openAsync(key, record, context)).plaintext).toEqual(sample(3 * chunk));
});

describe('who does the work', () => {
  const everything = () => [vi.spyOn(subtle, 'importKey'), vi.spyOn(subtle, 'encrypt'), vi.spyOn(subtle, 'decrypt')];

  async function goRound(
    crypto: Crypto,
    algorithm: 'aes-256-gcm' | 'chacha20-poly1305',
    length: number,
  ): Promise<void> {
    using key = crypto.importKey(sample(32), { algorithm });
    const record = await crypto.sealAsync(key, sample(length), context);
    expect((await crypto.openAsync(key, record, context)).plaintext).toEqual(sample(length));
  }

  test('a named engine does all of its calls', async () => {
    const calls = everything();
    for (const engine of engineNames) await goRound(createCrypto({ engine }), 'aes-256-gcm', 3 * chunk);
    for (const spy of calls) expect(spy).not.toHaveBeenCalled();
  });

  test('in Node node:crypto is the faster one at any length', async () => {
    const calls = everything();
    await goRound(createCrypto(), 'aes-256-gcm', 70 * chunk);
    for (const spy of calls) expect(spy).not.toHaveBeenCalled();
  });

  test('WebCrypto takes what is longer than the crossover, and no ChaCha20-Poly1305', async () => {
    const crypto = assembleCrypto({ ...inlineSources(), webCryptoAbove: 5_000 }, {});
    const [importKey] = everything();
    await goRound(crypto, 'aes-256-gcm', 5_000);
    await goRound(crypto, 'chacha20-poly1305', 3 * chunk);
    expect(importKey).not.toHaveBeenCalled();
    await goRound(crypto, 'aes-256-gcm', 5_001);
    expect(importKey).toHaveBeenCalledTimes(2);
  });

  test('a page that lacks crypto.subtle does without', async () => {
    const { getRandomValues } = globalThis.crypto;
    vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(globalThis.crypto) });
    await goRound(throughWebCrypto(), 'aes-256-gcm', 3 * chunk);
  });

  test('the crossover is the runtime’s own', () => {
    const never = Number.POSITIVE_INFINITY;
    expect([webCryptoAbove('wasm'), webCryptoAbove('native')]).toEqual([never, never]);
    vi.stubGlobal('Bun', {});
    expect(webCryptoAbove('wasm')).toBe(never);
    vi.stubGlobal('Bun', undefined);
    vi.stubGlobal('Deno', {});
    expect(webCryptoAbove('wasm')).toBeLessThan(100_000);
    vi.stubGlobal('Deno', undefined);
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
    expect(webCryptoAbove('wasm')).toBeLessThan(100_000);
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 Chrome/140' });
    vi.stubGlobal('process', undefined);
    expect(webCryptoAbove('noble')).toBeLessThan(webCryptoAbove('wasm'));
    expect(webCryptoAbove('wasm')).toBeLessThan(100_000);
  });
});
