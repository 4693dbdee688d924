// Which rows of the tables are believed: those whose MAC holds, and that are not from before the last transition of their
// version.
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import { nameOf } from './key-status.ts';
import type { KeyState, KeyTransition } from './key-transition.ts';
import type { StoreMac } from './store-mac.ts';

/** The row. Errors: those of `authenticRow`, `key_row_replayed`. */
export function trustedRow(mac: StoreMac, row: KeyRow): KeyRow {
  const { transition } = authenticRow(mac, row);
  if (transition && isReplayed(row)) throw replayed(row, transition.state);
  return row;
}

/** From before the last transition of its version. */
export function isReplayed({ revision, transition }: KeyRow): boolean {
  return transition !== undefined && revision < transition.revision;
}

/** A row that a key manager wrote, if perhaps long ago. Errors: `key_row_forged`, `key_transition_forged`. */
export function authenticRow(mac: StoreMac, row: KeyRow): KeyRow {
  if (!mac.holdsRow(row)) {
    throw new KeyManagerError(
      'key_row_forged',
      `${nameOf(row)} was changed in the table by something else than a key manager. It neither seals nor opens: ` +
        'verify the audit log and restore the row.',
    );
  }
  if (!row.transition) return row;
  const transition = trustedTransition(mac, row.transition);
  // Both are found under one name by the database; here it is no longer the database's word.
  if (transition.keyId !== row.keyId || transition.version !== row.version) throw transitionForged(row);
  return row;
}

/** The transition. Errors: `key_transition_forged`. */
export function trustedTransition(mac: StoreMac, transition: KeyTransition): KeyTransition {
  if (mac.holdsTransition(transition)) return transition;
  throw transitionForged(transition);
}

function transitionForged(of: { keyId: string; version: number }): KeyManagerError {
  return new KeyManagerError(
    'key_transition_forged',
    `The last row of hammerwork_key_transitions for ${nameOf(of).replace('V', 'v')} was written by something else than a ` +
      'key manager. The version neither seals nor opens: verify the audit log and delete that row, as the owner of the tables.',
  );
}

/** A row from before a change that is known; `state` is what that change made of the version. */
export function replayed(row: KeyRow, state: KeyState): KeyManagerError {
  return new KeyManagerError(
    'key_row_replayed',
    `${nameOf(row)} is ${state}, and the table holds a row from before that: somebody put back a former one, or restored ` +
      'one table and not the others. It neither seals nor opens: verify the audit log, then run `hammerwork keys reconcile`.',
  );
}
