// The plaintext of sealed values lies in buffers of this package for a moment: nothing of it stays there.
import type { Crypto, KeyRing } from '@hammerwork/crypto-core';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../src/byte-writer.ts';
import { createPayloadProtection, definePolicy } from '../src/index.ts';
import { context, crypto, keyRing } from './fixture.ts';

const policy = definePolicy({ piiFields: ['card'] });
const payload = { card: '4111 1111 1111 1111', amount: 7 };

/** A protection, and the plaintext that its crypto was given last. */
function watched(options: { keyRing?: KeyRing; fail?: boolean } = {}) {
  const seen: { plaintext?: Uint8Array } = {};
  const watching: Crypto = {
    ...crypto,
    seal: (key, plaintext, ...rest) => {
      seen.plaintext = plaintext;
      expect(new TextDecoder().decode(plaintext)).toContain('4111 1111');
      if (options.fail) throw new Error('no memory');
      return crypto.seal(key, plaintext, ...rest);
    },
  };
  return { protection: createPayloadProtection({ crypto: watching, keyRing: options.keyRing ?? keyRing() }), seen };
}

/** As one that has to load its key first. */
function loading(): KeyRing {
  const inner = keyRing();
  return { ...inner, withSealingKey: async (keyId, use) => inner.withSealingKey(keyId, use) };
}

describe('the buffer of sealed values is wiped', () => {
  it('after sealing', () => {
    const { protection, seen } = watched();
    protection.seal(payload, policy, context);
    expect(seen.plaintext?.every((byte) => byte === 0)).toBe(true);
  });

  it('after sealing with a key that was loaded', async () => {
    const { protection, seen } = watched({ keyRing: loading() });
    await protection.seal(payload, policy, context);
    expect(seen.plaintext?.every((byte) => byte === 0)).toBe(true);
  });

  it('when sealing fails', async () => {
    const { protection, seen } = watched({ fail: true });
    expect(() => protection.seal(payload, policy, context)).toThrow('no memory');
    expect(seen.plaintext?.every((byte) => byte === 0)).toBe(true);
    const late = watched({ fail: true, keyRing: loading() });
    await expect(late.protection.seal(payload, policy, context)).rejects.toThrow('no memory');
    expect(late.seen.plaintext?.every((byte) => byte === 0)).toBe(true);
  });

  it('when it has to grow, and when deflated bytes take its place', () => {
    const out = new ByteWriter();
    out.text('4111 1111');
    const { buffer } = out;
    out.reserve(buffer.length);
    expect(out.buffer).not.toBe(buffer);
    expect(buffer.every((byte) => byte === 0)).toBe(true);
    out.replace(Uint8Array.of(1, 2));
    expect([...out.buffer.subarray(0, 9)]).toEqual([1, 2, 0, 0, 0, 0, 0, 0, 0]);
    const large = new ByteWriter();
    large.text('x'.repeat(200_000));
    const grown = large.buffer;
    large.clear();
    expect(grown.every((byte) => byte === 0)).toBe(true);
  });
});
