// Made from mysql/*.sql by tools/embed-migrations.ts. Do not edit.
import type { SqlMigration } from './sql-migration.ts';

export const mysqlMigrations: readonly SqlMigration[] = [
  {
    "name": "002_encryption_keys",
    "statements": [
      "CREATE TABLE hammerwork_key_store (\n  id SMALLINT NOT NULL DEFAULT 1 PRIMARY KEY CHECK (id = 1),\n  store_id CHAR(36) NOT NULL,\n  wrapped_store_key LONGBLOB NOT NULL,\n  revision BIGINT NOT NULL,\n  audit_seq BIGINT NOT NULL,\n  audit_hash VARBINARY(255) NOT NULL,\n  state_mac VARBINARY(255) NOT NULL\n) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4\n  COLLATE /*!80000 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */\n  COMMENT = 'hammerwork 002_encryption_keys'",
      "CREATE TABLE hammerwork_encryption_keys (\n  id CHAR(36) NOT NULL DEFAULT (UUID()) PRIMARY KEY,\n  key_id VARCHAR(255) NOT NULL,\n  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),\n  handle VARBINARY(255) NOT NULL CHECK (OCTET_LENGTH(handle) = 8),\n  algorithm VARCHAR(50) NOT NULL CHECK (algorithm IN ('aes-256-gcm', 'chacha20-poly1305')),\n  encrypted_key_material LONGBLOB NOT NULL,\n  derivation_salt LONGBLOB,\n  source VARCHAR(100) NOT NULL CHECK (source IN ('generated', 'imported')),\n  purpose VARCHAR(50) NOT NULL DEFAULT 'encryption' CHECK (purpose IN ('encryption', 'mac')),\n  scope VARCHAR(255) NOT NULL DEFAULT '',\n  created_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),\n  created_by VARCHAR(255) NOT NULL,\n  expires_at DATETIME(3),\n  rotated_at DATETIME(3),\n  retired_at DATETIME(3),\n  status VARCHAR(20) NOT NULL DEFAULT 'active'\n    CHECK (status IN ('pre_active', 'active', 'deactivated', 'compromised', 'destroyed')),\n  compromise_policy VARCHAR(20) CHECK (compromise_policy IN ('hold', 'continue')),\n  rotation_interval_days INTEGER CHECK (rotation_interval_days >= 1),\n  next_rotation_at DATETIME(3),\n  key_strength INTEGER NOT NULL CHECK (key_strength = 256),\n  master_key_id CHAR(36) NOT NULL,\n  destroy_at DATETIME(3),\n  destroy_requested_by VARCHAR(255),\n  destroy_approved_by VARCHAR(255),\n  revision BIGINT NOT NULL,\n  row_mac VARBINARY(255) NOT NULL,\n  last_used_at DATETIME(3),\n  usage_count BIGINT NOT NULL DEFAULT 0,\n  active_key_id VARCHAR(255) GENERATED ALWAYS AS (CASE WHEN status = 'active' THEN key_id END) STORED,\n  UNIQUE KEY hammerwork_encryption_keys_key_id_version (key_id, version),\n  UNIQUE KEY hammerwork_encryption_keys_handle (handle),\n  UNIQUE KEY hammerwork_encryption_keys_one_active (active_key_id),\n  KEY idx_encryption_keys_status (status),\n  KEY idx_encryption_keys_next_rotation (next_rotation_at),\n  KEY idx_encryption_keys_revision (revision),\n  CHECK ((status = 'destroyed') = (OCTET_LENGTH(encrypted_key_material) = 0))\n) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4\n  COLLATE /*!80000 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */\n  COMMENT = 'hammerwork 002_encryption_keys'"
    ]
  },
  {
    "name": "003_key_audit_log",
    "statements": [
      "CREATE TABLE hammerwork_key_audit_log (\n  seq BIGINT NOT NULL PRIMARY KEY,\n  occurred_at DATETIME(3) NOT NULL,\n  operation VARCHAR(50) NOT NULL,\n  key_id VARCHAR(255) NOT NULL,\n  version INTEGER,\n  actor VARCHAR(255) NOT NULL,\n  result VARCHAR(20) NOT NULL CHECK (result IN ('ok', 'refused')),\n  code VARCHAR(100),\n  details LONGTEXT NOT NULL,\n  hash VARBINARY(255) NOT NULL CHECK (OCTET_LENGTH(hash) = 32),\n  KEY idx_key_audit_log_key_id (key_id, seq),\n  KEY idx_key_audit_log_occurred_at (occurred_at)\n) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4\n  COLLATE /*!80000 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */\n  COMMENT = 'hammerwork 003_key_audit_log'"
    ]
  },
  {
    "name": "005_key_transitions",
    "statements": [
      "CREATE TABLE hammerwork_key_transitions (\n  key_id VARCHAR(255) NOT NULL,\n  version INTEGER NOT NULL,\n  revision BIGINT NOT NULL,\n  state VARCHAR(20) NOT NULL CHECK (state IN (\n    'pre_active', 'active', 'deactivated', 'retired', 'compromised', 'destruction_pending', 'destroyed')),\n  transition_mac VARBINARY(255) NOT NULL,\n  PRIMARY KEY (key_id, version, revision)\n) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4\n  COLLATE /*!80000 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */\n  COMMENT = 'hammerwork 005_key_transitions'"
    ]
  }
];

export const mysqlRoles: readonly string[] = [
  "CREATE ROLE IF NOT EXISTS hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor",
  "GRANT SELECT ON hammerwork_migrations\n  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor",
  "GRANT SELECT ON hammerwork_key_store\n  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor",
  "GRANT SELECT ON hammerwork_encryption_keys\n  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor",
  "GRANT SELECT ON hammerwork_key_transitions\n  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor",
  "GRANT UPDATE (usage_count, last_used_at) ON hammerwork_encryption_keys TO hammerwork_producer, hammerwork_worker",
  "GRANT UPDATE ON hammerwork_key_store TO hammerwork_worker, hammerwork_key_admin",
  "GRANT INSERT ON hammerwork_key_audit_log TO hammerwork_worker, hammerwork_key_admin",
  "GRANT SELECT ON hammerwork_key_audit_log TO hammerwork_key_admin, hammerwork_auditor",
  "GRANT INSERT ON hammerwork_key_store TO hammerwork_key_admin",
  "GRANT INSERT, UPDATE ON hammerwork_encryption_keys TO hammerwork_key_admin",
  "GRANT INSERT ON hammerwork_key_transitions TO hammerwork_key_admin"
];
