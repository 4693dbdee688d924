// A row of `hammerwork_encryption_keys` as stores hand it over: times in epoch milliseconds, the wrapped key, and the
// MAC that keeps writers of the table from changing it.
import type { Algorithm } from '@hammerwork/crypto-core';
import type { KeyTransition } from './key-transition.ts';
import type { CompromisePolicy, KeyPurpose, KeySource, KeyStatus, KeyVersion } from './key-version.ts';

export interface KeyRow {
  keyId: string;
  version: number;
  handle: Uint8Array;
  algorithm: Algorithm;
  purpose: KeyPurpose;
  source: KeySource;
  scope: string;
  status: KeyStatus;
  retiredAt: number | undefined;
  compromisePolicy: CompromisePolicy | undefined;
  createdAt: number;
  createdBy: string;
  expiresAt: number | undefined;
  rotatedAt: number | undefined;
  rotationIntervalDays: number | undefined;
  nextRotationAt: number | undefined;
  keyStrength: number;
  /** UUID. */
  masterKeyId: string;
  destroyAt: number | undefined;
  destroyRequestedBy: string | undefined;
  /** '' while a destruction waits for a second person's approval. */
  destroyApprovedBy: string | undefined;
  /** The 0xC3 container of `wrapped-key.ts`; empty once destroyed. */
  encryptedKeyMaterial: Uint8Array;
  /** The store's revision at the last change of this row: what a compare-and-set compares. */
  revision: number;
  /** 32 bytes over everything above. */
  rowMac: Uint8Array;
  /** Counted in batches, outside the MAC. */
  lastUsedAt: number | undefined;
  usageCount: number;
  /** The last one of this version, from a table of its own, read in the same statement. */
  transition?: KeyTransition | undefined;
}

/** The public view of a row. */
export function describeKey(row: KeyRow): KeyVersion {
  return {
    keyId: row.keyId,
    version: row.version,
    handle: row.handle.slice(),
    algorithm: row.algorithm,
    purpose: row.purpose,
    source: row.source,
    scope: row.scope,
    status: row.status,
    retiredAt: date(row.retiredAt),
    compromisePolicy: row.compromisePolicy,
    createdAt: new Date(row.createdAt),
    createdBy: row.createdBy,
    expiresAt: date(row.expiresAt),
    rotatedAt: date(row.rotatedAt),
    rotationIntervalDays: row.rotationIntervalDays,
    nextRotationAt: date(row.nextRotationAt),
    keyStrength: row.keyStrength,
    masterKeyId: row.masterKeyId,
    destruction:
      row.destroyAt === undefined || row.status === 'destroyed'
        ? undefined
        : {
            at: new Date(row.destroyAt),
            requestedBy: row.destroyRequestedBy ?? '',
            approvedBy: row.destroyApprovedBy || undefined,
            needsApproval: row.destroyApprovedBy === '',
          },
    lastUsedAt: date(row.lastUsedAt),
    usageCount: row.usageCount,
  };
}

function date(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
