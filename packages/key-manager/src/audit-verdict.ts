// What a verification of the audit chain finds, and the checkpoints it can be held against.

/** The end of an audit chain at some moment, signed, kept outside the database. */
export interface AuditCheckpoint {
  format: 'hammerwork/1 audit checkpoint';
  storeId: string;
  seq: number;
  /** 64 hex digits. */
  hash: string;
  /** RFC 3339. */
  at: string;
  signerId: string;
  /** Base64url. */
  signature: string;
}

/** Signs checkpoints with a key that the database does not hold. */
export interface AuditSigner {
  readonly id: string;
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export interface VerifyAuditOptions {
  /** Checkpoints in any order. Each has to match the chain. */
  checkpoints?: readonly AuditCheckpoint[];
  /** Tells whether a checkpoint's signature is good. Required with `checkpoints`. */
  verifySignature?: (signerId: string, message: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>;
  /** Also compare every key row with what the chain says became of it. Default true. */
  rows?: boolean;
}

export type AuditFault =
  | 'entry_changed'
  | 'entry_missing'
  | 'entry_reordered'
  | 'entries_cut_off'
  | 'entries_added'
  | 'state_forged'
  | 'checkpoint_unsigned'
  | 'checkpoint_mismatch'
  | 'row_forged'
  | 'row_differs'
  | 'row_missing'
  | 'transition_forged'
  | 'transition_missing';

export interface AuditVerdict {
  ok: boolean;
  entries: number;
  /** The first fault in chain order; faults of checkpoints and rows come after those of the chain. */
  fault: { kind: AuditFault; seq: number | undefined; keyId?: string; version?: number; message: string } | undefined;
  /** Number of the last entry that a good checkpoint vouches for; 0 where there is none. */
  anchored: number;
  /** Entries after that one: nothing outside the database vouches for them. */
  unanchored: number;
}

export type Fault = NonNullable<AuditVerdict['fault']>;
