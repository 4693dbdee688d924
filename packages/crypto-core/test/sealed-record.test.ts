import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import type { Algorithm, Crypto, RecordKey } from '../src/crypto.ts';
import type { CryptoErrorCode } from '../src/errors.ts';
import { parseRecordHeader } from '../src/record-header.ts';
import { engineNames } from './engine-names.ts';
import { sample } from './engine-suite.ts';

const code = (value: CryptoErrorCode) => expect.objectContaining({ code: value });
const algorithms = ['aes-256-gcm', 'chacha20-poly1305'] as const satisfies Algorithm[];
const context = { job: sample(16), kind: 'payment', surface: 'payload' };

function detached(): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(100));
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

describe.each(engineNames.flatMap((engine) => algorithms.map((algorithm) => ({ engine, algorithm }))))(
  '$algorithm on $engine',
  ({ engine, algorithm }) => {
    const crypto: Crypto = createCrypto({ engine });
    const key: RecordKey = crypto.importKey(sample(32), { algorithm });
    const record = crypto.seal(key, sample(20), context);

    test('what was sealed opens, with its flags, in 84 bytes more', () => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 3_000 }),
          fc.dictionary(fc.string({ unit: 'grapheme' }), fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array())),
          fc.record({ compressed: fc.boolean(), padded: fc.boolean() }),
          (plaintext, bound, flags) => {
            const sealed = crypto.seal(key, plaintext, bound, flags);
            expect(sealed.length).toBe(plaintext.length + 84);
            expect(crypto.open(key, sealed, bound)).toEqual({ plaintext, ...flags });
            expect(parseRecordHeader(sealed)).toEqual({ algorithm, handle: key.handle, ...flags });
          },
        ),
      );
    });

    test('a text is sealed as its UTF-8', () => {
      for (const text of [
        '',
        'anna@example.com, 7b',
        'x'.repeat(256),
        'x'.repeat(257),
        'Grüße 😀',
        'ü'.repeat(20_000),
      ]) {
        const { plaintext } = crypto.open(key, crypto.sealText(key, text, context), context);
        expect(Buffer.from(plaintext).toString()).toBe(text);
      }
      for (const text of ['\ud800', `${'x'.repeat(300)}\udfff`]) {
        expect(() => crypto.sealText(key, text, context)).toThrow(code('input_malformed'));
      }
      expect(() => crypto.sealText(key, sample(5) as never, context)).toThrow(TypeError);
    });

    test('another context opens nothing', () => {
      const bound = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.uint8Array({ maxLength: 4 })), { maxKeys: 3 });
      fc.assert(
        fc.property(bound, bound, (one, other) => {
          fc.pre(!sameContext(one, other));
          const sealed = crypto.seal(key, sample(5), one);
          expect(() => crypto.open(key, sealed, other)).toThrow(code('seal_broken'));
        }),
      );
    });

    test('every flipped bit is refused, with the code of where it stands', () => {
      for (let bit = 0; bit < record.length * 8; bit++) {
        const changed = record.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => crypto.open(key, changed, context), `bit ${bit}`).toThrow(code(codeAt(bit)));
      }
    });

    test('every truncation and extension is refused', () => {
      for (let length = 0; length < record.length; length++) {
        const expected = length < 84 ? 'record_malformed' : 'seal_broken';
        expect(() => crypto.open(key, record.slice(0, length), context), `${length}`).toThrow(code(expected));
      }
      for (let more = 1; more < 40; more++) {
        const longer = new Uint8Array(record.length + more);
        longer.set(record);
        expect(() => crypto.open(key, longer, context)).toThrow(code('seal_broken'));
      }
      const two = crypto.seal(key, sample(20_000), context);
      for (const length of [68 + 16_399, 68 + 16_400, 68 + 16_401, 68 + 16_415, 68 + 16_416, two.length - 1]) {
        const expected = length > 68 + 16_399 && length < 68 + 16_416 ? 'record_malformed' : 'seal_broken';
        expect(() => crypto.open(key, two.slice(0, length), context), `${length}`).toThrow(code(expected));
      }
      expect(crypto.open(key, two, context).plaintext).toEqual(sample(20_000));
    });

    test('the order of checks is header, key, seal', () => {
      const otherKey = crypto.importKey(sample(32), { algorithm, handle: sample(8) });
      const broken = record.map((byte, i) => (i === 1 || i === 80 ? byte ^ 2 : byte));
      expect(() => crypto.open(otherKey, broken, {})).toThrow(code('record_malformed'));
      const moved = record.map((byte, i) => (i === 80 ? byte ^ 2 : byte));
      expect(() => crypto.open(otherKey, moved, {})).toThrow(code('key_unknown'));
      expect(() => crypto.open(key, moved, {})).toThrow(code('seal_broken'));
    });

    test('the same handle with another key or suite opens nothing', () => {
      const other = crypto.importKey(sample(33).slice(1), { algorithm, handle: key.handle });
      const otherSuite = algorithms.find((candidate) => candidate !== algorithm)!;
      const sameBytes = crypto.importKey(sample(32), { algorithm: otherSuite });
      expect(() => crypto.open(other, record, context)).toThrow(code('seal_broken'));
      expect(() => crypto.open(sameBytes, record, context)).toThrow(code('seal_broken'));
      const relabelled = record.map((byte, i) => (i === 2 ? 3 - byte : byte));
      for (const reader of [key, sameBytes]) {
        expect(() => crypto.open(reader, relabelled, context)).toThrow(code('seal_broken'));
      }
    });

    test('salts differ between records', () => {
      const salts = Array.from({ length: 500 }, () => crypto.seal(key, sample(1), {}).slice(12, 36).join());
      expect(new Set(salts).size).toBe(500);
    });

    test('Buffers and views at any offset are taken as bytes', () => {
      const plaintext = Buffer.from('4111 1111 1111 1111');
      const bound = { job: Buffer.from('0123456789abcdef') };
      const sealed = Buffer.from(crypto.seal(key, plaintext, bound));
      const header = parseRecordHeader(sealed);
      expect(Buffer.from(crypto.open(key, sealed, bound).plaintext).toString()).toBe(plaintext.toString());
      sealed.fill(0);
      expect(header.handle).toEqual(key.handle);
    });

    test('empty, detached, shared and foreign inputs', () => {
      expect(crypto.open(key, crypto.seal(key, new Uint8Array(0), {}), {}).plaintext).toEqual(new Uint8Array(0));
      const shared = new Uint8Array(new SharedArrayBuffer(100));
      for (const bad of [detached(), shared]) {
        expect(() => crypto.seal(key, bad, context)).toThrow(code('input_malformed'));
        expect(() => crypto.open(key, bad, context)).toThrow(code('input_malformed'));
        expect(() => crypto.importKey(bad, { algorithm })).toThrow(code('input_malformed'));
      }
      for (const bad of [detached(), shared]) {
        expect(() => crypto.seal(key, sample(5), { job: bad })).toThrow(code('input_malformed'));
      }
      for (const bad of ['text', null, undefined, [1], new ArrayBuffer(9)] as never[]) {
        expect(() => crypto.seal(key, bad, context)).toThrow(TypeError);
        expect(() => crypto.open(key, bad, context)).toThrow(TypeError);
      }
      expect(() => crypto.seal({ ...key } as never, sample(5), context)).toThrow(TypeError);
    });

    test('contexts that cannot be bound are refused', () => {
      const refused: [unknown, CryptoErrorCode][] = [
        [{ job: '\ud800' }, 'context_malformed'],
        [{ job: 'a\udc00b' }, 'context_malformed'],
        [{ '\udfff': 'x' }, 'context_malformed'],
        [{ job: undefined }, 'context_malformed'],
        [{ job: 5 }, 'context_malformed'],
        [{ ['n'.repeat(65_536)]: '' }, 'context_malformed'],
        [{ job: 'x'.repeat(65_512 - 2 - 5 - 4) }, 'input_too_large'],
        [{ job: new Uint8Array(70_000) }, 'input_too_large'],
      ];
      for (const [bound, expected] of refused) {
        expect(() => crypto.seal(key, sample(5), bound as never)).toThrow(code(expected));
        expect(() => crypto.open(key, record, bound as never)).toThrow(code(expected));
      }
      for (const bound of [null, undefined, 'job'] as never[]) {
        expect(() => crypto.seal(key, sample(5), bound)).toThrow(TypeError);
      }
      const longest = { job: 'x'.repeat(65_511 - 2 - 5 - 4) };
      expect(crypto.open(key, crypto.seal(key, sample(5), longest), longest).plaintext).toEqual(sample(5));
    });

    test('a disposed key says so, and others go on', () => {
      const gone = crypto.importKey(sample(32), { algorithm });
      const sealed = crypto.seal(gone, sample(5), {});
      gone.dispose();
      gone.dispose();
      expect(gone.disposed).toBe(true);
      expect(() => crypto.seal(gone, sample(5), {})).toThrow(code('key_disposed'));
      expect(() => crypto.open(gone, sealed, {})).toThrow(code('key_disposed'));
      expect(crypto.open(key, sealed, {}).plaintext).toEqual(sample(5));
    });

    test('code that runs inside a call changes nothing of it', () => {
      let inner = 0;
      const tricky = {
        get job() {
          inner++;
          crypto.seal(key, sample(2_000), { other: 'x'.repeat(300) });
          return 'one';
        },
        kind: 'k',
      };
      const sealed = crypto.seal(key, sample(9), tricky);
      expect(crypto.open(key, sealed, { job: 'one', kind: 'k' }).plaintext).toEqual(sample(9));
      expect(crypto.open(key, sealed, tricky).plaintext).toEqual(sample(9));
      expect(inner).toBe(2);
      const suicidal = crypto.importKey(sample(32), { algorithm });
      const disposing = {
        get job() {
          suicidal.dispose();
          return 'one';
        },
      };
      expect(() => crypto.seal(suicidal, sample(9), disposing)).toThrow(code('key_disposed'));
    });

    test('interleaved callers share one instance', async () => {
      const work = Array.from({ length: 200 }, async (_, i) => {
        const bound = { job: `job ${i}` };
        const sealed = crypto.seal(key, sample(i), bound);
        await Promise.resolve();
        const opened = crypto.open(key, sealed, bound).plaintext;
        await Promise.resolve();
        return Buffer.compare(opened, sample(i));
      });
      expect(new Set(await Promise.all(work))).toEqual(new Set([0]));
    });
  },
);

