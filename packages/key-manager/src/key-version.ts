// One version of a key, as anyone may see it: everything but the key.
import type { Algorithm } from '@hammerwork/crypto-core';

/** Key states of NIST SP 800-57 part 1 revision 5, section 7. */
export const keyStatuses = ['pre_active', 'active', 'deactivated', 'compromised', 'destroyed'] as const;
export type KeyStatus = (typeof keyStatuses)[number];

/** What a key may be used for. Only `encryption` keys seal and open records. */
export type KeyPurpose = 'encryption' | 'mac';

/** Where the 32 bytes came from. */
export type KeySource = 'generated' | 'imported';

/** What opening does under a compromised version: wait for re-encryption, or go on. */
export type CompromisePolicy = 'hold' | 'continue';

export interface KeyVersion {
  readonly keyId: string;
  /** 1 and up, without gaps. */
  readonly version: number;
  /** 8 random bytes, unique in the store; every record sealed with this version carries them. */
  readonly handle: Uint8Array;
  readonly algorithm: Algorithm;
  readonly purpose: KeyPurpose;
  readonly source: KeySource;
  /** The tenant, or the keyed hash of a data subject, or ''. */
  readonly scope: string;
  readonly status: KeyStatus;
  /** Set when the version no longer loads, whatever its status. */
  readonly retiredAt: Date | undefined;
  /** Only for `compromised`. */
  readonly compromisePolicy: CompromisePolicy | undefined;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** From then on the version seals nothing; it still opens. */
  readonly expiresAt: Date | undefined;
  /** When a newer version took over. */
  readonly rotatedAt: Date | undefined;
  readonly rotationIntervalDays: number | undefined;
  readonly nextRotationAt: Date | undefined;
  /** Key size in bits. */
  readonly keyStrength: number;
  /** Names the master key (of the first wrap); no secret. */
  readonly masterKeyId: string;
  /** Set while a destruction waits for the end of its undo window or for approval; the version does not load. */
  readonly destruction:
    | { at: Date; requestedBy: string; approvedBy: string | undefined; needsApproval: boolean }
    | undefined;
  readonly lastUsedAt: Date | undefined;
  readonly usageCount: number;
}
