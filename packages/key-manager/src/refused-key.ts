// What is told of a version that is not believed, by operations that go on with the others.
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import type { RefusedKey } from './manager.ts';
import type { StoreSession } from './store-session.ts';

/** Undefined for a row that is believed. */
export function refusalOf(session: Pick<StoreSession, 'trusted'>, row: KeyRow): RefusedKey | undefined {
  const { keyId, version } = row;
  try {
    session.trusted(row);
    return undefined;
  } catch (error) {
    if (!(error instanceof KeyManagerError) || error.kind !== 'key_gone') throw error;
    return { keyId, version, code: error.code, message: error.message };
  }
}
