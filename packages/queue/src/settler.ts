// Ends attempts in the store. Whatever comes while one statement is under way goes together in the next; a store that
// is away is tried again while the leases are being renewed, so that work which was done is not done twice.
import { isCodedError } from '@hammerwork/crypto-core/errors';
import { type Backoff, backoffMs } from './backoff.ts';
import type { JobId } from './job-id.ts';
import { pause } from './pause.ts';
import type { JobStore, Settlement } from './store.ts';

export interface SettlerOptions {
  readonly store: Pick<JobStore, 'settle'>;
  readonly backoff: Backoff;
  readonly random: () => number;
  /** Ends the tries. */
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/** Resolves to whether the lease still held; rejects with the store's error when it gave up. */
export type Settle = (settlement: Settlement) => Promise<boolean>;

const maxBatch = 500;

interface Waiting {
  readonly settlement: Settlement;
  readonly resolve: (held: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export function createSettler(options: SettlerOptions): Settle {
  const waiting: Waiting[] = [];
  let flushing = false;

  async function flush(): Promise<void> {
    flushing = true;
    while (waiting.length > 0) await settleBatch(waiting.splice(0, maxBatch));
    flushing = false;
  }

  async function settleBatch(batch: readonly Waiting[], again = false): Promise<void> {
    try {
      const held = await settleWithRetry(
        options,
        batch.map(({ settlement }) => settlement),
        again,
      );
      for (const { settlement, resolve } of batch) resolve(held.has(settlement.id));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const one of batch) await settleBatch([one], true); // one that is refused must not take others along
    }
  }

  return (settlement) =>
    new Promise((resolve, reject) => {
      waiting.push({ settlement, resolve, reject });
      if (!flushing) void flush();
    });
}

async function settleWithRetry(
  { store, backoff, random, signal, onError }: SettlerOptions,
  settlements: readonly Settlement[],
  again: boolean,
): Promise<ReadonlySet<JobId>> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await store.settle(settlements, again || failures > 1);
    } catch (error) {
      onError(error);
      if (!isCodedError(error) || error.kind !== 'unavailable' || signal.aborted) throw error;
      await pause(backoffMs(backoff, failures, random), signal);
    }
  }
}
