// What is run again and how often, without a database: real deadlocks are in connections.test.ts.
import type { Kysely } from 'kysely';
import { expect, test, vi } from 'vitest';
import type { KeyTables } from '../src/tables.ts';
import { repeatedly, transactionsOf } from '../src/transaction.ts';

const deadlock = Object.assign(new Error('deadlock'), { code: 'ER_LOCK_DEADLOCK' });
const other = new Error('other');

const database = (isTransaction = false) =>
  ({
    isTransaction,
    transaction: () => ({
      setIsolationLevel: () => ({ execute: (work: (tx: unknown) => unknown) => work(undefined) }),
    }),
  }) as unknown as Kysely<KeyTables>;

/** Fails with each of these in turn, then with what comes of having no end. */
const failing = (...errors: Error[]) =>
  vi.fn(async (): Promise<never> => {
    throw errors.shift() ?? new Error('no end');
  });

const deadlocks = Array.from({ length: 10 }, () => deadlock);

test.each([
  ['a transaction', (work: () => Promise<never>) => transactionsOf(database())(work)],
  ['a statement', (work: () => Promise<never>) => repeatedly(database(), work)],
])('%s that is the victim of deadlocks is run ten times, and after another failure no more', async (_, run) => {
  const unlucky = failing(...deadlocks);
  await expect(run(unlucky)).rejects.toBe(deadlock);
  expect(unlucky).toHaveBeenCalledTimes(10);
  const failed = failing(deadlock, other);
  await expect(run(failed)).rejects.toBe(other);
  expect(failed).toHaveBeenCalledTimes(2);
});

test("a statement in the caller's transaction is run once: the deadlock ended all of it", async () => {
  const statement = failing(deadlock);
  await expect(repeatedly(database(true), statement)).rejects.toBe(deadlock);
  expect(statement).toHaveBeenCalledTimes(1);
});

test('a deadlock counts however it is told on, and for the run in which it was', async () => {
  let runs = 0;
  const changed = transactionsOf(database())(async (_, victim) => {
    const statement = async () => {
      if (++runs === 1) throw deadlock;
    };
    await victim
      .watched({ statement })
      .statement()
      .catch(() => {
        throw other;
      });
    throw new Error('second run');
  });
  await expect(changed).rejects.toThrow('second run');
  expect(runs).toBe(2);
});
