// The states that a version was brought to, kept beside its row in a table that only grows: a former row, put back with
// the MAC that it had, is older than the last of them.
import { Buffer } from 'node:buffer';
import type { KeyRow } from './key-row.ts';
import type { KeyStatus } from './key-version.ts';

/** The status, or the stronger word for what the version is in for. */
export type KeyState = KeyStatus | 'retired' | 'destruction_pending';

export interface KeyTransition {
  keyId: string;
  version: number;
  /** The store's revision at that change: a row with a lower one is from before. */
  revision: number;
  state: KeyState;
  /** 32 bytes over everything above. */
  transitionMac: Uint8Array;
}

/** What a row says of its version. */
export function stateOf({
  status,
  destroyAt,
  retiredAt,
}: Pick<KeyRow, 'status' | 'destroyAt' | 'retiredAt'>): KeyState {
  if (status === 'destroyed') return 'destroyed';
  if (destroyAt !== undefined) return 'destruction_pending';
  return status === 'deactivated' && retiredAt !== undefined ? 'retired' : status;
}

/** True for a version that no longer seals, and perhaps no longer opens. */
export function isEnded(state: KeyState): boolean {
  return state !== 'active' && state !== 'pre_active';
}

/** A transition as the databases' stores select it beside a row: revision, state and MAC in hex, or null for none. */
export function parseTransition(keyId: string, version: number, text: string | null): KeyTransition | undefined {
  if (text === null) return undefined;
  const [revision, state, mac = ''] = text.split(' ');
  // What is malformed is not none: its MAC does not hold.
  return {
    keyId,
    version,
    revision: Number(revision),
    state: state as KeyState,
    transitionMac: new Uint8Array(Buffer.from(mac, 'hex')),
  };
}
