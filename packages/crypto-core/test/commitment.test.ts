// Plain AES-GCM can be made to open under two keys, so that one ciphertext means two things. The construction is made
// here for real; the record's commitment refuses it.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import { engineNames } from './engine-names.ts';
import { derive, encodeRecordContext, type ReferenceRecord } from './reference.ts';

// GF(2^128) as GCM has it: the first bit of the first byte is the coefficient of x^0 (SP 800-38D section 6.3).
const toField = (block: Uint8Array): bigint => BigInt(`0x${Buffer.from(block).toString('hex')}`);
const toBlock = (element: bigint): Buffer => Buffer.from(element.toString(16).padStart(32, '0'), 'hex');

function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  let shifted = y;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ (0xe1n << 120n) : shifted >> 1n;
  }
  return product;
}

/** x^(2^128 - 2). */
function invert(x: bigint): bigint {
  let result = 1n << 127n;
  let square = x;
  for (let i = 1; i < 128; i++) {
    square = multiply(square, square);
    result = multiply(result, square);
  }
  return result;
}

interface GcmKey {
  key: Uint8Array;
  nonce: Uint8Array;
}

function encryptBlock(key: Uint8Array, block: Uint8Array): bigint {
  return toField(createCipheriv('aes-256-ecb', key, null).update(block));
}

/** Two blocks of ciphertext and the tag that is right under both keys: one linear equation for the first block. */
function twoKeysOneCiphertext(a: GcmKey, b: GcmKey): Buffer {
  const second = toField(Buffer.from('0123456789abcdef'));
  const lengths = 256n;
  const terms = [a, b].map(({ key, nonce }) => {
    const h = encryptBlock(key, Buffer.alloc(16));
    const h2 = multiply(h, h);
    const mask = encryptBlock(key, Buffer.concat([nonce, Uint8Array.of(0, 0, 0, 1)]));
    return { h3: multiply(h2, h), rest: multiply(second, h2) ^ multiply(lengths, h) ^ mask };
  });
  const [x, y] = terms as [(typeof terms)[0], (typeof terms)[0]];
  const first = multiply(x.rest ^ y.rest, invert(x.h3 ^ y.h3));
  return Buffer.concat([toBlock(first), toBlock(second), toBlock(multiply(first, x.h3) ^ x.rest)]);
}

const common = {
  algorithm: 'aes-256-gcm',
  handle: Buffer.from('1122334455667788', 'hex'),
  flags: 0,
  salt: Buffer.alloc(24, 5),
  pairs: [['job', 'one']],
} as const satisfies Omit<ReferenceRecord, 'key'>;
const keys = [Buffer.alloc(32, 0xa1), Buffer.alloc(32, 0xb2)].map((key, i) => key.fill(i, 0, 8));
const { header, context } = encodeRecordContext({ ...common, key: keys[0]! });
const derived = keys.map((key) => derive({ ...common, key, context }));
const asGcmKeys = derived.map(({ messageKey, baseNonce }) => ({ key: messageKey, nonce: baseNonce }));
const forged = twoKeysOneCiphertext(asGcmKeys[0]!, asGcmKeys[1]!);

test('one ciphertext opens under two keys of plain AES-GCM', () => {
  const texts = asGcmKeys.map(({ key, nonce }) => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    decipher.setAuthTag(forged.subarray(32));
    return Buffer.concat([decipher.update(forged.subarray(0, 32)), decipher.final()]).toString('hex');
  });
  expect(new Set(texts).size).toBe(2);
});

describe.each(engineNames)('on %s', (engine) => {
  const crypto = createCrypto({ engine });

  test('the plain AEAD opens it under both keys as well', () => {
    const texts = asGcmKeys.map(({ key, nonce }) => {
      using aead = crypto.aead('aes-256-gcm', new Uint8Array(key));
      return Buffer.from(aead.open(nonce, forged)).toString('hex');
    });
    expect(new Set(texts).size).toBe(2);
  });

  test('predecessor E7: a record of it opens under the key that it commits to and no other', () => {
    const imported = keys.map((key) => crypto.importKey(key, { algorithm: 'aes-256-gcm', handle: common.handle }));
    for (const [committed, { commitment }] of derived.entries()) {
      const record = new Uint8Array(Buffer.concat([header, common.salt, commitment, forged]));
      expect(crypto.open(imported[committed]!, record, { job: 'one' }).plaintext.length).toBe(32);
      expect(() => crypto.open(imported[1 - committed]!, record, { job: 'one' })).toThrow(
        expect.objectContaining({ code: 'seal_broken' }),
      );
    }
  });
});
