// The policy that every opening leaves an audit entry. Entries are gathered in memory and written together, in one
// transaction with one turn of the chain, so that opening waits for no log; what cannot be written any more is refused.
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import type { KeyManagerWarning, OpenAuditPolicy } from './manager-options.ts';
import type { StoreSession } from './store-session.ts';

/** Entries per transaction: the chain's lock is held for as long as they take to write. */
const batchSize = 1000;

interface Use {
  keyId: string;
  version: number;
  /** Epoch milliseconds of the first use. */
  nowMs: number;
  lastMs: number;
  count: number;
}

export interface OpenAudit {
  /** Notes one opening, before it happens. Throws `audit_behind` where too many entries wait to be written. */
  note(row: Pick<KeyRow, 'keyId' | 'version'>, nowMs: number): void;
  /** Writes what waits. Errors: `store_unavailable`; what was not written goes on waiting. */
  flush(): Promise<void>;
}

export interface OpenAuditOptions {
  session: StoreSession;
  policy: OpenAuditPolicy;
  actor: string;
  warn(warning: KeyManagerWarning): void;
}

export function createOpenAudit({ session, policy, actor, warn }: OpenAuditOptions): OpenAudit {
  const { opens, flushMs = 1000, maxPending = 10_000 } = policy;
  const keyIds = policy.keyIds && new Set(policy.keyIds);
  const { clock } = session;
  let pending: Use[] = [];
  /** Of `pending`, by version, where uses are counted. */
  const counted = new Map<string, Use>();
  let flushing: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  function add(keyId: string, version: number, nowMs: number): void {
    const name = `${version}\0${keyId}`;
    const known = counted.get(name);
    if (known) {
      known.count++;
      known.lastMs = nowMs;
      return;
    }
    if (pending.length >= maxPending) throw behind(pending.length);
    const use = { keyId, version, nowMs, lastMs: nowMs, count: 1 };
    pending.push(use);
    if (opens === 'counted') counted.set(name, use);
  }

  function wakeUp(): void {
    if (flushing) return;
    if (pending.length >= batchSize) return void flushSoon();
    cancel ??= clock.after(flushMs, flushSoon);
  }

  async function flushSoon(): Promise<void> {
    try {
      await flush();
    } catch (error) {
      warn({ code: 'audit_behind', message: error instanceof Error ? error.message : 'unknown' });
    }
  }

  function flush(): Promise<void> {
    cancel?.();
    cancel = undefined;
    flushing ??= writeAll().finally(() => {
      flushing = undefined;
      if (pending.length > 0) cancel ??= clock.after(flushMs, flushSoon); // noted as the last batch ended, or not written
    });
    return flushing;
  }

  async function writeAll(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending.slice(0, batchSize);
      // Taken out only once they are written: those that come meanwhile are counted anew.
      pending = pending.slice(batch.length);
      counted.clear();
      try {
        await session.change({ operation: 'open', keyId: '', actor }, async (edit) => {
          for (const { count, lastMs, ...use } of batch) {
            const details = opens === 'counted' ? { count, until: lastMs } : {};
            edit.note({ operation: 'open', details }, use);
          }
        });
      } catch (error) {
        pending = [...batch, ...pending];
        throw error;
      }
    }
  }

  return {
    note({ keyId, version }, nowMs) {
      if (keyIds && !keyIds.has(keyId)) return;
      add(keyId, version, nowMs);
      wakeUp();
    },
    flush,
  };
}

function behind(entries: number): KeyManagerError {
  return new KeyManagerError(
    'audit_behind',
    `${entries} audit entries wait to be written, and every opening has to leave one. It is tried again when the key ` +
      'store answers.',
  );
}
