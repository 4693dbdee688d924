import { afterEach, describe, expect, test, vi } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import type { Crypto, RecordKey } from '../src/crypto.ts';
import { createRandomPool } from '../src/random-pool.ts';
import { sample } from './engine-suite.ts';

const failed = expect.objectContaining({ code: 'random_failed', retryable: true });

/** Counts up over all calls, so that a byte handed out twice shows. */
function counting(): { source: (length: number) => Uint8Array; asked: number[] } {
  const asked: number[] = [];
  let next = 0;
  const source = (length: number) => {
    asked.push(length);
    return Uint8Array.from({ length }, () => next++ % 251);
  };
  return { source, asked };
}

describe('random pool', () => {
  test('hands out each byte of the source once, in order, and asks rarely', () => {
    const { source, asked } = counting();
    const pool = createRandomPool(source);
    const taken: number[] = [];
    for (let i = 0; i < 170; i++) taken.push(...pool.take(24));
    expect(taken).toEqual(Array.from({ length: 170 * 24 }, (_, i) => i % 251));
    expect(asked).toEqual([4_096]);
    pool.take(24);
    expect(asked).toEqual([4_096, 4_096]);
  });

  test('wipes what it handed out', () => {
    const held: Uint8Array[] = [];
    const from = Uint8Array.from;
    Uint8Array.from = ((...args: [never]) => {
      const copy = from.apply(Uint8Array, args);
      held.push(copy);
      return copy;
    }) as typeof from;
    try {
      const pool = createRandomPool(sample);
      const first = pool.take(100);
      expect(first).toEqual(sample(4_096).subarray(0, 100));
      expect(held[0]!.subarray(0, 100).every((byte) => byte === 0)).toBe(true);
      expect(held[0]!.subarray(100)).toEqual(sample(4_096).subarray(100));
    } finally {
      Uint8Array.from = from;
    }
  });

  test('asks the source itself for long requests', () => {
    const { source, asked } = counting();
    expect(createRandomPool(source).take(1_000).length).toBe(1_000);
    expect(asked).toEqual([1_000]);
  });

  describe('the system source', () => {
    afterEach(() => {
      vi.unstubAllGlobals();
    });

    test.each([
      ['node:crypto', { crypto: undefined }],
      ['Web Cryptography where there is no node:crypto', { process: {} }],
    ])('is %s; it fills any length', (_, missing) => {
      for (const [name, value] of Object.entries(missing)) vi.stubGlobal(name, value);
      const bytes = createRandomPool().take(200_000);
      expect(new Set(bytes).size).toBe(256);
      expect(bytes.subarray(0, 65_536)).not.toEqual(bytes.subarray(65_536, 131_072));
      expect(bytes.subarray(-32)).not.toEqual(new Uint8Array(32));
    });

    test('is refused where there is none', () => {
      vi.stubGlobal('process', {});
      vi.stubGlobal('crypto', undefined);
      expect(() => createRandomPool().take(24)).toThrow(failed);
    });
  });

  test('a length is a whole number', () => {
    for (const length of [-1, 1.5, Number.NaN]) expect(() => createRandomPool().take(length)).toThrow(RangeError);
  });
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no entropy');
    },
  ],
  ['returns too few bytes', () => new Uint8Array(5)],
  [
    'returns fewer bytes than it says',
    (length: number) => Object.defineProperty(sample(5), 'length', { value: length }),
  ],
  ['returns no bytes', () => 'random' as never],
  ['is stuck', (length: number) => new Uint8Array(length).fill(0x5a)],
])('no record is sealed when the source %s', (_, randomBytes) => {
  const crypto = createCrypto({ randomBytes });
  const key = crypto.importKey(sample(32), { algorithm: 'aes-256-gcm' });
  expect(() => crypto.seal(key, sample(5), {})).toThrow(failed);
  expect(() =>
    crypto.sealMany(key, [
      { plaintext: sample(5), context: {} },
      { plaintext: sample(5), context: {} },
    ]),
  ).toThrow(failed);
  expect(() => crypto.sealStream(key, {})).toThrow(failed);
  expect(() => crypto.randomBytes(16)).toThrow(failed);
});

describe('a source that calls back', () => {
  const algorithm = 'aes-256-gcm';

  /** The first draw runs `inside`, which draws again. */
  function callingBack(inside: (crypto: Crypto) => void): Crypto {
    let calls = 0;
    const crypto: Crypto = createCrypto({
      engine: 'wasm',
      randomBytes: (length) => {
        if (calls++ === 0) inside(crypto);
        return sample(length + calls).slice(calls);
      },
    });
    return crypto;
  }

  const sealings: [string, (crypto: Crypto, key: RecordKey) => Uint8Array | Promise<Uint8Array>][] = [
    ['seal', (crypto, key) => crypto.seal(key, sample(9), { job: 'outer' })],
    ['sealAsync', (crypto, key) => crypto.sealAsync(key, sample(9), { job: 'outer' })],
    ['sealMany', (crypto, key) => crypto.sealMany(key, [{ plaintext: sample(9), context: { job: 'outer' } }])[0]!],
    [
      'sealStream',
      async (crypto, key) => {
        const { readable, writable } = crypto.sealStream(key, { job: 'outer' });
        const writer = writable.getWriter();
        void writer.write(sample(9)).then(() => writer.close());
        return new Uint8Array(await new Response(readable).arrayBuffer());
      },
    ],
  ];

  test.each(sealings)('and seals changes nothing of %s', async (_, seal) => {
    const crypto = callingBack((inner) => {
      const other = inner.importKey(sample(33).slice(1), { algorithm });
      inner.seal(other, sample(2_000), { other: 'x'.repeat(300) });
    });
    const key = crypto.importKey(sample(32), { algorithm });
    const record = await seal(crypto, key);
    expect(crypto.open(key, record, { job: 'outer' }).plaintext).toEqual(sample(9));
  });

  test.each(sealings)('and disposes the key is seen by %s', async (_, seal) => {
    const crypto = callingBack(() => key.dispose());
    const key = crypto.importKey(sample(32), { algorithm });
    await expect((async () => seal(crypto, key))()).rejects.toMatchObject({ code: 'key_disposed' });
  });
});

test('a source that fails once fails one call', () => {
  let calls = 0;
  const crypto = createCrypto({
    randomBytes: (length) => {
      if (calls++ === 0) throw new Error('try again');
      return sample(length);
    },
  });
  const key = crypto.importKey(sample(32), { algorithm: 'aes-256-gcm' });
  expect(() => crypto.seal(key, sample(5), {})).toThrow(failed);
  expect(crypto.open(key, crypto.seal(key, sample(5), {}), {}).plaintext).toEqual(sample(5));
});
