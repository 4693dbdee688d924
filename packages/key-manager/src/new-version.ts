// Makes the row of a new key version: 32 random bytes, wrapped at once, wiped here.
import type { Algorithm } from '@hammerwork/crypto-core';
import type { NewKeyRow } from './edit.ts';
import { wrapContextOf } from './key-material.ts';
import type { KeyPurpose } from './key-version.ts';
import { keyBytes } from './key-wrapper.ts';
import type { StoreSession } from './store-session.ts';

const dayMs = 86_400_000;

export interface VersionSpec {
  keyId: string;
  version: number;
  algorithm: Algorithm;
  purpose: KeyPurpose;
  scope: string;
  createdBy: string;
  expiresAt: number | undefined;
  rotationIntervalDays: number | undefined;
}

/** An active version's row. The wrap happens here, before any lock is taken: a KMS may be slow. */
export async function makeVersion(session: StoreSession, spec: VersionSpec): Promise<NewKeyRow> {
  const { crypto, wrapper, clock } = session;
  const key = crypto.randomBytes(keyBytes);
  try {
    const encryptedKeyMaterial = await wrapper.wrap(key, wrapContextOf(spec));
    const now = Math.floor(clock.now());
    return {
      ...spec,
      handle: crypto.randomBytes(8),
      source: 'generated',
      status: 'active',
      retiredAt: undefined,
      compromisePolicy: undefined,
      createdAt: now,
      rotatedAt: undefined,
      nextRotationAt: spec.rotationIntervalDays === undefined ? undefined : now + spec.rotationIntervalDays * dayMs,
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
