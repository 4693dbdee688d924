// The tables of the key store as Kysely knows them (migrations 002, 003 and 005). Times are written as text in UTC and read by
// a cast to text: what a driver makes of a DATETIME depends on the time zone that its pool was given.
import type { ColumnType, Generated } from 'kysely';

type Bigint = ColumnType<string | number, number, number>;
type Time = ColumnType<unknown, string, string>;
type OptionalTime = ColumnType<unknown, string | null, string | null>;

export interface KeyStoreTable {
  id: Generated<number>;
  store_id: string;
  wrapped_store_key: Uint8Array;
  revision: Bigint;
  audit_seq: Bigint;
  audit_hash: Uint8Array;
  state_mac: Uint8Array;
}

export interface EncryptionKeysTable {
  id: Generated<string>;
  key_id: string;
  version: number;
  handle: Uint8Array;
  algorithm: string;
  encrypted_key_material: Uint8Array;
  source: string;
  purpose: string;
  scope: string;
  created_at: Time;
  created_by: string;
  expires_at: OptionalTime;
  rotated_at: OptionalTime;
  retired_at: OptionalTime;
  status: string;
  compromise_policy: string | null;
  rotation_interval_days: number | null;
  next_rotation_at: OptionalTime;
  key_strength: number;
  master_key_id: string;
  destroy_at: OptionalTime;
  destroy_requested_by: string | null;
  destroy_approved_by: string | null;
  revision: Bigint;
  row_mac: Uint8Array;
  last_used_at: ColumnType<unknown, never, string>;
  usage_count: ColumnType<string | number, never, number>;
}

export interface KeyTransitionsTable {
  key_id: string;
  version: number;
  revision: Bigint;
  state: string;
  transition_mac: Uint8Array;
}

export interface KeyAuditLogTable {
  seq: Bigint;
  occurred_at: Time;
  operation: string;
  key_id: string;
  version: number | null;
  actor: string;
  result: string;
  code: string | null;
  details: string;
  hash: Uint8Array;
}

export interface KeyTables {
  hammerwork_key_store: KeyStoreTable;
  hammerwork_encryption_keys: EncryptionKeysTable;
  hammerwork_key_transitions: KeyTransitionsTable;
  hammerwork_key_audit_log: KeyAuditLogTable;
}
