import { createCrypto, createDirectKeyRing } from '@hammerwork/crypto-core';
import { createPayloadProtection, createScrubber, policyFor } from '@hammerwork/payload-protection';
import * as detector from '@hammerwork/pii-detector';

interface Payment {
  amount: number;
  card: string;
  customer: { email: string; plan: string };
  note: string;
}

const crypto = createCrypto();
const keyRing = createDirectKeyRing({ crypto, key: crypto.randomBytes(32), algorithm: 'aes-256-gcm' });
const protection = createPayloadProtection({ crypto, keyRing, detector });

// Misspelt selectors do not compile here, and are errors at run time everywhere.
const policy = policyFor<Payment>()({
  piiFields: ['card', 'customer.email'],
  masks: { card: 'last4' },
  autoDetect: true,
});

const payment: Payment = {
  amount: 4200,
  card: '4111 1111 1111 1111',
  customer: { email: 'anna@example.com', plan: 'gold' },
  note: 'call +1 (415) 555-2671 before delivery',
};

// Bound to the record, not stored: the reader has to know it.
const context = { job: crypto.randomBytes(16), kind: 'payment', surface: 'payload' };

export const sealed = await protection.seal(payment, policy, context);
// sealed.clear     { amount: 4200, card: '****1111', customer: { email: null, plan: 'gold' }, note: null }
// sealed.pointers  ['/card', '/customer/email', '/note']
// sealed.record    Uint8Array: 84 bytes and the sealed values

export const opened = await protection.open(sealed, policy, context);
// opened           equals payment

export const scrub = createScrubber([opened.card, opened.customer.email], detector);
// scrub('card 4111-1111-1111-1111 declined')  'card [sealed] declined'
