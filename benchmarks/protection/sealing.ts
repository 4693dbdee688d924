// Sealing and opening in memory, beside one AEAD call of node:crypto over the whole kilobyte.
import assert from 'node:assert/strict';
import { type CipherGCMTypes, createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { type Algorithm, createCrypto, createDirectKeyRing, type EngineName } from '@hammerwork/crypto-core';
import { createPayloadProtection, definePolicy, type SealedPayload } from '@hammerwork/payload-protection';
import { interleave, type Timing, type Turns } from '../harness/interleave.ts';
import { orderPayload, payloadBytes, piiFields } from './payload.ts';

export const contestants = [
  'node:crypto seal',
  'node:crypto open',
  'seal',
  'open',
  'seal, clear bound',
  'open, clear bound',
] as const;
export type Contestant = (typeof contestants)[number];

export interface SealingResult {
  readonly engine: EngineName;
  readonly times: Record<Algorithm, Record<Contestant, Timing>>;
}

const context = { job: new Uint8Array(16).fill(1), kind: 'order', surface: 'payload' };

/** Microseconds of each contestant under both ciphers, in one run. */
export async function measureSealing(turns: Turns): Promise<SealingResult> {
  const crypto = createCrypto();
  const all = { 'aes-256-gcm': rivals('aes-256-gcm'), 'chacha20-poly1305': rivals('chacha20-poly1305') };
  const flat = Object.entries(all).flatMap(([algorithm, runs]) =>
    Object.entries(runs).map(([name, run]) => [`${algorithm}|${name}`, run] as const),
  );
  const times = await interleave(Object.fromEntries(flat), turns);
  const of = (algorithm: Algorithm) =>
    Object.fromEntries(contestants.map((name) => [name, times[`${algorithm}|${name}`]!])) as Record<Contestant, Timing>;
  return {
    engine: crypto.engine,
    times: { 'aes-256-gcm': of('aes-256-gcm'), 'chacha20-poly1305': of('chacha20-poly1305') },
  };

  function rivals(algorithm: Algorithm): Record<Contestant, () => unknown> {
    const keyRing = createDirectKeyRing({ crypto, key: crypto.randomBytes(32), algorithm });
    const protection = createPayloadProtection({ crypto, keyRing });
    const bound = definePolicy({ piiFields });
    const unbound = definePolicy({ piiFields, bindClear: false });
    const payload = orderPayload();
    const kept = [bound, unbound].map((policy) => {
      const sealed = protection.seal(payload, policy, context) as SealedPayload;
      // As a row comes back: parsed anew, so that nothing is shared with the payload.
      const stored = { ...sealed, clear: JSON.parse(JSON.stringify(sealed.clear)) };
      assert.deepEqual(protection.open(stored, policy, context), payload);
      assert.equal(Buffer.from(JSON.stringify(sealed.clear)).includes('4111'), false);
      return stored;
    });
    const node = nodeCrypto(algorithm);
    return {
      'node:crypto seal': node.seal,
      'node:crypto open': node.open,
      seal: () => protection.seal(payload, unbound, context),
      open: () => protection.open(kept[1]!, unbound, context),
      'seal, clear bound': () => protection.seal(payload, bound, context),
      'open, clear bound': () => protection.open(kept[0]!, bound, context),
    };
  }
}

// The least that node:crypto can do: the key imported once, the nonce at hand, the output left in its pieces.
function nodeCrypto(algorithm: Algorithm): { seal: () => unknown; open: () => unknown } {
  const name = algorithm as CipherGCMTypes;
  const key = createSecretKey(Buffer.alloc(32, 7));
  const nonce = Buffer.alloc(12, 1);
  const text = Buffer.from(JSON.stringify(orderPayload()));
  assert.equal(text.length, payloadBytes);
  const options = { authTagLength: 16 };
  const seal = () => {
    const cipher = createCipheriv(name, key, nonce, options);
    const sealed = cipher.update(text);
    cipher.final();
    return { sealed, tag: cipher.getAuthTag() };
  };
  const { sealed, tag } = seal();
  const open = () => {
    const decipher = createDecipheriv(name, key, nonce, options);
    decipher.setAuthTag(tag);
    const opened = decipher.update(sealed);
    decipher.final();
    return opened;
  };
  assert.deepEqual(open(), text);
  return { seal, open };
}
