// Making and binding the 32 bytes of a key version.
import type { WrapContext } from './kms-provider.ts';

/** What the wrap of a version is bound to: moved to another row, it does not open. */
export function wrapContextOf(row: { keyId: string; version: number; scope: string }): WrapContext {
  return { purpose: 'dek', key: row.keyId, version: String(row.version), scope: row.scope };
}
