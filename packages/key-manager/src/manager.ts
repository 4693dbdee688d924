// What a key manager does, and what it is made of.
import type { Algorithm, Crypto, KeyRing } from '@hammerwork/crypto-core';
import type { AuditOperation, AuditRecord } from './audit-entry.ts';
import type { AuditCheckpoint, AuditSigner, AuditVerdict, VerifyAuditOptions } from './audit-verdict.ts';
import type { Clock } from './clock.ts';
import type { KeyFilter, KeyStore } from './key-store.ts';
import type { CompromisePolicy, KeyPurpose, KeyVersion } from './key-version.ts';
import type { KmsGroup, KmsProvider } from './kms-provider.ts';

/** Counts how many stored records (jobs, archives, schedules) still name a key version by its 8-byte handle. */
export type CountReferences = (handle: Uint8Array) => Promise<number>;

export interface KeyManagerOptions {
  store: KeyStore;
  /** The master key, or several (`multi`). */
  kms: KmsProvider | KmsGroup;
  crypto: Crypto;
  clock?: Clock;
  /** Who the audit entries name unless a call says otherwise. Default `system`. */
  actor?: string;
  /** Rotation interval of keys that state none. Default: none, such keys rotate only by hand. */
  rotationIntervalDays?: number;
  /** Versions kept loadable per key id; older ones that nothing refers to are retired at a rotation. Default: all. */
  maxVersions?: number;
  /** Without it a version is retired or destroyed only when the call says `unchecked`. */
  countReferences?: CountReferences;
  /**
   * How long after a rotation a version cannot be retired yet: processes may still seal with it, and what they sealed
   * be in an open transaction. Default: twice the staleness bound.
   */
  settleMs?: number;
  /** Where warnings go (a version that could not be retired, a lost poll). They hold no secret. */
  onWarning?: (warning: KeyManagerWarning) => void;
  destruction?: {
    /** How long a destruction can be undone. Default 7 days; never applies to an erasure. */
    undoWindowMs?: number;
    /** A second actor has to approve. Default false. */
    requireApproval?: boolean;
    /** How long backups of the key store are kept, for the report. Default: unknown. */
    backupRetentionDays?: number;
  };
  cache?: {
    /** How long a loaded key serves. Default 1 hour. */
    ttlMs?: number;
    /** Default 10,000 versions. */
    maxEntries?: number;
    /** How often the store is asked for changes once started. Default 2 s; at most 4 s, for the bound of 5 s. */
    pollIntervalMs?: number;
    /** Cached keys are not used longer than this without word from the store. Default 60 s. */
    maxStalenessMs?: number;
    /** How long a refusal is remembered. Default 1 s. */
    negativeTtlMs?: number;
    /** How long the store and the master key may take to bring a key. Default 15 s. */
    loadTimeoutMs?: number;
  };
  /** How often counted uses are written once started. Default 60 s. */
  usageFlushMs?: number;
  /** How often due keys are rotated and due destructions done once started. Default: never. */
  automaticRotationMs?: number;
}

export interface KeyManagerWarning {
  code: 'retire_refused' | 'sync_failed' | 'refresh_failed' | 'usage_lost' | 'rotation_failed' | 'store_went_back';
  keyId?: string;
  version?: number;
  message: string;
}

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

export interface DestroyReport {
  state: 'destroyed' | 'pending' | 'awaiting_approval';
  /** When the bytes go, or went. */
  at: Date;
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
  averageKeyAgeDays: number;
  totalAccessOperations: number;
  rotationsPerformed: number;
  lastRotationAt: Date | undefined;
  cache: { entries: number; hits: number; misses: number; hitRate: number };
  kms: { wraps: number; unwraps: number; failures: number; averageUnwrapMs: number };
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
  listKeys(filter?: Omit<KeyFilter, 'changedAfter' | 'dueAt' | 'destroyAt'>): Promise<KeyVersion[]>;
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
  undoDestruction(keyId: string, version: number, options?: OperationOptions): Promise<KeyVersion>;
  /** Destroys what has reached the end of its undo window (and is approved); what it destroyed. */
  performDueDestructions(options?: OperationOptions): Promise<KeyVersion[]>;
  /** Marks a version as known to others. An active one is replaced in the same step. */
  compromiseKey(keyId: string, version: number, options?: CompromiseKeyOptions): Promise<KeyVersion>;
  /** Wraps key rows anew under the current master key (or group). No job row is touched. */
  rewrapKeys(options?: OperationOptions): Promise<{ rewrapped: number; unchanged: number }>;
  exportKeys(filter?: KeyFilter, options?: OperationOptions): Promise<KeyExport>;
  importKeys(exported: KeyExport, options?: OperationOptions): Promise<KeyVersion[]>;

  getStats(): Promise<KeyManagerStats>;
  getAuditTrail(query?: AuditTrailQuery): Promise<AuditRecord[]>;
  /** Walks the chain from its first entry and names the first that is broken, missing, cut off or out of order. */
  verifyAudit(options?: VerifyAuditOptions): Promise<AuditVerdict>;
  /** The chain's end, signed by a key that is not in the database, to be kept elsewhere. */
  createCheckpoint(signer: AuditSigner): Promise<AuditCheckpoint>;
}
