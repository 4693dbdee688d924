// The MAC that keeps who has an export file, but no master key, from changing what it says of a version: HMAC-SHA-512,
// first 32 bytes, under a key that HKDF (RFC 5869) derives from the exported key. Another store has another store key, so
// the exported key is what both sides share.
import { Buffer } from 'node:buffer';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { ExportedKey } from './manager.ts';

const macBytes = 32;
const label = 'hammerwork/1 key export';

/** In base64; `key` stays the caller's. */
export function exportMac(key: Uint8Array, storeId: string, exported: Omit<ExportedKey, 'mac'>): string {
  const macKey = new Uint8Array(hkdfSync('sha512', key, new Uint8Array(), label, 64));
  const fields = [
    label,
    storeId,
    exported.keyId,
    exported.version,
    exported.handle,
    exported.algorithm,
    exported.purpose,
    exported.scope,
    exported.status,
    exported.retiredAt,
    exported.compromisePolicy,
    exported.createdAt,
    exported.createdBy,
    exported.expiresAt,
    exported.rotatedAt,
    exported.rotationIntervalDays,
    exported.nextRotationAt,
    exported.masterKeyId,
    exported.encryptedKeyMaterial,
  ];
  try {
    return createHmac('sha512', macKey)
      .update(JSON.stringify(fields))
      .digest()
      .subarray(0, macBytes)
      .toString('base64');
  } finally {
    macKey.fill(0);
  }
}

export function holdsExportMac(key: Uint8Array, storeId: string, exported: ExportedKey): boolean {
  const given = Buffer.from(String(exported.mac), 'base64');
  return given.length === macBytes && timingSafeEqual(given, Buffer.from(exportMac(key, storeId, exported), 'base64'));
}
