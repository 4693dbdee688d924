// The port to where key rows live. One conformance suite (test/key-store-suite.ts) holds for every implementation.
import type { AuditEntry, AuditOperation } from './audit-entry.ts';
import type { KeyRow } from './key-row.ts';
import type { KeyTransition } from './key-transition.ts';
import type { KeyStatus } from './key-version.ts';

/** The one row that says what this store is, how far it has come and where its audit chain ends. */
export interface StoreState {
  /** UUID, made once. */
  storeId: string;
  /** The store key (32 bytes that authenticate rows), wrapped by the master key: a 0xC3 container. */
  wrappedStoreKey: Uint8Array;
  /** Raised by one with every change of any key row; what processes poll. */
  revision: number;
  /** Number of audit entries. */
  auditSeq: number;
  /** Hash of the last audit entry, 64 hex digits. */
  auditHash: string;
  /** 32 bytes over everything above, under the store key. */
  stateMac: Uint8Array;
}

export interface KeyFilter {
  keyId?: string;
  scope?: string;
  status?: readonly KeyStatus[];
  /** Active versions whose rotation date or expiry (epoch milliseconds) is at or before this. */
  dueAt?: number;
  /** Versions whose undo window ends at or before this (epoch milliseconds). */
  destroyAt?: number;
  /** Versions whose first wrap is not under this master key. */
  notMasterKeyId?: string;
  /** Rows changed after this revision. */
  changedAfter?: number;
  /** Continue after this (key id, version) in key id, version order. */
  after?: { keyId: string; version: number };
  /** Default 1,000. */
  limit?: number;
}

/** Each row comes with the last transition of its version, that with the highest revision, in the same query. */
export interface KeyStoreReader {
  /** Rows in no particular order; handles that name nothing are left out. One query. */
  findByHandles(handles: readonly Uint8Array[]): Promise<KeyRow[]>;
  findActive(keyId: string): Promise<KeyRow | undefined>;
  findVersion(keyId: string, version: number): Promise<KeyRow | undefined>;
  findLatest(keyId: string): Promise<KeyRow | undefined>;
  /** Ordered by key id and version, by bytes. */
  list(filter?: KeyFilter): Promise<KeyRow[]>;
}

/** Inside a change the store's state row is locked: changes of one store never overlap. */
export interface KeyStoreTransaction extends KeyStoreReader {
  readonly state: StoreState;
  /** False when the (key id, version), the handle, or a second active version is already there. */
  insertKey(row: KeyRow): Promise<boolean>;
  /** Compare-and-set: writes `row` (all but its usage and transition) if the stored row still has `expectedRevision`. */
  updateKey(row: KeyRow, expectedRevision: number): Promise<boolean>;
  /** Adds to what is there: none is ever changed. One statement. */
  addTransitions(transitions: readonly KeyTransition[]): Promise<void>;
  /** The last transition of a version, also of one that has no row. */
  findTransition(keyId: string, version: number): Promise<KeyTransition | undefined>;
  appendAudit(entries: readonly AuditEntry[]): Promise<void>;
  saveState(state: StoreState): Promise<void>;
}

export interface AuditQuery {
  keyId?: string;
  operations?: readonly AuditOperation[];
  /** Epoch milliseconds, inclusive. */
  from?: number;
  /** Epoch milliseconds, exclusive. */
  to?: number;
  /** Entries after this number. Default 0. */
  afterSeq?: number;
  /** Default 1,000. */
  limit?: number;
}

export interface KeyUsage {
  handle: Uint8Array;
  count: number;
  /** Epoch milliseconds. */
  lastUsedAt: number;
}

export interface KeyCounts {
  versions: number;
  keys: number;
  active: number;
  deactivated: number;
  retired: number;
  compromised: number;
  destroyed: number;
  /** Active, but past their expiry. */
  expired: number;
  /** Active and due for rotation. */
  due: number;
  /** Uses counted so far, over all versions. */
  uses: number;
  rotations: number;
  /** Ended, but without a transition that says so: from before there were any. */
  unrecorded: number;
  /** Epoch milliseconds. */
  lastRotationAt: number | undefined;
  /** Over versions that are not destroyed. */
  averageAgeMs: number;
}

export interface KeyStore extends KeyStoreReader {
  /** The state row, or undefined before `initialise`. */
  readState(): Promise<StoreState | undefined>;
  /** Writes the state row and its first audit entries, unless there is one; returns the one that is there. */
  initialise(state: StoreState, entries: readonly AuditEntry[]): Promise<StoreState>;
  /**
   * Runs `work` in one transaction that holds the state row's lock. What it throws rolls everything back; in a
   * transaction of the caller's, all that this change did. Where the database breaks a deadlock at the cost of this
   * transaction, `work` may run again.
   */
  change<T>(work: (tx: KeyStoreTransaction) => Promise<T>): Promise<T>;
  /** Ordered by number. */
  readAudit(query?: AuditQuery): Promise<AuditEntry[]>;
  addUsage(usage: readonly KeyUsage[]): Promise<void>;
  count(nowMs: number): Promise<KeyCounts>;
  /** Calls back soon after another process changed a key. Notices may be lost: polling goes on beside it. */
  watch?(onChange: () => void): Promise<() => Promise<void>>;
}
