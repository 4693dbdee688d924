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
  test('hands out each byte of the source after a mark of 16 once, in order, and asks rarely', () => {
    const { source, asked } = counting();
    const pool = createRandomPool(source);
    const taken: number[] = [];
    for (let i = 0; i < 170; i++) taken.push(...pool.take(24));
    expect(taken).toEqual(Array.from({ length: 170 * 24 }, (_, i) => (16 + i) % 251));
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
      const drawn = sample(4_096);
      expect(pool.take(100)).toEqual(drawn.subarray(16, 116));
      expect(held[0]!.subarray(16, 116).every((byte) => byte === 0)).toBe(true);
      expect(held[0]!.subarray(116)).toEqual(drawn.subarray(116));
      pool.take(1_000);
      expect(held[1]!.every((byte) => byte === 0)).toBe(true);
    } finally {
      Uint8Array.from = from;
    }
  });

  test('asks the source itself for long requests', () => {
    const { source, asked } = counting();
    expect(createRandomPool(source).take(1_000)).toEqual(counting().source(1_016).subarray(16));
    expect(asked).toEqual([1_016]);
  });

  test.each([
    ['all it has in advance', 17, 240],
    ['a long request', 1, 1_000],
  ])('refuses a source that gives the same bytes again, after %s', (_, times, length) => {
    const pool = createRandomPool(sample);
    for (let i = 0; i < times; i++) pool.take(length);
    for (let i = 0; i < 3; i++) expect(() => pool.take(length)).toThrow(failed);
  });

  test('and one that does so for each length', () => {
    const pool = createRandomPool(sample);
    const lengths = [300, 4_000, 170];
    for (const length of lengths) pool.take(length);
    for (const length of lengths.slice(0, 2)) expect(() => pool.take(length)).toThrow(failed);
  });

  test('takes the source again once it gives other bytes', () => {
    let next = sample;
    const pool = createRandomPool((length) => next(length));
    pool.take(300);
    expect(() => pool.take(300)).toThrow(failed);
    next = counting().source;
    expect(pool.take(24)).toEqual(counting().source(40).subarray(16));
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
        const call = calls++;
        if (call === 0) inside(crypto);
        return sample(length + call).slice(call);
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
