// Bounds how long a call may take. The call itself goes on; what it brings later is not used.
import type { Clock } from './clock.ts';
import { KeyManagerError } from './errors.ts';

/** Rejects with `store_unavailable` when `work` has not settled after `ms`. */
export function withDeadline<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      reject(new KeyManagerError('store_unavailable', `No key came within ${ms} ms. What waits is tried again.`));
    });
    work.then(resolve, reject).finally(cancel);
  });
}
