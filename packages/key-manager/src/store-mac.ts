// The MACs that keep writers of the tables from changing key rows, transitions and the store's state: HMAC-SHA-512 under the store
// key, first 32 bytes, over a JSON array (injective for well-formed text) and the wrapped bytes.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyRow } from './key-row.ts';
import type { StoreState } from './key-store.ts';
import type { KeyTransition } from './key-transition.ts';

const macBytes = 32;

export interface StoreMac {
  ofRow(row: KeyRow): Uint8Array;
  ofState(state: StoreState): Uint8Array;
  ofTransition(transition: Omit<KeyTransition, 'transitionMac'>): Uint8Array;
  holdsRow(row: KeyRow): boolean;
  holdsState(state: StoreState): boolean;
  holdsTransition(transition: KeyTransition): boolean;
  /** Lends the store key, to be wrapped anew. */
  withKey<T>(use: (storeKey: Uint8Array) => T): T;
  /** Wipes the store key. */
  dispose(): void;
}

/** Takes over `storeKey` (32 bytes) and wipes it on `dispose`. */
export function createStoreMac(storeKey: Uint8Array): StoreMac {
  let wiped = false;
  function mac(fields: readonly (string | number | null | undefined)[], bytes: Uint8Array): Uint8Array {
    if (wiped) throw new Error('The store key was wiped'); // zeros would sign as well
    // A time like infinity would be null in JSON, and so pass for one that was never set.
    const exact = fields.map((field) => (typeof field === 'number' && !Number.isFinite(field) ? `${field}` : field));
    const hmac = createHmac('sha512', storeKey).update(JSON.stringify(exact)).update('\0').update(bytes);
    return new Uint8Array(hmac.digest().subarray(0, macBytes));
  }
  const ofRow = (row: KeyRow) =>
    mac(
      [
        'hammerwork/1 key row',
        row.keyId,
        row.version,
        hex(row.handle),
        row.algorithm,
        row.purpose,
        row.source,
        row.scope,
        row.status,
        row.retiredAt,
        row.compromisePolicy,
        row.createdAt,
        row.createdBy,
        row.expiresAt,
        row.rotatedAt,
        row.rotationIntervalDays,
        row.nextRotationAt,
        row.keyStrength,
        row.masterKeyId,
        row.destroyAt,
        row.destroyRequestedBy,
        row.destroyApprovedBy,
        row.revision,
      ],
      row.encryptedKeyMaterial,
    );
  const ofState = (state: StoreState) =>
    mac(
      ['hammerwork/1 store state', state.storeId, state.revision, state.auditSeq, state.auditHash],
      state.wrappedStoreKey,
    );
  const ofTransition = ({ keyId, version, revision, state }: Omit<KeyTransition, 'transitionMac'>) =>
    mac(['hammerwork/1 key transition', keyId, version, revision, state], new Uint8Array());
  return {
    ofRow,
    ofState,
    ofTransition,
    holdsRow: (row) => same(row.rowMac, ofRow(row)),
    holdsState: (state) => same(state.stateMac, ofState(state)),
    holdsTransition: (transition) => same(transition.transitionMac, ofTransition(transition)),
    withKey: (use) => use(storeKey),
    dispose() {
      wiped = true;
      storeKey.fill(0);
    },
  };
}

function same(given: Uint8Array, mac: Uint8Array): boolean {
  return given.length === macBytes && timingSafeEqual(given, mac);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
