// One entry of the key audit log and its place in the hash chain.

/** All of them. Refusals carry the operation that was refused. */
export const auditOperations = [
  'create_store',
  'generate',
  'activate',
  'import',
  'export',
  'load',
  'open',
  'rotate',
  'deactivate',
  'retire',
  'compromise',
  'rewrap',
  'request_destroy',
  'approve_destroy',
  'undo_destroy',
  'destroy',
  'reconcile',
] as const;
export type AuditOperation = (typeof auditOperations)[number];

export type AuditResult = 'ok' | 'refused';

/** Facts about an operation: small, flat, and never a secret or personal data. */
export type AuditDetails = Readonly<Record<string, string | number | boolean>>;

/** What happened, before it has a place in the chain. */
export interface AuditEvent {
  operation: AuditOperation;
  /** '' where the operation concerns the store as a whole. */
  keyId: string;
  version: number | undefined;
  actor: string;
  /** Epoch milliseconds. */
  occurredAt: number;
  result: AuditResult;
  /** Error code of a refusal. */
  code: string | undefined;
  details: AuditDetails;
}

/** An entry as stored. */
export interface AuditEntry extends Omit<AuditEvent, 'details'> {
  /** 1 and up, without gaps. */
  seq: number;
  /** The JSON text that was hashed. */
  details: string;
  /** SHA-256 over the entry before and this one, 64 hex digits. */
  hash: string;
}

/** An entry as `getAuditTrail` shows it. */
export interface AuditRecord extends Omit<AuditEvent, 'occurredAt'> {
  seq: number;
  timestamp: Date;
}
