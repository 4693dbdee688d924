// A loaded key version in memory. Calls borrow it; when it is evicted, its bytes are wiped as soon as the last borrower
// has given it back.
import type { RecordKey } from '@hammerwork/crypto-core';
import type { KeyRow } from './key-row.ts';

export interface CachedKey {
  readonly key: RecordKey;
  /** The row as last seen; the wrapped key is left out. */
  row: Omit<KeyRow, 'encryptedKeyMaterial'>;
  /** Epoch milliseconds at which it has to be loaded anew. */
  freshUntil: number;
  /** Epoch milliseconds from which a use starts an early reload. */
  refreshAt: number;
  /** Was used since the cache last looked for something to evict. */
  touched: boolean;
  /** Uses that are not yet written to the store. */
  uses: number;
  lastUsedAt: number;
  borrowers: number;
  evicted: boolean;
}

/** Runs `use` with the key; a promise it returns keeps the key until it settles. */
export function lend<T>(cached: CachedKey, nowMs: number, use: (key: RecordKey) => T): T {
  cached.touched = true;
  cached.uses++;
  cached.lastUsedAt = nowMs;
  cached.borrowers++;
  let result: T;
  try {
    result = use(cached.key);
  } catch (error) {
    giveBack(cached);
    throw error;
  }
  if (isPromise(result)) return Promise.resolve(result).finally(() => giveBack(cached)) as T;
  giveBack(cached);
  return result;
}

/** Also one of another realm, as test runners make them, or of a library. */
function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function giveBack(cached: CachedKey): void {
  cached.borrowers--;
  if (cached.evicted && cached.borrowers === 0) cached.key.dispose();
}

/** Takes the key out of use. Its bytes are wiped now, or when the last borrower gives it back. */
export function evict(cached: CachedKey): void {
  if (cached.evicted) return;
  cached.evicted = true;
  if (cached.borrowers === 0) cached.key.dispose();
}
