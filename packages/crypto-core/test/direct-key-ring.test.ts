import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import type { RecordKey } from '../src/crypto.ts';
import { createDirectKeyRing } from '../src/direct-key-ring.ts';
import { sample } from './engine-suite.ts';

const crypto = createCrypto();
const algorithm = 'aes-256-gcm';
const oldKey = () => sample(33).slice(1);
const seal = (key: RecordKey) => crypto.seal(key, sample(5), {});
const code = (value: string) => expect.objectContaining({ code: value });

test('seals with the one key and opens by handle, also with previous keys', () => {
  const before = createDirectKeyRing({ crypto, key: oldKey(), algorithm: 'chacha20-poly1305' });
  const old = before.withSealingKey('any', seal) as Uint8Array;
  const ring = createDirectKeyRing({
    crypto,
    key: sample(32),
    algorithm,
    previous: [{ key: oldKey(), algorithm: 'chacha20-poly1305' }],
  });
  const record = ring.withSealingKey('payments', seal) as Uint8Array;
  for (const bytes of [record, old]) {
    const open = (key: RecordKey) => crypto.open(key, bytes, {}).plaintext;
    expect(ring.withOpeningKey(bytes.slice(4, 12), open)).toEqual(sample(5));
  }
  expect(ring.withSealingKey('payments', (key) => key.algorithm)).toBe(algorithm);
  expect(() => before.withOpeningKey(record.slice(4, 12), () => 0)).toThrow(code('key_unknown'));
});

test('still opens where a borrower wrote to the handle of the key', () => {
  const ring = createDirectKeyRing({ crypto, key: sample(32), algorithm });
  const record = ring.withSealingKey('any', (key) => {
    const sealed = seal(key);
    key.handle.fill(0);
    return sealed;
  }) as Uint8Array;
  const handle = record.slice(4, 12);
  expect(ring.withOpeningKey(handle, (key) => crypto.open(key, record, {}).plaintext)).toEqual(sample(5));
  expect(() => ring.withOpeningKey(new Uint8Array(8), () => 0)).toThrow(code('key_unknown'));
});

test('lends for one key id where one is named', () => {
  const ring = createDirectKeyRing({ crypto, key: sample(32), algorithm, keyId: 'payments' });
  expect((ring.withSealingKey('payments', seal) as Uint8Array).length).toBe(89);
  expect(() => ring.withSealingKey('health', seal)).toThrow(code('key_unknown'));
});

test('predecessor E11: wipes the bytes that it was given, even when it refuses them', () => {
  const given = [sample(32), oldKey()] as const;
  createDirectKeyRing({ crypto, key: given[0], algorithm, previous: [{ key: given[1], algorithm }] });
  const refused = [sample(32), sample(31)] as const;
  const create = () =>
    createDirectKeyRing({ crypto, key: refused[0], algorithm, previous: [{ key: refused[1], algorithm }] });
  expect(create).toThrow(code('key_malformed'));
  const foreign = runInNewContext('Uint8Array.from({ length: 32 }, (_, i) => i)') as Uint8Array;
  createDirectKeyRing({ crypto, key: foreign, algorithm });
  for (const bytes of [...given, ...refused, foreign]) expect(bytes.every((byte) => byte === 0)).toBe(true);
});

test('the same key may be listed twice, but with one algorithm', () => {
  const previous = (other: 'aes-256-gcm' | 'chacha20-poly1305') => [{ key: sample(32), algorithm: other }];
  const ring = createDirectKeyRing({ crypto, key: sample(32), algorithm, previous: previous(algorithm) });
  expect(ring.withSealingKey('any', (key) => key.disposed)).toBe(false);
  const create = () =>
    createDirectKeyRing({ crypto, key: sample(32), algorithm, previous: previous('chacha20-poly1305') });
  expect(create).toThrow(code('key_malformed'));
});

test('holds its keys until it is disposed', () => {
  let lent: RecordKey | undefined;
  {
    using ring = createDirectKeyRing({ crypto, key: sample(32), algorithm });
    lent = ring.withSealingKey('any', (key) => key) as RecordKey;
    expect(lent.disposed).toBe(false);
  }
  expect(lent.disposed).toBe(true);
  expect(() => seal(lent!)).toThrow(code('key_disposed'));
});
