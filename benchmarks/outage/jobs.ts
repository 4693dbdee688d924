// The jobs of the outage: all under policy, each kind under its own key.
import { policyFor } from '@hammerwork/payload-protection';
import { defineJobType, type JobType } from '@hammerwork/queue';

export interface Payment {
  card: string;
  amount: number;
}

export type PaymentType = JobType<Payment, { receipt: string }>;

/** What must be found nowhere in the database. */
export const plantedCard = '4111-1111-2222-3333';

/** A kind whose personal values are sealed under the key of the same name. */
export function paymentUnder(keyId: string): PaymentType {
  return defineJobType<Payment, { receipt: string }>({
    kind: keyId,
    policy: policyFor<Payment>()({ piiFields: ['card'], keyId }),
    maxAttempts: 2,
  });
}

/** In every process's memory before the outage. */
export const hotKey = 'hot';
/** In no worker's memory before the outage. */
export const coldKeys: readonly string[] = Array.from({ length: 5 }, (_, i) => `cold-${i}`);
/** In nobody's memory. */
export const strangeKey = 'strange';
