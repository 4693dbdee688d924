// What a key manager does.
import type { Algorithm, KeyRing } from '@hammerwork/crypto-core';
import type { AuditOperation, AuditRecord } from './audit-entry.ts';
import type { AuditCheckpoint, AuditSigner, AuditVerdict, VerifyAuditOptions } from './audit-verdict.ts';
import type { KeyManagerErrorCode } from './errors.ts';
import type { KeyFilter } from './key-store.ts';
import type { KeyState } from './key-transition.ts';
import type { CompromisePolicy, KeyPurpose, KeyVersion } from './key-version.ts';

export interface OperationOptions {
  /** Who did it, for the audit entry. */
  actor?: string;
  /** Why, for the audit entry. Holds no personal data. */
  reason?: string;
}

export interface GenerateKeyOptions extends OperationOptions {
  /** Default `aes-256-gcm`. */
  algorithm?: Algorithm;
  /** Default `encryption`. */
  purpose?: KeyPurpose;
  rotationIntervalDays?: number;
  expiresAt?: Date;
  /** The tenant, or the keyed hash of a data subject. Default ''. */
  scope?: string;
  /** Made ahead of its time: it seals nothing until `activateKey`. Default false. */
  preActive?: boolean;
}

export type KeySelector = string | { keyId: string; version?: number } | { handle: Uint8Array };

export interface RotateKeyOptions extends OperationOptions {
  /** Refuse with `key_changed` unless this is still the active version. */
  expectedVersion?: number;
}

export interface RetireKeyOptions extends OperationOptions {
  /** Retire without asking what refers to the version. Records that still name it no longer open. */
  unchecked?: boolean;
}

export interface DestroyKeyOptions extends OperationOptions {
  /** Destroy although records may refer to it: what is sealed under it is lost. */
  unchecked?: boolean;
  /** To shred a data subject's records: no undo window, and references are the point. */
  erasure?: boolean;
}

/** Where copies of a wrapped key may live on after its row lost it. With the master key they can still be opened. */
export interface WrappedCopy {
  place: 'caches' | 'database' | 'backups' | 'exports' | 'origin';
  /** Until when; undefined where nobody has said. */
  until: Date | undefined;
  /** What to do about it. */
  note: string;
}

export interface DestroyReport {
  state: 'destroyed' | 'pending' | 'awaiting_approval';
  /** When the bytes go, or went. */
  at: Date;
  copies: readonly WrappedCopy[];
  /** Until when a backup of the key store may hold the wrapped key; undefined where retention is not configured. */
  backupCopiesUntil: Date | undefined;
  /** Until when another process may still have the key in memory: the staleness bound. */
  cachesUntil: Date;
  key: KeyVersion;
}

export interface CompromiseKeyOptions extends OperationOptions {
  /** What opening does from now on. Default `hold`: the jobs wait until they are re-encrypted. */
  whenOpening?: CompromisePolicy;
}

/** A version that is there and not believed: its row, or its last transition, is not as a key manager wrote it. */
export interface RefusedKey {
  keyId: string;
  version: number;
  code: KeyManagerErrorCode;
  message: string;
}

export interface RewrapOptions extends OperationOptions {
  /** Also what is under the right master key already, for a new version of that key in its KMS. Default false. */
  refresh?: boolean;
  /** Called after each version. */
  onProgress?: (done: number, total: number) => void;
}

export interface RewrapReport {
  rewrapped: number;
  unchanged: number;
  /** Left as they are: what to do about each is in its message. */
  refused: readonly RefusedKey[];
  /** The key that authenticates rows; counted on its own, for it is no key version. */
  storeKey: 'rewrapped' | 'unchanged';
}

export interface ReconcileReport {
  /** Versions whose state is recorded now: they ended before there were transitions, or their last one was deleted. */
  recorded: number;
  /** Former rows that had been put back, and say again what became of their versions. */
  restored: readonly { keyId: string; version: number; from: KeyState; to: KeyState }[];
  /** What only who owns the tables can mend; how is in the messages. */
  refused: readonly RefusedKey[];
}

export interface ListKeysOptions {
  /** Called for each version that is not believed, which is then left out. Default: the first one is thrown. */
  onRefused?: (refused: RefusedKey) => void;
}

export interface KeyManagerStats {
  totalKeys: number;
  totalVersions: number;
  activeKeys: number;
  deactivatedKeys: number;
  retiredKeys: number;
  compromisedKeys: number;
  destroyedKeys: number;
  expiredKeys: number;
  dueKeys: number;
  /** Ended versions without a record of their end: `reconcileKeys` makes it. */
  unrecordedKeys: number;
  averageKeyAgeDays: number;
  totalAccessOperations: number;
  rotationsPerformed: number;
  lastRotationAt: Date | undefined;
  cache: { entries: number; hits: number; misses: number; hitRate: number };
  kms: { wraps: number; unwraps: number; rewraps: number; failures: number; averageUnwrapMs: number };
}

export interface AuditTrailQuery {
  keyId?: string;
  operations?: readonly AuditOperation[];
  /** Inclusive. */
  from?: Date;
  /** Exclusive. */
  to?: Date;
  /** Continue after this entry. */
  afterSeq?: number;
  /** Default 1,000. */
  limit?: number;
}

