import { expect, test } from 'vitest';
import { QueueError } from '../src/errors.ts';
import type { JobId } from '../src/job-id.ts';
import { type HeldJob, renewLeases } from '../src/leases.ts';
import type { HeldLease } from '../src/store.ts';

/** A job in a handler's hands, and a store that answers when a test says what and how long it takes. */
function setting(answer: (ids: readonly JobId[]) => HeldLease[] | Error, tookMs = 0) {
  const time = { now: 1000 };
  const id = 'job' as JobId;
  const held: HeldJob = { job: { id, fence: 1 } as HeldJob['job'], controller: new AbortController(), heldUntil: 1300 };
  const store = {
    extend: async (leases: readonly { id: JobId }[]) => {
      time.now += tookMs;
      const given = answer(leases.map((lease) => lease.id));
      if (given instanceof Error) throw given;
      return given;
    },
  };
  const renew = () => renewLeases(store, new Map([[id, held]]), { leaseMs: 300, clock: () => time.now });
  const reason = () => (held.controller.signal.reason as QueueError | undefined)?.code;
  return { time, held, renew, reason };
}

const renewed = (ids: readonly JobId[]) => ids.map((id) => ({ id, cancelRequested: false }));

test('a renewed lease counts from before the store was asked: it may have been written at once', async () => {
  const { held, renew, reason } = setting(renewed, 250);
  await renew();
  expect([held.heldUntil, reason()]).toEqual([1300, undefined]);
});

test('a lease that cannot be renewed is lost when its time is over, and not before', async () => {
  const { time, renew, reason } = setting(() => new QueueError('store_unavailable', 'away'));
  time.now = 1300;
  await expect(renew()).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(reason()).toBeUndefined();
  time.now = 1301;
  await expect(renew()).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(reason()).toBe('lease_lost');
});

test('a lease that the store does not know any more is lost at once', async () => {
  const { renew, reason } = setting(() => []);
  await renew();
  expect(reason()).toBe('lease_lost');
});
