// What a key manager is made of and how it is set.
import type { Crypto } from '@hammerwork/crypto-core';
import type { AuditCheckpoint, AuditSigner } from './audit-verdict.ts';
import type { Clock } from './clock.ts';
import type { KeyStore } from './key-store.ts';
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
  /**
   * Where warnings go (a version that could not be retired, a lost poll). They hold no secret. Where it fails, a warning
   * of the process says so, once.
   */
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
  /** Default: opening leaves no entry (refusals do). */
  openAudit?: OpenAuditPolicy;
  /** Written once started. Default: none. */
  checkpoints?: CheckpointPolicy;
}

/** That every opening leaves an audit entry. */
export interface OpenAuditPolicy {
  /** `each`: one entry per opening. `counted`: one per version and batch, with how many there were and until when. */
  opens: 'each' | 'counted';
  /** Only for these keys. Default: all. */
  keyIds?: readonly string[];
  /** How long an entry may wait in memory, where a crash loses it. Default 1 s. */
  flushMs?: number;
  /** Entries that may wait; beyond them openings are refused with `audit_behind`. Default 10,000. */
  maxPending?: number;
}

/** Signed ends of the audit chain, written again and again to where the database's owner cannot change them. */
export interface CheckpointPolicy {
  signer: AuditSigner;
  /** Default 1 hour. Nothing is written while nothing has happened. */
  everyMs?: number;
  write(checkpoint: AuditCheckpoint): Promise<void>;
}

export interface KeyManagerWarning {
  code:
    | 'retire_refused'
    | 'sync_failed'
    | 'refresh_failed'
    | 'usage_lost'
    | 'rotation_failed'
    | 'destruction_failed'
    | 'store_went_back'
    | 'audit_behind'
    | 'checkpoint_failed';
  keyId?: string;
  version?: number;
  message: string;
}
