// Transactions of the store's own: read committed, and run again where the database broke a deadlock at their cost.
import { createSavepoints, tellingFirst } from '@hammerwork/key-manager';
import { type Kysely, sql } from 'kysely';
import type { KeyTables } from './tables.ts';

/** Deadlocks are rare (a flush of usage counts meets a change); more than this in a row is something else. */
const maxTries = 10;

/** Notes the deadlocks among the failures of a transaction's statements, however they are told to the caller. */
export interface Victim {
  /** The same methods; each looks at what its statement throws. */
  watched<T extends object>(methods: T): T;
}

export type InTransaction = <T>(work: (tx: Kysely<KeyTables>, victim: Victim) => Promise<T>) => Promise<T>;

/**
 * What runs work in a transaction of its own, or in the caller's where `db` is one: there the database's choice of a
 * victim ends the caller's transaction, which only the caller can repeat.
 */
export function transactionsOf(db: Kysely<KeyTables>): InTransaction {
  if (!db.isTransaction) return (work) => inOwnTransaction(db, work);
  const inSavepoint = createSavepoints((statement) => sql.raw(statement).execute(db));
  return (work) => inSavepoint(() => work(db, { watched: (methods) => methods }));
}

async function inOwnTransaction<T>(
  db: Kysely<KeyTables>,
  work: (tx: Kysely<KeyTables>, victim: Victim) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    let deadlocked = false;
    const note = (error: unknown): never => {
      deadlocked ||= isDeadlock(error);
      throw error;
    };
    try {
      // Under repeatable read the first plain read would fix what all later ones see, before the lock is had or after.
      const transaction = db.transaction().setIsolationLevel('read committed');
      return await tellingFirst(
        (run) => transaction.execute(run),
        (tx: Kysely<KeyTables>) => work(tx, { watched: (methods) => watched(methods, note) }),
      );
    } catch (error) {
      if (!(deadlocked || isDeadlock(error)) || tries === maxTries) throw error;
    }
  }
}

/** Runs a single statement, and again where it was the victim of a deadlock. */
export async function repeatedly<T>(db: Kysely<KeyTables>, statement: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await statement();
    } catch (error) {
      if (db.isTransaction || !isDeadlock(error) || tries === maxTries) throw error;
    }
  }
}

/** The server rolled the whole transaction back. */
function isDeadlock(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ER_LOCK_DEADLOCK';
}

// biome-ignore lint/suspicious/noExplicitAny: any method of any signature
type Method = (...args: any[]) => Promise<unknown>;

function watched<T extends object>(methods: T, note: (error: unknown) => never): T {
  const entries = Object.entries(methods).map(([name, value]) =>
    typeof value === 'function'
      ? [name, (...args: unknown[]) => (value as Method)(...args).catch(note)]
      : [name, value],
  );
  return Object.fromEntries(entries) as T;
}
