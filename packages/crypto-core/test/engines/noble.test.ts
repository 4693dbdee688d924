import { afterEach, expect, test, vi } from 'vitest';
import { createNobleEngine } from '../../src/engines/noble.ts';
import { engineSuite, sample } from '../engine-suite.ts';

engineSuite('noble', createNobleEngine);

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each(['aes-256-gcm', 'chacha20-poly1305', 'xchacha20-poly1305'] as const)(
  'memory that the runtime could not allocate says nothing of a ciphertext of %s',
  (aead) => {
    const key = createNobleEngine().importAeadKey(aead, sample(32));
    const nonce = sample(aead === 'xchacha20-poly1305' ? 24 : 12);
    const sealed = key.seal(nonce, sample(5_000), sample(0));
    const fault = new RangeError('Array buffer allocation failed');
    const construct = (target: Uint8ArrayConstructor, given: [number]) => {
      if (given[0] === 5_000) throw fault;
      return new target(...given);
    };
    vi.stubGlobal('Uint8Array', new Proxy(Uint8Array, { construct }));
    expect(() => key.open(nonce, sealed, sample(0))).toThrow(
      expect.objectContaining({ code: 'engine_failed', kind: 'unavailable', cause: fault }),
    );
    vi.unstubAllGlobals();
    expect(key.open(nonce, sealed, sample(0))).toEqual(sample(5_000));
  },
);
