// snake_case columns to camelCase rows and back: the one place where they meet.
import {
  type AuditEntry,
  type KeyRow,
  type KeyTransition,
  parseTransition,
  type StoreState,
} from '@hammerwork/key-manager';
import type { Insertable, Selectable } from 'kysely';
import type { EncryptionKeysTable, KeyAuditLogTable, KeyStoreTable, KeyTransitionsTable } from './tables.ts';

/** A key row as `reader.ts` selects it. */
export type KeyFields = Selectable<EncryptionKeysTable> & { transition: string | null };

export function toKeyRow(row: KeyFields): KeyRow {
  return {
    keyId: row.key_id,
    version: row.version,
    handle: bytes(row.handle),
    algorithm: row.algorithm as KeyRow['algorithm'],
    purpose: row.purpose as KeyRow['purpose'],
    source: row.source as KeyRow['source'],
    scope: row.scope,
    status: row.status as KeyRow['status'],
    retiredAt: time(row.retired_at),
    compromisePolicy: (row.compromise_policy ?? undefined) as KeyRow['compromisePolicy'],
    createdAt: time(row.created_at)!,
    createdBy: row.created_by,
    expiresAt: time(row.expires_at),
    rotatedAt: time(row.rotated_at),
    rotationIntervalDays: row.rotation_interval_days ?? undefined,
    nextRotationAt: time(row.next_rotation_at),
    keyStrength: row.key_strength,
    masterKeyId: row.master_key_id,
    destroyAt: time(row.destroy_at),
    destroyRequestedBy: row.destroy_requested_by ?? undefined,
    destroyApprovedBy: row.destroy_approved_by ?? undefined,
    encryptedKeyMaterial: bytes(row.encrypted_key_material),
    revision: Number(row.revision),
    rowMac: bytes(row.row_mac),
    lastUsedAt: time(row.last_used_at) || undefined,
    usageCount: Number(row.usage_count),
    transition: parseTransition(row.key_id, row.version, row.transition),
  };
}

/** All columns but the usage, which is counted by the database. */
export function fromKeyRow(row: KeyRow): Insertable<EncryptionKeysTable> {
  return {
    key_id: row.keyId,
    version: row.version,
    handle: row.handle,
    algorithm: row.algorithm,
    encrypted_key_material: row.encryptedKeyMaterial,
    source: row.source,
    purpose: row.purpose,
    scope: row.scope,
    created_at: new Date(row.createdAt),
    created_by: row.createdBy,
    expires_at: date(row.expiresAt),
    rotated_at: date(row.rotatedAt),
    retired_at: date(row.retiredAt),
    status: row.status,
    compromise_policy: row.compromisePolicy ?? null,
    rotation_interval_days: row.rotationIntervalDays ?? null,
    next_rotation_at: date(row.nextRotationAt),
    key_strength: row.keyStrength,
    master_key_id: row.masterKeyId,
    destroy_at: date(row.destroyAt),
    destroy_requested_by: row.destroyRequestedBy ?? null,
    destroy_approved_by: row.destroyApprovedBy ?? null,
    revision: row.revision,
    row_mac: row.rowMac,
  };
}

export function fromTransition(transition: KeyTransition): Insertable<KeyTransitionsTable> {
  return {
    key_id: transition.keyId,
    version: transition.version,
    revision: transition.revision,
    state: transition.state,
    transition_mac: transition.transitionMac,
  };
}

export function toState(row: Selectable<KeyStoreTable>): StoreState {
  return {
    storeId: row.store_id,
    wrappedStoreKey: bytes(row.wrapped_store_key),
    revision: Number(row.revision),
    auditSeq: Number(row.audit_seq),
    auditHash: Buffer.from(row.audit_hash).toString('hex'),
    stateMac: bytes(row.state_mac),
  };
}

export function fromState(state: StoreState): Insertable<KeyStoreTable> {
  return {
    store_id: state.storeId,
    wrapped_store_key: state.wrappedStoreKey,
    revision: state.revision,
    audit_seq: state.auditSeq,
    audit_hash: Buffer.from(state.auditHash, 'hex'),
    state_mac: state.stateMac,
  };
}

/** An entry as `audit-page.ts` selects it. */
export type AuditFields = [
  seq: number,
  occurredAt: string,
  operation: string,
  keyId: string,
  version: number | null,
  actor: string,
  result: string,
  code: string | null,
  details: string,
  hash: string,
];

export function toAuditEntry(fields: AuditFields): AuditEntry {
  const [seq, occurredAt, operation, keyId, version, actor, result, code, details, hash] = fields;
  return {
    seq,
    occurredAt: Date.parse(occurredAt),
    operation: operation as AuditEntry['operation'],
    keyId,
    version: version ?? undefined,
    actor,
    result: result as AuditEntry['result'],
    code: code ?? undefined,
    details,
    hash,
  };
}

export function fromAuditEntry(entry: AuditEntry): Insertable<KeyAuditLogTable> {
  return {
    seq: entry.seq,
    occurred_at: new Date(entry.occurredAt),
    operation: entry.operation,
    key_id: entry.keyId,
    version: entry.version ?? null,
    actor: entry.actor,
    result: entry.result,
    code: entry.code ?? null,
    details: entry.details,
    hash: Buffer.from(entry.hash, 'hex'),
  };
}

/** A copy of its own: drivers hand out views of larger buffers. */
function bytes(value: Uint8Array): Uint8Array {
  return new Uint8Array(value);
}

/**
 * `infinity` comes from node-postgres as a number and from PGlite as no date. Nobody wrote it: NaN, which no row's MAC holds.
 */
function time(value: Date | null): number | undefined {
  if (value === null) return undefined;
  return value instanceof Date ? value.getTime() : Number.NaN;
}

function date(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}
