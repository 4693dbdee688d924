import { expect, test } from 'vitest';
import { QueueError } from '../src/errors.ts';
import type { JobId } from '../src/job-id.ts';
import { createSettler } from '../src/settler.ts';
import type { Settlement } from '../src/store.ts';
import { signal } from './signal.ts';

const settlement = (id: string): Settlement => ({
  id: id as JobId,
  fence: 1,
  state: 'completed',
  delayMs: 0,
  keepAttempt: false,
  errorCode: null,
  outcome: null,
});

/** A settler over a store that answers as `settle` says, and the batches that it was given. */
function aSettler(settle: (ids: string[], again?: boolean) => Promise<Set<JobId>> | Set<JobId>) {
  const batches: string[][] = [];
  const stop = new AbortController();
  const settler = createSettler({
    store: {
      settle: async (settlements, again) => {
        const ids = settlements.map(({ id }) => id);
        batches.push(ids);
        return settle(ids, again);
      },
    },
    backoff: { initialMs: 1, maxMs: 1 },
    random: () => 0,
    signal: stop.signal,
    onError: () => {},
  });
  return { batches, stop, settle: (id: string) => settler(settlement(id)) };
}

test('what comes while a statement is under way goes together in the next', async () => {
  const first = signal<Set<JobId>>();
  const { batches, settle } = aSettler((ids) => (ids[0] === 'a' ? first.promise : new Set(ids as JobId[])));
  const all = ['a', 'b', 'c', 'd'].map(settle);
  first.resolve(new Set());
  expect(await Promise.all(all)).toEqual([false, true, true, true]);
  expect(batches).toEqual([['a'], ['b', 'c', 'd']]);
});

test('one that the store refuses takes no other along', async () => {
  const hold = signal<Set<JobId>>();
  const { settle } = aSettler((ids) => {
    if (ids[0] === 'first') return hold.promise;
    if (ids.includes('bad')) throw new QueueError('store_refused', 'no');
    return new Set(ids as JobId[]);
  });
  const [first, good, bad, better] = ['first', 'good', 'bad', 'better'].map(settle);
  const refused = expect(bad).rejects.toMatchObject({ code: 'store_refused' });
  hold.resolve(new Set());
  expect(await Promise.all([first, good, better])).toEqual([false, true, true]);
  await refused;
});

test('a store that is away is tried again, until told to give up', async () => {
  let failures = 2;
  const { batches, settle, stop } = aSettler((ids) => {
    if (failures-- > 0) throw new QueueError('store_unavailable', 'away');
    return new Set(ids as JobId[]);
  });
  expect(await settle('a')).toBe(true);
  expect(batches).toEqual([['a'], ['a'], ['a']]);
  failures = Number.POSITIVE_INFINITY;
  const given = expect(settle('b')).rejects.toMatchObject({ code: 'store_unavailable' });
  stop.abort();
  await given;
});

test('what a call that failed may have done is asked for with the next, also apart', async () => {
  const asked: string[] = [];
  const hold = signal<Set<JobId>>();
  const { settle } = aSettler((ids, again) => {
    asked.push(`${ids.join(' ')}${again ? ' again' : ''}`);
    if (ids[0] === 'first') return hold.promise;
    if (asked.length === 2) throw new QueueError('store_unavailable', 'the answer is lost');
    if (ids.length > 1) throw new QueueError('store_refused', 'no');
    return new Set(again ? (ids as JobId[]) : []);
  });
  const all = ['first', 'a', 'b'].map(settle);
  hold.resolve(new Set());
  expect(await Promise.all(all)).toEqual([false, true, true]);
  expect(asked).toEqual(['first', 'a b', 'a b again', 'a again', 'b again']);
});
