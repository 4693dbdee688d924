// A key store that was opened with the master key: rows are trusted only after they were checked, and every change
// carries its audit entries, new MACs and the next revision.
import { randomUUID } from 'node:crypto';
import type { Crypto } from '@hammerwork/crypto-core';
import { chainEntry, chainStart } from './audit-chain.ts';
import type { AuditEvent } from './audit-entry.ts';
import type { Clock } from './clock.ts';
import { createEdit, type Edit, type EditInProgress, type Intent } from './edit.ts';
import { KeyManagerError } from './errors.ts';
import { guardedStore } from './guarded-store.ts';
import type { KeyRow } from './key-row.ts';
import type { KeyStore, KeyStoreTransaction, StoreState } from './key-store.ts';
import { type KeyWrapper, keyBytes } from './key-wrapper.ts';
import type { WrapContext } from './kms-provider.ts';
import { createStoreMac, type StoreMac } from './store-mac.ts';
import { trustedRow } from './trusted-row.ts';

/** How far the store had come when it was opened. */
export interface Opened {
  revision: number;
  /** Epoch milliseconds, just before it was read. */
  atMs: number;
}

export interface StoreSession {
  readonly store: KeyStore;
  readonly wrapper: KeyWrapper;
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** Errors: `master_key_mismatch`, `store_forged`, `store_unavailable`, `manager_closed`, and the KMS's own. */
  open(): Promise<Opened>;
  /** The row, if it is as it was written last. Errors: `key_row_forged`, `key_transition_forged`, `key_row_replayed`. */
  trusted(row: KeyRow): KeyRow;
  /** The state row, if its MAC holds. Errors: `store_forged`. */
  readState(): Promise<StoreState>;
  /** One transaction; what it refuses is an audit entry too. Rows it wrote go to `onRows` listeners after the commit. */
  change<T>(intent: Intent, work: (edit: Edit) => Promise<T>): Promise<T>;
  /** The store key's container as the master keys of now make it, or undefined when it is that already. */
  rewrapStoreKey(state: StoreState, refresh: boolean): Promise<Uint8Array | undefined>;
  onRows(listener: (rows: readonly KeyRow[]) => void): void;
  /** Begins no change any more, waits for those under way, then wipes the store key: it signs what they write. */
  close(): Promise<void>;
}

export interface StoreSessionOptions {
  store: KeyStore;
  wrapper: KeyWrapper;
  crypto: Crypto;
  clock: Clock;
  actor: string;
}

