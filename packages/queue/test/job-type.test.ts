import { policyFor } from '@hammerwork/payload-protection';
import { expect, test } from 'vitest';
import { type Handler, handle } from '../src/handler.ts';
import type { JobQueue } from '../src/job-queue.ts';
import { defineJobType } from '../src/job-type.ts';
import { aPayment, type Payment, payment } from './payment.ts';

test('refuses what cannot work, at once', () => {
  for (const options of [
    { maxAttempts: 0 },
    { maxAttempts: 1.5 },
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { backoff: { initialMs: 0 } },
  ])
    expect(() => defineJobType({ kind: 'x', policy: 'none', ...options })).toThrow(RangeError);
  for (const kind of ['', 'a\0b', 'a\ud800', 'x'.repeat(256)])
    expect(() => defineJobType({ kind, policy: 'none' })).toThrow(TypeError);
});

test('an attempt has an hour unless it is told otherwise', () => {
  expect(defineJobType({ kind: 'x', policy: 'none' }).timeoutMs).toBe(3_600_000);
  const endless = defineJobType({ kind: 'x', policy: 'none', timeoutMs: Number.POSITIVE_INFINITY });
  expect(endless.timeoutMs).toBe(Number.POSITIVE_INFINITY);
});

test('a misspelt or missing policy is a mistake and never means that nothing is personal', () => {
  const policy = payment.policy;
  expect(() => defineJobType({ kind: 'x', polcy: policy } as never)).toThrow('no option "polcy"');
  // what an import that goes in a circle gives, and options where a policy should be
  for (const wrong of [undefined, null, false, '', {}, { piiFields: ['a'] }])
    expect(() => defineJobType({ kind: 'x', policy: wrong } as never)).toThrow(TypeError);
  expect(() => defineJobType({ kind: 'x' } as never)).toThrow('must come from definePolicy');
  expect(defineJobType({ kind: 'x', policy: 'none' }).policy).toBeUndefined();
});

interface Folder {
  name: string;
  folders: Folder[];
}

// Never called: the compiler checks it.
export function checkedByTheCompiler(queue: JobQueue): Handler {
  // @ts-expect-error: a field that the payload does not have
  policyFor<Payment>()({ piiFields: ['credit_kard'] });
  // @ts-expect-error: the policy of another payload
  defineJobType<{ other: string }>({ kind: 'other', policy: payment.policy });
  // @ts-expect-error: nothing said of what is personal
  defineJobType({ kind: 'silent' });
  // @ts-expect-error: JSON makes a text of a date
  defineJobType<{ at: Date }>({ kind: 'dated', policy: 'none' });
  // @ts-expect-error: JSON has no such number
  defineJobType<{ items: { id: bigint }[] }>({ kind: 'big', policy: 'none' });
  defineJobType<{ a?: string; b: [number, null]; c: Record<string, Payment>; d: Folder } | string>({
    kind: 'x',
    policy: 'none',
  });
  // @ts-expect-error: a payload without its card
  void queue.enqueue(payment, { user: 'u' });
  void queue.enqueue(payment, aPayment);
  // @ts-expect-error: a result of another type
  handle(payment, () => ({ receipt: 7 }));
  return handle(payment, async ({ payload }) => {
    const card: string = payload.credit_card;
    return { receipt: card };
  });
}
