// A key store whose foreign failures are coded: a driver's error may quote values, so only its code is passed on.
import { isCodedError } from '@hammerwork/crypto-core';
import { KeyManagerError } from './errors.ts';
import type { KeyStore } from './key-store.ts';

/** The same store; what its driver throws becomes `store_unavailable`. */
export function guardedStore(store: KeyStore): KeyStore {
  const guarded = guardedMethods(store);
  return {
    ...guarded,
    change: (work) => translated(store.change((tx) => work({ ...guardedMethods(tx), state: tx.state }))),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: any method of any signature
type Method = (...args: any[]) => Promise<unknown>;

function guardedMethods<T extends object>(target: T): T {
  const methods = Object.entries(target).filter((entry): entry is [string, Method] => typeof entry[1] === 'function');
  const wrapped = methods.map(([name, method]) => [name, (...args: unknown[]) => translated(method(...args))]);
  return { ...target, ...Object.fromEntries(wrapped) };
}

async function translated<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    // Ours, and the programmer's own mistakes, pass.
    if (isCodedError(error) || error instanceof TypeError || error instanceof RangeError) throw error;
    throw unavailable(error);
  }
}

const tablesMissing = 'Its tables are missing: apply the migrations.';
const tablesOld = 'Its tables are older than this program: apply the migrations.';
const rightLacking =
  'The database role lacks a right on its tables: apply the migrations, then grant it (`hammerwork migrate --roles`).';

const readOnly = 'The database is read-only, as a standby is: connect to the primary.';
const diskFull = 'The disk of the database is full: make room.';
const noConnection = 'The database has no connection left: raise its limit, or run fewer processes.';
const lockHeld =
  'The statement took too long: look whether somebody holds a lock on its tables; what waits is tried again.';
const deadlock = 'Changes waited for each other, time after time: try again; no other program should lock its tables.';

/** By the codes of PostgreSQL and of MySQL and MariaDB. */
const advice: Record<string, string> = {
  '25006': readOnly,
  ER_OPTION_PREVENTS_STATEMENT: readOnly,
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: readOnly,
  ER_READ_ONLY_MODE: readOnly,
  '53100': diskFull,
  ER_DISK_FULL: diskFull,
  ER_DISK_FULL_NOWAIT: diskFull,
  ER_RECORD_FILE_FULL: diskFull,
  '53300': noConnection,
  ER_CON_COUNT_ERROR: noConnection,
  ER_TOO_MANY_USER_CONNECTIONS: noConnection,
  ER_USER_LIMIT_REACHED: noConnection,
  '55P03': lockHeld,
  '57014': lockHeld,
  ER_LOCK_WAIT_TIMEOUT: lockHeld,
  PROTOCOL_SEQUENCE_TIMEOUT: lockHeld,
  '40P01': deadlock,
  ER_LOCK_DEADLOCK: deadlock,
  '42P01': tablesMissing,
  ER_NO_SUCH_TABLE: tablesMissing,
  '42703': tablesOld,
  ER_BAD_FIELD_ERROR: tablesOld,
  '42501': rightLacking,
  ER_TABLEACCESS_DENIED_ERROR: rightLacking,
  ER_COLUMNACCESS_DENIED_ERROR: rightLacking,
};

function unavailable(error: unknown): KeyManagerError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const shown = /^[A-Z0-9_]{2,40}$/.test(code) ? ` (${code})` : '';
  const hint = advice[code] ?? 'Check that the database is reachable; what waits is tried again.';
  return new KeyManagerError('store_unavailable', `The key store did not answer${shown}. ${hint}`);
}