/** One wrapped version as JSON: bytes in base64, times in epoch milliseconds. */
export interface ExportedKey {
  keyId: string;
  version: number;
  handle: string;
  algorithm: string;
  purpose: string;
  scope: string;
  status: string;
  retiredAt: number | null;
  compromisePolicy: string | null;
  createdAt: number;
  createdBy: string;
  expiresAt: number | null;
  rotatedAt: number | null;
  rotationIntervalDays: number | null;
  nextRotationAt: number | null;
  masterKeyId: string;
  encryptedKeyMaterial: string;
  /** 32 bytes over everything above, under a key that is derived from the exported one. */
  mac: string;
}

/** Wrapped keys on their way to another store under the same master key: JSON-safe, no secret without that key. */
export interface KeyExport {
  format: 'hammerwork/1 keys';
  storeId: string;
  keys: readonly ExportedKey[];
}

export interface KeyManager {
  /** Lends keys to sealing code. Synchronous when cached. */
  readonly keyRing: Required<KeyRing>;
  /**
   * Reads the store's state and proves the master key; makes the store's key on first use. Every other call does it
   * when needed. Errors: `master_key_mismatch`, `store_forged`, `store_unavailable`, and the KMS's own.
   */
  open(): Promise<void>;
  /** Starts polling, usage flushing and, where configured, automatic rotation. */
  start(): void;
  /** Stops the timers, writes counted uses, waits for calls in flight and wipes every cached key. */
  close(): Promise<void>;

  /** Makes version 1 of a new key. Errors: `key_exists`. */
  generateKey(keyId: string, options?: GenerateKeyOptions): Promise<KeyVersion>;
  /** The active version, made if the key does not exist. Safe when several processes do it at once. */
  ensureKey(keyId: string, options?: GenerateKeyOptions): Promise<KeyVersion>;
  /** By key id (its active version, else its latest), key id and version, or handle. Errors: `key_unknown`. */
  getKey(selector: KeySelector): Promise<KeyVersion>;
  /**
   * Lets a `pre_active` version seal; the one that was active only opens from then on. Errors: `transition_forbidden`,
   * `key_expired`.
   */
  activateKey(keyId: string, version: number, options?: OperationOptions): Promise<KeyVersion>;
  listKeys(
    filter?: Omit<KeyFilter, 'changedAfter' | 'dueAt' | 'destroyAt'>,
    options?: ListKeysOptions,
  ): Promise<KeyVersion[]>;
  /** Makes a new active version; the old one opens but no longer seals. No record is touched. */
  rotateKey(keyId: string, options?: RotateKeyOptions): Promise<KeyVersion>;
  /** Rotates what is due or expired; the ids of the keys it rotated. Several processes may do it at once. */
  performAutomaticRotation(options?: OperationOptions): Promise<string[]>;
  /**
   * Ends a deactivated version: it no longer loads. Errors: `key_in_use` (records name it), `references_unknown`,
   * `too_early` (a process may still seal with it), `transition_forbidden`.
   */
  retireKey(keyId: string, version: number, options?: RetireKeyOptions): Promise<KeyVersion>;
  /** Ends a deactivated or compromised version for good, after the undo window. Errors as `retireKey`. */
  destroyKey(keyId: string, version: number, options?: DestroyKeyOptions): Promise<DestroyReport>;
  /** The second person's yes. Errors: `approval_required` when it is the same actor. */
  approveDestruction(
    keyId: string,
    version: number,
    options: OperationOptions & { actor: string },
  ): Promise<DestroyReport>;
  /**
   * Takes a destruction back within its undo window, or declines one that nobody has approved yet; an erasure can only
   * be declined. Errors: `transition_forbidden`.
   */
  undoDestruction(keyId: string, version: number, options?: OperationOptions): Promise<KeyVersion>;
  /** Destroys what has reached the end of its undo window (and is approved); what it destroyed. */
  performDueDestructions(options?: OperationOptions): Promise<KeyVersion[]>;
  /** Marks a version as known to others. An active one is replaced in the same step. */
  compromiseKey(keyId: string, version: number, options?: CompromiseKeyOptions): Promise<KeyVersion>;
  /**
   * Wraps key rows anew under the current master key (or group): one unwrap and one wrap per version, and one wrap for
   * the store's own key, which is in memory already. No job row is touched. A version that is not believed is left as
   * it is and reported.
   */
  rewrapKeys(options?: RewrapOptions): Promise<RewrapReport>;
  /**
   * Brings key rows and the transitions of their versions in line: records the ends of versions from before there were
   * transitions, and ends again what somebody put back. Harmless when repeated; wants an audit log that is whole.
   * Errors: `audit_broken`.
   */
  reconcileKeys(options?: OperationOptions): Promise<ReconcileReport>;
  exportKeys(filter?: KeyFilter, options?: OperationOptions): Promise<KeyExport>;
  importKeys(exported: KeyExport, options?: OperationOptions): Promise<KeyVersion[]>;

  getStats(): Promise<KeyManagerStats>;
  getAuditTrail(query?: AuditTrailQuery): Promise<AuditRecord[]>;
  /** Walks the chain from its first entry and names the first that is broken, missing, cut off or out of order. */
  verifyAudit(options?: VerifyAuditOptions): Promise<AuditVerdict>;
  /** The whole log as lines of JSON, for `verifyAuditExport`. Ends where the log ended when it began. */
  exportAudit(): AsyncIterable<string>;
  /** The chain's end, signed by a key that is not in the database, to be kept elsewhere. */
  createCheckpoint(signer: AuditSigner): Promise<AuditCheckpoint>;
}
