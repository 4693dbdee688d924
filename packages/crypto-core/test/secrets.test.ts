// Nothing that a program can print holds key bytes or plaintext.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import { createDirectKeyRing } from '../src/direct-key-ring.ts';
import { CryptoError } from '../src/errors.ts';
import { decodeKey } from '../src/key-text.ts';
import { engineNames } from './engine-names.ts';

const keyText = 'Zm9ydHktdHdvIGlzIHRoZSBhbnN3ZXIsIGhlIHNhaWQ=';
const secret = 'plaintext: 4111 1111 1111 1111';
const plaintext = new TextEncoder().encode(secret);

/** As text, hex, base64, and as the numbers of an inspected or stringified array. */
function expectNoSecret(value: unknown): void {
  const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxArrayLength: null, maxStringLength: null };
  const printed = [inspect(value, options), JSON.stringify(value), String(value)].join().replaceAll(/\s/g, '');
  for (const bytes of [Buffer.from(keyText, 'base64'), Buffer.from(secret)]) {
    const text = bytes.toString().replaceAll(' ', '');
    const members = JSON.stringify(new Uint8Array(bytes)).slice(1, -1);
    for (const form of [text, bytes.toString('hex'), bytes.toString('base64'), bytes.join(','), members]) {
      expect(printed).not.toContain(form.slice(0, 20));
    }
  }
}

test('the search finds what is there', () => {
  for (const leak of [
    { key: decodeKey(keyText) },
    [secret],
    new Error(keyText),
    plaintext,
    decodeKey(keyText).buffer,
  ]) {
    expect(() => expectNoSecret(leak)).toThrow();
  }
});

describe.each(engineNames)('on %s', (engine) => {
  const crypto = createCrypto({ engine });

  test('predecessor E12: keys, rings and the crypto object print no key', () => {
    for (const algorithm of ['aes-256-gcm', 'chacha20-poly1305'] as const) {
      const key = crypto.importKey(decodeKey(keyText), { algorithm });
      crypto.open(key, crypto.seal(key, plaintext, { job: 'one' }), { job: 'one' });
      const ring = createDirectKeyRing({ crypto, key: decodeKey(keyText), algorithm });
      const aead = crypto.aead(algorithm, decodeKey(keyText));
      for (const value of [key, ring, aead, crypto, crypto.sealStream(key, {})]) expectNoSecret(value);
    }
  });

  test('errors hold neither key nor plaintext', () => {
    const key = crypto.importKey(decodeKey(keyText), { algorithm: 'aes-256-gcm' });
    const other = crypto.importKey(decodeKey(keyText), { algorithm: 'aes-256-gcm', handle: new Uint8Array(8) });
    const record = crypto.seal(key, plaintext, { job: secret });
    const aead = crypto.aead('aes-256-gcm', decodeKey(keyText));
    const long = decodeKey(keyText).subarray(1);
    const calls = [
      () => crypto.open(key, record, { job: 'elsewhere' }),
      () => crypto.open(other, record, { job: secret }),
      () => crypto.open(key, record.slice(1), { job: secret }),
      () => crypto.open(key, plaintext, { job: secret }),
      () => crypto.seal(key, plaintext, { job: `${secret}\ud800` }),
      () => crypto.seal(key, secret as never, {}),
      () => crypto.importKey(long, { algorithm: 'aes-256-gcm' }),
      () => crypto.importKey(keyText as never, { algorithm: 'aes-256-gcm' }),
      () => decodeKey(keyText.slice(1)),
      () => aead.open(long, plaintext),
      () => aead.open(new Uint8Array(12), plaintext),
    ];
    for (const call of calls) {
      let error: unknown;
      try {
        call();
      } catch (thrown) {
        error = thrown;
      }
      expect(error instanceof CryptoError || error instanceof TypeError, String(call)).toBe(true);
      expectNoSecret(error);
    }
  });
});
