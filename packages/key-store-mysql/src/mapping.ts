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

export const timeColumns = [
  'created_at',
  'expires_at',
  'rotated_at',
  'retired_at',
  'next_rotation_at',
  'destroy_at',
  'last_used_at',
] as const;

type TimeColumn = (typeof timeColumns)[number];

/** A key row as `reader.ts` selects it: times as text. */
export type KeyFields = Omit<Selectable<EncryptionKeysTable>, TimeColumn | 'id'> &
  Record<TimeColumn | 'transition', string | null>;

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
    retiredAt: toMs(row.retired_at),
    compromisePolicy: (row.compromise_policy ?? undefined) as KeyRow['compromisePolicy'],
    createdAt: toMs(row.created_at)!,
    createdBy: row.created_by,
    expiresAt: toMs(row.expires_at),
    rotatedAt: toMs(row.rotated_at),
    rotationIntervalDays: row.rotation_interval_days ?? undefined,
    nextRotationAt: toMs(row.next_rotation_at),
    keyStrength: row.key_strength,
    masterKeyId: row.master_key_id,
    destroyAt: toMs(row.destroy_at),
    destroyRequestedBy: row.destroy_requested_by ?? undefined,
    destroyApprovedBy: row.destroy_approved_by ?? undefined,
    encryptedKeyMaterial: bytes(row.encrypted_key_material),
    revision: Number(row.revision),
    rowMac: bytes(row.row_mac),
    lastUsedAt: toMs(row.last_used_at),
    usageCount: Number(row.usage_count),
    transition: parseTransition(row.key_id, row.version, row.transition),
  };
}

/** All columns but the usage, which is counted by the database. */
export function fromKeyRow(row: KeyRow): Insertable<EncryptionKeysTable> {
  return {
    key_id: row.keyId,
    version: row.version,
    handle: buffer(row.handle),
    algorithm: row.algorithm,
    encrypted_key_material: buffer(row.encryptedKeyMaterial),
    source: row.source,
    purpose: row.purpose,
    scope: row.scope,
    created_at: toTime(row.createdAt),
    created_by: row.createdBy,
    expires_at: toOptionalTime(row.expiresAt),
    rotated_at: toOptionalTime(row.rotatedAt),
    retired_at: toOptionalTime(row.retiredAt),
    status: row.status,
    compromise_policy: row.compromisePolicy ?? null,
    rotation_interval_days: row.rotationIntervalDays ?? null,
    next_rotation_at: toOptionalTime(row.nextRotationAt),
    key_strength: row.keyStrength,
    master_key_id: row.masterKeyId,
    destroy_at: toOptionalTime(row.destroyAt),
    destroy_requested_by: row.destroyRequestedBy ?? null,
    destroy_approved_by: row.destroyApprovedBy ?? null,
    revision: row.revision,
    row_mac: buffer(row.rowMac),
  };
}

export function fromTransition(transition: KeyTransition): Insertable<KeyTransitionsTable> {
  return {
    key_id: transition.keyId,
    version: transition.version,
    revision: transition.revision,
    state: transition.state,
    transition_mac: buffer(transition.transitionMac),
  };
}

export function toState(row: Selectable<KeyStoreTable>): StoreState {
  return {
    storeId: row.store_id,
    wrappedStoreKey: bytes(row.wrapped_store_key),
    revision: Number(row.revision),
    auditSeq: Number(row.audit_seq),
    auditHash: buffer(row.audit_hash).toString('hex'),
    stateMac: bytes(row.state_mac),
  };
}

export function fromState(state: StoreState): Insertable<KeyStoreTable> {
  return {
    store_id: state.storeId,
    wrapped_store_key: buffer(state.wrappedStoreKey),
    revision: state.revision,
    audit_seq: state.auditSeq,
    audit_hash: Buffer.from(state.auditHash, 'hex'),
    state_mac: buffer(state.stateMac),
  };
}

/** An entry as `audit-page.ts` selects it. */
export type AuditFields = Omit<Selectable<KeyAuditLogTable>, 'occurred_at'> & { occurred_at: string };

export function toAuditEntry(row: AuditFields): AuditEntry {
  return {
    seq: Number(row.seq),
    occurredAt: toMs(row.occurred_at)!,
    operation: row.operation as AuditEntry['operation'],
    keyId: row.key_id,
    version: row.version ?? undefined,
    actor: row.actor,
    result: row.result as AuditEntry['result'],
    code: row.code ?? undefined,
    details: row.details,
    hash: buffer(row.hash).toString('hex'),
  };
}

export function fromAuditEntry(entry: AuditEntry): Insertable<KeyAuditLogTable> {
  return {
    seq: entry.seq,
    occurred_at: toTime(entry.occurredAt),
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

/** Epoch milliseconds as DATETIME(3) takes them, in UTC whatever the session's time zone: `2026-01-15 12:30:15.123`. */
export function toTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1).replace('T', ' ');
}

/** Epoch milliseconds of a DATETIME that was cast to text. */
export function toMs(time: string | null): number | undefined {
  return time === null ? undefined : Date.parse(`${time.replace(' ', 'T')}Z`);
}

/** The same bytes as the driver knows how to write them: it takes other byte arrays for objects. */
export function buffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** A copy of its own: the driver hands out views of larger buffers. */
function bytes(value: Uint8Array): Uint8Array {
  return new Uint8Array(value);
}

function toOptionalTime(ms: number | undefined): string | null {
  return ms === undefined ? null : toTime(ms);
}
