// The job types and the personal values of the tests.
import { policyFor } from '@hammerwork/payload-protection';
import { defineJobType } from '../src/job-type.ts';

export interface Payment {
  user: string;
  credit_card: string;
  contacts: { name: string; phone: string }[];
  amount: number;
}

export const payment = defineJobType<Payment, { receipt: string }>({
  kind: 'payment',
  policy: policyFor<Payment>()({ piiFields: ['credit_card', 'contacts.*.phone'] }),
  maxAttempts: 3,
  backoff: { initialMs: 1000, maxMs: 60_000 },
});

export const note = defineJobType<{ text: string }>({
  kind: 'note',
  policy: policyFor<{ text: string }>()({ piiFields: ['text'] }),
});

export const plain = defineJobType<{ n: number }, number>({
  kind: 'plain',
  policy: 'none',
  maxAttempts: 2,
});

export const personal = ['4111-1111-1111-1234', '+1-555-867-5309', '+44 20 7946 0958'] as const;

export const aPayment: Payment = {
  user: 'user-77',
  credit_card: personal[0],
  contacts: [
    { name: 'first', phone: personal[1] },
    { name: 'second', phone: personal[2] },
  ],
  amount: 99.5,
};