export function createStoreSession(options: StoreSessionOptions): StoreSession {
  const { wrapper, crypto, clock, actor } = options;
  const store = guardedStore(options.store);
  const listeners: ((rows: readonly KeyRow[]) => void)[] = [];
  const underWay = new Set<Promise<unknown>>();
  let opening: Promise<Opened> | undefined;
  let opened: Opened | undefined;
  let mac: StoreMac | undefined;
  let closed = false;

  async function openOnce(): Promise<Opened> {
    const atMs = clock.now();
    const state = (await store.readState()) ?? (await createState());
    const key = await wrapper.unwrap(state.wrappedStoreKey, storeKeyContext(state));
    const found = createStoreMac(key);
    if (closed || !found.holdsState(state)) {
      found.dispose();
      throw closed ? managerClosed() : stateForged();
    }
    mac = found;
    opened = { revision: state.revision, atMs };
    return opened;
  }

  async function createState(): Promise<StoreState> {
    if ((await store.list({ limit: 1 })).length > 0) {
      const state = await store.readState(); // another process may have been first
      if (state) return state;
      throw stateForged();
    }
    const key = crypto.randomBytes(keyBytes);
    const maker = createStoreMac(key);
    try {
      const storeId = randomUUID();
      const wrappedStoreKey = await wrapper.wrap(key, storeKeyContext({ storeId }));
      const event: AuditEvent = {
        operation: 'create_store',
        keyId: '',
        version: undefined,
        actor,
        occurredAt: Math.floor(clock.now()),
        result: 'ok',
        code: undefined,
        details: { masterKeyId: wrapper.masterKeyId, storeId },
      };
      const entry = chainEntry(event, 1, chainStart);
      const bare = { storeId, wrappedStoreKey, revision: 0, auditSeq: 1, auditHash: entry.hash };
      const state = { ...bare, stateMac: maker.ofState({ ...bare, stateMac: new Uint8Array() }) };
      return await store.initialise(state, [entry]);
    } finally {
      maker.dispose();
    }
  }

  async function open(): Promise<Opened> {
    if (closed) throw managerClosed();
    if (opened) return opened;
    opening ??= openOnce().finally(() => {
      opening = undefined;
    });
    return opening;
  }

  function openedMac(): StoreMac {
    if (closed || !mac) throw managerClosed();
    return mac;
  }

  const trusted = (row: KeyRow) => trustedRow(openedMac(), row);

  function change<T>(intent: Intent, work: (edit: Edit) => Promise<T>): Promise<T> {
    const running = changeOnce(intent, work).finally(() => underWay.delete(running));
    underWay.add(running);
    return running;
  }

  async function changeOnce<T>(intent: Intent, work: (edit: Edit) => Promise<T>): Promise<T> {
    await open();
    let written: KeyRow[] = [];
    const run = (body: (edit: Edit) => Promise<T>) =>
      store.change(async (tx) => {
        const { edit, rows, finish, refuse } = startEdit(tx, intent);
        let outcome: { value: T } | { refusal: KeyManagerError };
        try {
          outcome = { value: await body(edit) };
        } catch (error) {
          // A refusal after something was written has to roll back; its entry is written on its own below.
          if (!isRefusal(error) || rows.length > 0) throw error;
          refuse(error);
          outcome = { refusal: error };
        }
        await finish();
        written = rows;
        return outcome;
      });
    const outcome = await run(work).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return run(async () => {
        throw error;
      });
    });
    if (written.length > 0) for (const listener of listeners) listener(written);
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome.value;
  }

  function startEdit(tx: KeyStoreTransaction, intent: Intent): EditInProgress {
    if (!mac) throw managerClosed();
    const keyMac = mac;
    if (!keyMac.holdsState(tx.state)) throw stateForged();
    return createEdit({
      tx,
      intent,
      mac: keyMac,
      trusted: (row) => trustedRow(keyMac, row),
      nowMs: Math.floor(clock.now()),
    });
  }

  return {
    store,
    wrapper,
    crypto,
    clock,
    open,
    trusted,
    change,
    async readState() {
      await open();
      const state = await store.readState();
      if (state && openedMac().holdsState(state)) return state;
      throw stateForged();
    },
    rewrapStoreKey: (state, refresh) =>
      openedMac().withKey((known) => wrapper.rewrap(state.wrappedStoreKey, storeKeyContext(state), { refresh, known })),
    onRows: (listener) => void listeners.push(listener),
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      mac?.dispose();
      mac = undefined;
    },
  };
}

function storeKeyContext({ storeId }: Pick<StoreState, 'storeId'>): WrapContext {
  return { purpose: 'store', store: storeId };
}

const notRefusals: readonly string[] = ['store_unavailable', 'store_forged', 'manager_closed', 'kms_failed'];

function isRefusal(error: unknown): error is KeyManagerError {
  return error instanceof KeyManagerError && !notRefusals.includes(error.code);
}

function managerClosed(): KeyManagerError {
  return new KeyManagerError('manager_closed', 'The key manager was closed. Make a new one.');
}

function stateForged(): KeyManagerError {
  return new KeyManagerError(
    'store_forged',
    'The row of hammerwork_key_store is missing or was changed by something else than a key manager. Restore it from a ' +
      'backup; nothing is sealed or opened until then.',
  );
}
