// Messages, made for the purpose, before whose tag Poly1305's sum is just above 2^130 and full of carries (RFC 8439 section
// 2.5): one in 2^70 by chance, which no random test meets.
import { createCipheriv, createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import { engineNames } from './engine-names.ts';

const p = 2n ** 130n - 5n;
const limb = 2n ** 26n - 1n;
const top = 2n ** 128n;
const key = Buffer.alloc(32, 7);
const nonce = Buffer.alloc(12);
const keyStream = createCipheriv('chacha20', key, Buffer.alloc(16)).update(Buffer.alloc(128));
const r = fromBytes(keyStream.subarray(0, 16)) & 0x0ffffffc_0ffffffc_0ffffffc_0fffffffn;

function fromBytes(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(littleEndian).reverse().toString('hex')}`);
}

function toBytes(block: bigint): Buffer {
  return Buffer.from(block.toString(16).padStart(32, '0'), 'hex').reverse();
}

function modulo(x: bigint): bigint {
  return ((x % p) + p) % p;
}

function invert(x: bigint): bigint {
  let [result, square] = [1n, x];
  for (let exponent = p - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

/** Two blocks of plaintext after which the sum is 2^130 + `low`; undefined where no second block gives it. */
function messageFor(low: bigint, seed: number): Buffer | undefined {
  const first = createHash('md5').update(`${seed}`).digest();
  const lengths = top + (32n << 64n);
  const second = modulo((low + 5n - lengths * r) * invert(modulo(r * r)) - (top + fromBytes(first)) * r) - top;
  if (second < 0n || second >= top) return undefined;
  return Buffer.concat([first, toBytes(second)]).map((byte, i) => byte ^ keyStream[64 + i]!) as Buffer;
}

test.each(engineNames)('%s reduces the last sum of Poly1305 whole', (engine) => {
  const aead = createCrypto({ engine }).aead('chacha20-poly1305', key);
  let made = 0;
  for (let i = 0; i < 200; i++) {
    // limbs of 26 bits: all but the least bits, all, an odd one, any, none
    const low = (limb - BigInt(i % 8)) | (limb << 26n) | (BigInt(2 * i + 1) << 52n) | (BigInt(i * 99_991) << 78n);
    const message = messageFor(low, i);
    if (!message) continue;
    made++;
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
    const expected = Buffer.concat([cipher.update(message), cipher.final(), cipher.getAuthTag()]);
    expect(Buffer.from(aead.seal(nonce, message)).equals(expected), `message ${i}`).toBe(true);
    expect(Buffer.from(aead.open(nonce, expected)).equals(message), `message ${i}`).toBe(true);
  }
  expect(made).toBeGreaterThan(20);
});
