// The one error class of this package. Callers decide by `kind` and `code`; a message says what to do next and never
// holds key bytes, wrapped bytes or a KMS answer.
import { CodedError, type FailureKind } from '@hammerwork/crypto-core';

export type KeyManagerErrorCode =
  | 'key_unknown'
  | 'key_unusable'
  | 'key_destroyed'
  | 'key_held'
  | 'key_expired'
  | 'destruction_pending'
  | 'key_exists'
  | 'key_changed'
  | 'key_in_use'
  | 'key_row_forged'
  | 'key_row_replayed'
  | 'key_transition_forged'
  | 'transition_forbidden'
  | 'too_early'
  | 'references_unknown'
  | 'approval_required'
  | 'audit_behind'
  | 'audit_broken'
  | 'signing_key_malformed'
  | 'checkpoint_malformed'
  | 'import_malformed'
  | 'material_malformed'
  | 'master_key_mismatch'
  | 'kms_failed'
  | 'store_unavailable'
  | 'store_forged'
  | 'manager_closed';

const kinds: Record<KeyManagerErrorCode, FailureKind> = {
  key_unknown: 'key_gone',
  key_unusable: 'key_gone',
  key_destroyed: 'key_gone',
  key_held: 'held',
  key_expired: 'held',
  destruction_pending: 'held',
  key_exists: 'input',
  key_changed: 'unavailable',
  key_in_use: 'input',
  key_row_forged: 'key_gone',
  key_row_replayed: 'key_gone',
  key_transition_forged: 'key_gone',
  transition_forbidden: 'input',
  too_early: 'input',
  references_unknown: 'input',
  approval_required: 'input',
  audit_behind: 'unavailable',
  audit_broken: 'input',
  signing_key_malformed: 'input',
  checkpoint_malformed: 'input',
  import_malformed: 'input',
  material_malformed: 'key_gone',
  master_key_mismatch: 'unavailable',
  kms_failed: 'unavailable',
  store_unavailable: 'unavailable',
  store_forged: 'unavailable',
  manager_closed: 'unavailable',
};

/**
 * A refused or failed key operation. `key_held` (compromised, its records wait), `key_expired` (nothing active may seal
 * until a rotation) and `destruction_pending` (it can still be undone) are of kind `held`: what needs that key waits, and
 * nothing else. `master_key_mismatch` (this process has another master key) is of kind `unavailable`: another process can
 * do the work.
 */
export class KeyManagerError extends CodedError<KeyManagerErrorCode> {
  constructor(code: KeyManagerErrorCode, message: string, options?: ErrorOptions) {
    super(code, kinds[code], message, options);
  }
}
