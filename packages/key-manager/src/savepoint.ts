// Changes inside a transaction that the caller of a store began: each can fail alone, and they come one after another,
// since the lock that keeps changes apart does not keep a transaction from itself.

/** Runs `work` as a part of the transaction; what it throws takes back what it did, and nothing else. */
export type InSavepoint = <T>(work: () => Promise<T>) => Promise<T>;

/** `execute` runs a statement in the caller's transaction. */
export function createSavepoints(execute: (statement: string) => Promise<unknown>): InSavepoint {
  let last: Promise<unknown> = Promise.resolve();

  async function inSavepoint<T>(work: () => Promise<T>): Promise<T> {
    await execute('savepoint hammerwork_change');
    try {
      const result = await work();
      await execute('release savepoint hammerwork_change');
      return result;
    } catch (error) {
      // After a deadlock or a lost connection the whole transaction is gone: there is nothing to go back to.
      await execute('rollback to savepoint hammerwork_change').catch(() => {});
      throw error;
    }
  }

  return (work) => {
    const turn = last.then(() => inSavepoint(work));
    last = turn.catch(() => {});
    return turn;
  };
}
