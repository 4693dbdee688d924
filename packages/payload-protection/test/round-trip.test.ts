import { createCrypto, createDirectKeyRing, type EngineName } from '@hammerwork/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPayloadProtection, definePolicy, type SealedPayload } from '../src/index.ts';

const context = { job: new Uint8Array(16), kind: 'payment', surface: 'payload' };

describe.each(['noble', 'native'] as EngineName[])('round trip with the %s engine', (engine) => {
  const crypto = createCrypto({ engine });
  const keyRing = createDirectKeyRing({ crypto, key: new Uint8Array(32).fill(7), algorithm: 'aes-256-gcm' });
  const protection = createPayloadProtection({ crypto, keyRing });

  it('seals two fields and gives them back', () => {
    const policy = definePolicy({ piiFields: ['credit_card', 'customer.email'] });
    const payload = {
      credit_card: '4111 1111 1111 1111',
      customer: { email: 'anna@example.com', plan: 'gold' },
      amount: 3,
    };
    const sealed = protection.seal(payload, policy, context) as SealedPayload;
    expect(sealed.clear).toEqual({ credit_card: null, customer: { email: null, plan: 'gold' }, amount: 3 });
    expect(sealed.pointers).toEqual(['/credit_card', '/customer/email']);
    expect(protection.open(sealed, policy, context)).toEqual(payload);
  });

  it('gives every JSON value back', () => {
    const policy = definePolicy({ piiFields: ['secret?', '**.a?'] });
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'medium' }), fc.jsonValue(), (secret, other) => {
        const payload = { secret, other };
        let sealed: SealedPayload;
        try {
          sealed = protection.seal(payload, policy, context) as SealedPayload;
        } catch (error) {
          return (error as { code: string }).code === 'text_malformed' && /\\u0000|\\ud/.test(JSON.stringify(payload));
        }
        const stored = JSON.parse(JSON.stringify({ clear: sealed.clear, pointers: sealed.pointers }));
        expect(protection.open({ ...stored, record: sealed.record }, policy, context)).toEqual(
          JSON.parse(JSON.stringify(payload)),
        );
      }),
      { numRuns: engine === 'native' ? 500 : 100 },
    );
  });
});
