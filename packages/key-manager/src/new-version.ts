// Makes the row of a new key version: 32 random bytes, wrapped at once, wiped here.
import type { Algorithm } from '@hammerwork/crypto-core';
import type { NewKeyRow } from './edit.ts';
import { wrapContextOf } from './key-material.ts';
import type { KeyPurpose } from './key-version.ts';
import { keyBytes } from './key-wrapper.ts';
import type { StoreSession } from './store-session.ts';

const dayMs = 86_400_000;

/** The end of the year 9999: MySQL holds no later time. */
export const latestTimeMs: number = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export interface VersionSpec {
  keyId: string;
  version: number;
  algorithm: Algorithm;
  purpose: KeyPurpose;
  scope: string;
  createdBy: string;
  expiresAt: number | undefined;
  rotationIntervalDays: number | undefined;
  /** Default `active`. */
  status?: 'active' | 'pre_active';
}

/** When a version that becomes active at `nowMs` is due. */
export function rotationAfter(nowMs: number, intervalDays: number | undefined): number | undefined {
  return intervalDays === undefined ? undefined : nowMs + intervalDays * dayMs;
}

/** A version's row, active unless said otherwise. The wrap happens here, before any lock is taken: a KMS may be slow. */
export async function makeVersion(session: StoreSession, spec: VersionSpec): Promise<NewKeyRow> {
  const { crypto, wrapper, clock } = session;
  const key = crypto.randomBytes(keyBytes);
  try {
    const encryptedKeyMaterial = await wrapper.wrap(key, wrapContextOf(spec));
    const now = Math.floor(clock.now());
    const { status = 'active', ...given } = spec;
    return {
      ...given,
      handle: crypto.randomBytes(8),
      source: 'generated',
      status,
      retiredAt: undefined,
      compromisePolicy: undefined,
      createdAt: now,
      rotatedAt: undefined,
      nextRotationAt: status === 'active' ? rotationAfter(now, spec.rotationIntervalDays) : undefined,
      keyStrength: keyBytes * 8,
      masterKeyId: wrapper.masterKeyId,
      destroyAt: undefined,
      destroyRequestedBy: undefined,
      destroyApprovedBy: undefined,
      encryptedKeyMaterial,
    };
  } finally {
    key.fill(0);
  }
}