test('a key is 32 bytes, a handle 8, an algorithm one of two', () => {
  const crypto = createCrypto();
  for (const length of [0, 16, 24, 31, 33, 64]) {
    expect(() => crypto.importKey(sample(length), { algorithm: 'aes-256-gcm' })).toThrow(code('key_malformed'));
  }
  expect(() => crypto.importKey(sample(32), { algorithm: 'aes-256-gcm', handle: sample(7) })).toThrow(
    code('key_malformed'),
  );
  expect(() => crypto.importKey(sample(32), { algorithm: 'aes-128-gcm' as never })).toThrow(TypeError);
  expect(() => crypto.importKey(sample(32), { algorithm: 'toString' as never })).toThrow(TypeError);
});

test('the engine is the one that was asked for', () => {
  for (const engine of engineNames) expect(createCrypto({ engine }).engine).toBe(engine);
  expect(createCrypto().engine).toBe('wasm');
  expect(() => createCrypto({ engine: 'openssl' as never })).toThrow(TypeError);
});

function codeAt(bit: number): CryptoErrorCode {
  const byte = bit >> 3;
  // suites 1 and 2 differ in two bits, so one flip gives an unknown one
  if (byte < 3) return 'record_malformed';
  if (byte === 3) return (bit & 7) < 2 ? 'seal_broken' : 'record_malformed';
  return byte < 12 ? 'key_unknown' : 'seal_broken';
}

function sameContext(a: Record<string, string | Uint8Array>, b: Record<string, string | Uint8Array>): boolean {
  const asBytes = (value: string | Uint8Array) => Buffer.from(value).toString('hex');
  const flat = (bound: typeof a) =>
    JSON.stringify(
      Object.entries(bound)
        .map(([name, value]) => [name, asBytes(value)])
        .sort(),
    );
  return flat(a) === flat(b);
}
