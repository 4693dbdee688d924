// What payload-protection is for: seal by selector and by detection, open, refuse, scrub. On the runtime's own engine.
import { type Algorithm, createCrypto, createDirectKeyRing } from '@hammerwork/crypto-core';
import {
  createPayloadProtection,
  createScrubber,
  definePolicy,
  type SealedPayload,
} from '@hammerwork/payload-protection';
import * as detector from '@hammerwork/pii-detector';
import type { Given } from './given.ts';
import { demand, demandSame, demandThrows, type Suite, sample } from './portable-test.ts';

const payload = {
  amount: 4200,
  card: '4111 1111 1111 1111',
  customer: { email: 'anna@example.com', plan: 'gold' },
  items: [{ sku: 'LMP', gift: { note: 'für Bjørn 😀' } }],
  note: 'call anna@example.com before delivery',
};
const context = { job: sample(16), kind: 'payment', surface: 'payload' };

export function protectionSuite({ auto }: Given): Suite {
  return (test) => {
    for (const algorithm of ['aes-256-gcm', 'chacha20-poly1305'] satisfies Algorithm[]) {
      const crypto = createCrypto();
      const keyRing = createDirectKeyRing({ crypto, key: sample(32), algorithm });
      const protection = createPayloadProtection({ crypto, keyRing, detector });
      const policy = definePolicy({
        piiFields: ['card', 'customer.email', 'items.*.gift'],
        masks: { card: 'last4' },
        autoDetect: true,
        compression: { thresholdBytes: 16 },
        padding: true,
      });
      const sealed = protection.seal(payload, policy, context) as SealedPayload;

      test(`seals and opens with ${algorithm} on ${auto}`, () => {
        demandSame(sealed.clear, {
          amount: 4200,
          card: '****1111',
          customer: { email: null, plan: 'gold' },
          items: [{ sku: 'LMP', gift: null }],
          note: null,
        });
        demandSame(sealed.pointers, ['/card', '/customer/email', '/items/0/gift', '/note']);
        demandSame(protection.open(sealed, policy, context), payload);
      });

      test(`refuses what was changed, moved or taken away, ${algorithm}`, () => {
        const clear = { ...(sealed.clear as object), amount: 1 };
        const record = sealed.record.map((byte, i) => (i === 100 ? byte ^ 1 : byte));
        demandThrows(() => protection.open({ ...sealed, clear }, policy, context), 'seal_broken');
        demandThrows(() => protection.open({ ...sealed, record }, policy, context), 'seal_broken');
        demandThrows(() => protection.open(sealed, policy, { ...context, job: sample(15) }), 'seal_broken');
        demandThrows(() => protection.open({ ...sealed, record: null }, policy, context), 'record_missing');
        demandThrows(() => protection.seal({ card: 1 }, policy, context), 'selector_unmatched');
      });

      test(`whole values go round, ${algorithm}`, () => {
        const record = protection.sealValue({ error: payload.note }, policy, context) as Uint8Array;
        demandSame(protection.openValue(record, policy, context), { error: payload.note });
      });
    }

    test('scrubs texts', () => {
      const scrub = createScrubber([payload.card, payload.customer.email], detector);
      const text = scrub('card 4111-1111-1111-1111 of anna@example.com declined');
      demand(!/1111|anna/.test(text) && text.includes('declined'), `scrubbed: ${text}`);
    });
  };
}
