import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type ClearPayload,
  definePolicy,
  type JsonValue,
  type Policy,
  policyFor,
  type SealedPayload,
} from '../src/index.ts';
import { context, protect } from './fixture.ts';

interface Payment {
  credit_card: string;
  amount: number;
  customer: { email: string; name?: string; address: { street: string; city: string } };
  items: { card: string; sku: string }[];
  tags: string[];
}

const payment: Payment = {
  credit_card: '4111 1111 1111 1111',
  amount: 3,
  customer: { email: 'a@b.example', address: { street: 's', city: 'c' } },
  items: [{ card: '1', sku: 'x' }],
  tags: ['t'],
};

/** Gives the policy back if the compiler takes the selectors. */
const forPayment = policyFor<Payment>();

describe('typed selectors', () => {
  it('are checked by the compiler', () => {
    forPayment({ piiFields: ['credit_card', 'customer.email', 'customer.address.street', 'customer.name?'] });
    forPayment({ piiFields: ['items.*.card', 'items.0.sku', 'tags.*', '*.email', '**.street', '**.card?'] });
    // @ts-expect-error a name that the payload does not have
    forPayment({ piiFields: ['credit_crad'] });
    // @ts-expect-error a path below text
    forPayment({ piiFields: ['credit_card.number'] });
    // @ts-expect-error a member of the wrong object
    forPayment({ piiFields: ['customer.card'] });
    // @ts-expect-error a name that is nowhere
    forPayment({ piiFields: ['**.ssn'] });
    // @ts-expect-error a mask for what is not sealed
    expect(() => forPayment({ piiFields: ['amount'], masks: { credit_card: 'last4' } })).toThrow(RangeError);
    expect(forPayment({ piiFields: ['amount'] }).piiFields).toEqual(['amount']);
  });

  it('take what is sealed out of the type of the clear payload', async () => {
    const policy = forPayment({
      piiFields: ['credit_card', 'customer.email', 'customer.name?', 'items.*.card', '**.street', 'tags.*'],
    });
    const sealed = await protect().seal(payment, policy, context);
    type Clear = typeof sealed.clear;
    expectTypeOf<Clear>().toEqualTypeOf<{
      amount: number;
      customer: { address: { city: string } };
      items: { sku: string }[];
      tags: null[];
    }>();
    expect(sealed.clear.items[0]?.sku).toBe('x');
    // @ts-expect-error sealed
    expect(sealed.clear.credit_card).toBeNull();
    // @ts-expect-error sealed
    expect(sealed.clear.customer.email).toBeNull();
    const opened = await protect().open(sealed, policy, context);
    expectTypeOf(opened).toEqualTypeOf<Payment>();
    expect(opened).toEqual(payment);
  });

  it('leave what one index may have sealed as either', () => {
    expectTypeOf<ClearPayload<Payment, 'items.0.card'>['items']>().toEqualTypeOf<
      ({ card: string; sku: string } | { sku: string })[]
    >();
    expectTypeOf<ClearPayload<{ a: string[] }, 'a.1'>['a']>().toEqualTypeOf<(string | null)[]>();
    expectTypeOf<ClearPayload<Payment, 'customer'>>().toEqualTypeOf<Omit<Payment, 'customer'>>();
  });

  it('say nothing about an untyped payload', () => {
    const policy = definePolicy({ piiFields: ['anything.at.all'] });
    const sealed = () => protect().seal({ anything: { at: { all: 1 } } }, policy, context);
    expectTypeOf(sealed).returns.toEqualTypeOf<SealedPayload<JsonValue> | Promise<SealedPayload<JsonValue>>>();
    expect(sealed()).toMatchObject({ pointers: ['/anything/at/all'] });
  });

  it('let a typed policy stand where any policy may', () => {
    const policies: Policy[] = [definePolicy({ piiFields: [] }), forPayment({ piiFields: ['amount'] })];
    expect(policies).toHaveLength(2);
    const policy = forPayment({ piiFields: ['amount'] });
    // @ts-expect-error another payload than the policy's
    expect(protect().seal({ amount: 'text' }, policy, context)).toBeDefined();
  });
});
