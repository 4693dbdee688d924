import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import { createNobleEngine } from '../src/engines/noble.ts';
import { engineNames } from './engine-names.ts';
import { sample } from './engine-suite.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const code = (value: string) => expect.objectContaining({ code: value });
const names = ['aes-256-gcm', 'chacha20-poly1305', 'xchacha20-poly1305'] as const;

describe.each(engineNames.flatMap((engine) => names.map((name) => ({ engine, name }))))(
  '$name on $engine',
  ({ engine, name }) => {
    const crypto = createCrypto({ engine });
    const key = crypto.aead(name, sample(32));
    const nonce = sample(key.nonceBytes);
    const sealed = key.seal(nonce, sample(30), sample(3));

    test('seals to ciphertext and a tag of 16 bytes', () => {
      expect(key.nonceBytes).toBe(name === 'xchacha20-poly1305' ? 24 : 12);
      expect(sealed.length).toBe(46);
      expect(key.open(nonce, sealed, sample(3))).toEqual(sample(30));
    });

    test('takes no shorter tag', () => {
      for (let length = 4; length < 16; length++) {
        const shortened = sealed.slice(0, 30 + length);
        expect(() => key.open(nonce, shortened, sample(3)), `${length}`).toThrow(code('seal_broken'));
      }
      for (let length = 0; length < 16; length++) {
        expect(() => key.open(nonce, sample(length))).toThrow(code('seal_broken'));
      }
    });

    test('takes nonces of its size only', () => {
      for (let length = 0; length < 40; length++) {
        if (length === key.nonceBytes) continue;
        expect(() => key.seal(sample(length), sample(5))).toThrow(code('input_malformed'));
        expect(() => key.open(sample(length), sealed)).toThrow(code('input_malformed'));
      }
      expect(() => key.sealMany(sample(key.nonceBytes * 2 - 1), [sample(1), sample(1)])).toThrow(
        code('input_malformed'),
      );
    });

    test('seals and opens many, each broken one by itself', () => {
      const plaintexts = Array.from({ length: 20 }, (_, i) => sample(i * 7));
      const nonces = sample(key.nonceBytes * 20);
      const all = key.sealMany(nonces, plaintexts, sample(4));
      for (const [i, one] of all.entries()) {
        const own = nonces.subarray(i * key.nonceBytes, (i + 1) * key.nonceBytes);
        expect(one).toEqual(key.seal(own, plaintexts[i]!, sample(4)));
      }
      const damaged = all.map((one, i) => (i === 3 ? one.slice(1) : i === 9 ? one.slice(0, 10) : one));
      const opened = key.openMany(nonces, damaged, sample(4));
      expect(opened).toEqual(plaintexts.map((plaintext, i) => (i === 3 || i === 9 ? undefined : plaintext)));
    });

    test('refuses keys and bytes that are none', () => {
      expect(() => crypto.aead(name, sample(16))).toThrow(code('key_malformed'));
      expect(() => crypto.aead('aes-128-gcm' as never, sample(32))).toThrow(TypeError);
      expect(() => key.seal(nonce, 'text' as never)).toThrow(TypeError);
      expect(() => key.seal(nonce, new Uint8Array(new SharedArrayBuffer(8)))).toThrow(code('input_malformed'));
      expect(() => key.seal(nonce, sample(3), null as never)).toThrow(TypeError);
    });

    test('takes associated data as it is at each call, though its array is the same', () => {
      const held = crypto.aead(name, sample(32));
      const twin = createNobleEngine().importAeadKey(name, sample(32));
      const seal = (bound: Uint8Array) => held.seal(nonce, sample(20), bound);
      const bound = new Uint8Array(new ArrayBuffer(20, { maxByteLength: 40 }));
      for (let i = 0; i < 40; i++) {
        if (i === 20) (bound.buffer as ArrayBuffer).resize(33);
        if (i % 3 === 0) bound[i % bound.length]! ^= i;
        const now = bound.slice();
        expect(seal(bound)).toEqual(twin.seal(nonce, sample(20), now));
        expect(held.open(nonce, seal(bound), now)).toEqual(sample(20));
      }
      structuredClone(bound.buffer, { transfer: [bound.buffer as ArrayBuffer] });
      expect(() => seal(bound)).toThrow(code('input_malformed'));
      expect(seal(new Uint8Array(0))).toEqual(held.seal(nonce, sample(20)));
    });

    test('takes a nonce as it is at each call, though its array is the same', () => {
      const held = crypto.aead(name, sample(32));
      const twin = createNobleEngine().importAeadKey(name, sample(32));
      const own = new Uint8Array(new ArrayBuffer(key.nonceBytes, { maxByteLength: 40 }));
      for (let i = 0; i < 20; i++) {
        own[i % own.length]! ^= i;
        const expected = twin.seal(own.slice(), sample(20), sample(3));
        expect(held.seal(own, sample(20), sample(3))).toEqual(expected);
        expect(held.open(own, expected, sample(3))).toEqual(sample(20));
      }
      const buffer = own.buffer as ArrayBuffer;
      buffer.resize(key.nonceBytes + 1);
      expect(() => held.seal(own, sample(20))).toThrow(code('input_malformed'));
      expect(() => held.open(own, sealed)).toThrow(code('input_malformed'));
      buffer.resize(key.nonceBytes);
      held.seal(own, sample(20));
      structuredClone(buffer, { transfer: [buffer] });
      expect(() => held.seal(own, sample(20))).toThrow(code('input_malformed'));
      expect(() => held.open(own, sealed)).toThrow(code('input_malformed'));
    });

    test('is gone once disposed', () => {
      const held = crypto.aead(name, sample(32));
      {
        using _ = held;
        expect(held.disposed).toBe(false);
      }
      held.dispose();
      expect(held.disposed).toBe(true);
      expect(() => held.seal(nonce, sample(3))).toThrow(code('key_disposed'));
      expect(() => held.open(nonce, sealed)).toThrow(code('key_disposed'));
      expect(() => held.sealMany(nonce, [sample(3)])).toThrow(code('key_disposed'));
      expect(() => held.openMany(nonce, [sealed])).toThrow(code('key_disposed'));
    });
  },
);

test.each([
  [9, true],
  [1_024, true],
  [1_025, false],
])('associated data of %i bytes is remembered (%s) until the key is disposed', async (length, remembered) => {
  const key = createCrypto().aead('aes-256-gcm', sample(32));
  const used = () => {
    const bound = sample(length);
    key.seal(sample(12), sample(5), bound);
    return new WeakRef(bound);
  };
  const bound = used();
  await new Promise((resolve) => setImmediate(resolve)); // a WeakRef holds on until its turn of the loop is over
  collectGarbage();
  expect(bound.deref() !== undefined).toBe(remembered);
  key.dispose();
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(bound.deref()).toBeUndefined();
});
