import crypto from 'node:crypto';
import { expect, test } from 'vitest';
import { createNativeEngine, type NodeCrypto } from '../../src/engines/native.ts';
import { engineSuite } from '../engine-suite.ts';

engineSuite('native', () => createNativeEngine(crypto as unknown as NodeCrypto));

test('says which AEADs a runtime lacks and refuses their keys', () => {
  const withoutChaCha = { ...crypto, getCiphers: () => ['aes-256-gcm'] } as unknown as NodeCrypto;
  const engine = createNativeEngine(withoutChaCha);
  expect(engine.supports('aes-256-gcm')).toBe(true);
  expect(engine.supports('chacha20-poly1305')).toBe(false);
  expect(engine.supports('xchacha20-poly1305')).toBe(false);
  const key = new Uint8Array(32);
  expect(() => engine.importRecordKey('chacha20-poly1305', key)).toThrow(
    expect.objectContaining({ code: 'engine_unavailable' }),
  );
  expect(() => engine.importAeadKey('xchacha20-poly1305', key)).toThrow(
    expect.objectContaining({ code: 'engine_unavailable' }),
  );
});

test.each([
  ['V8', new RangeError('Array buffer allocation failed')],
  ['Node', Object.assign(new Error('Failed to allocate memory'), { code: 'ERR_MEMORY_ALLOCATION_FAILED' })],
])('memory that %s could not allocate says nothing of a ciphertext', (_, fault) => {
  const fail = () => {
    throw fault;
  };
  const createDecipheriv = () => ({ setAAD() {}, setAuthTag() {}, update: fail });
  const engine = createNativeEngine({ ...crypto, createDecipheriv } as unknown as NodeCrypto);
  const key = engine.importAeadKey('aes-256-gcm', new Uint8Array(32));
  expect(() => key.open(new Uint8Array(12), new Uint8Array(20), new Uint8Array(0), 4, 0)).toThrow(
    expect.objectContaining({ code: 'engine_failed', kind: 'unavailable', cause: fault }),
  );
});
