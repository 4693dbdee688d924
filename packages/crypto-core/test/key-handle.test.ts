import { expect, test } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import { deriveKeyHandle, handleFromHex, handleToHex } from '../src/key-handle.ts';
import { sample } from './engine-suite.ts';
import { unhex } from './hex.ts';

test('a handle is lower-case hex and back', () => {
  expect(handleToHex(unhex('00ff10ef20df30c1'))).toBe('00ff10ef20df30c1');
  expect(handleFromHex('00ff10ef20df30c1')).toEqual(unhex('00ff10ef20df30c1'));
  expect(handleFromHex('00FF10EF20DF30C1')).toEqual(unhex('00ff10ef20df30c1'));
});

test.each(['', '00ff10ef20df30', '00ff10ef20df30c100', '00ff10ef20df30cg'])('refuses %o', (text) => {
  expect(() => handleFromHex(text)).toThrow(expect.objectContaining({ code: 'key_malformed' }));
});

test('refuses handles of another size', () => {
  expect(() => handleToHex(sample(7))).toThrow(expect.objectContaining({ code: 'key_malformed' }));
});

test('a key given directly names itself, and its handle is its own copy', () => {
  const crypto = createCrypto();
  const key = crypto.importKey(sample(32), { algorithm: 'aes-256-gcm' });
  expect(key.handle).toEqual(deriveKeyHandle(sample(32)));
  const handle = sample(8);
  const stored = crypto.importKey(sample(32), { algorithm: 'aes-256-gcm', handle });
  handle.fill(0);
  expect(stored.handle).toEqual(sample(8));
  stored.handle.fill(0);
  expect(crypto.seal(stored, sample(3), {}).slice(4, 12)).toEqual(sample(8));
});
