-- Key versions and the one row that describes the key store, for MySQL 8.0.17 and MariaDB 10.6 or later: the columns of
-- pg/002_encryption_keys.sql. Times are UTC, written as text. The byte-exact collation that does not ignore trailing
-- spaces has a name of its own on each of the two: /*!80000 is read by MySQL alone, /*M! by MariaDB alone.
-- DDL commits by itself here: the COMMENT of a table tells an interrupted migration that the table is its own.

CREATE TABLE hammerwork_key_store (
  id SMALLINT NOT NULL DEFAULT 1 PRIMARY KEY CHECK (id = 1),
  store_id CHAR(36) NOT NULL,
  wrapped_store_key LONGBLOB NOT NULL,
  revision BIGINT NOT NULL,
  audit_seq BIGINT NOT NULL,
  audit_hash VARBINARY(255) NOT NULL,
  state_mac VARBINARY(255) NOT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4
  COLLATE /*!80000 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */
  COMMENT = 'hammerwork 002_encryption_keys';

CREATE TABLE hammerwork_encryption_keys (
  id CHAR(36) NOT NULL DEFAULT (UUID()) PRIMARY KEY,
  key_id VARCHAR(255) NOT NULL,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  -- Not BINARY(8): that would fill up what is too short.
  handle VARBINARY(255) NOT NULL CHECK (OCTET_LENGTH(handle) = 8),
  algorithm VARCHAR(50) NOT NULL CHECK (algorithm IN ('aes-256-gcm', 'chacha20-poly1305')),
  encrypted_key_material LONGBLOB NOT NULL,
  -- Salts of passphrases travel inside the wrapped key; the column is the source document's.
  derivation_salt LONGBLOB,
  source VARCHAR(100) NOT NULL CHECK (source IN ('generated', 'imported')),
  purpose VARCHAR(50) NOT NULL DEFAULT 'encryption' CHECK (purpose IN ('encryption', 'mac')),
  scope VARCHAR(255) NOT NULL DEFAULT '',
  created_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
  created_by VARCHAR(255) NOT NULL,
  expires_at DATETIME(3),
  rotated_at DATETIME(3),
  retired_at DATETIME(3),
  status VARCHAR(20) NOT NULL DEFAULT 'active'
    CHECK (status IN ('pre_active', 'active', 'deactivated', 'compromised', 'destroyed')),
  compromise_policy VARCHAR(20) CHECK (compromise_policy IN ('hold', 'continue')),
  rotation_interval_days INTEGER CHECK (rotation_interval_days >= 1),
  next_rotation_at DATETIME(3),
  key_strength INTEGER NOT NULL CHECK (key_strength = 256),
  master_key_id CHAR(36) NOT NULL,
  destroy_at DATETIME(3),
  destroy_requested_by VARCHAR(255),
  destroy_approved_by VARCHAR(255),
  revision BIGINT NOT NULL,
  row_mac VARBINARY(255) NOT NULL,
  last_used_at DATETIME(3),
  usage_count BIGINT NOT NULL DEFAULT 0,
  -- A unique index has no WHERE here; it takes any number of NULLs.
  active_key_id VARCHAR(255) GENERATED ALWAYS AS (CASE WHEN status = 'active' THEN key_id END) STORED,
  UNIQUE KEY hammerwork_encryption_keys_key_id_version (key_id, version),
  UNIQUE KEY hammerwork_encryption_keys_handle (handle),
  UNIQUE KEY hammerwork_encryption_keys_one_active (active_key_id),
  KEY idx_encryption_keys_status (status),
  KEY idx_encryption_keys_next_rotation (next_rotation_at),
  KEY idx_encryption_keys_revision (revision),
  CHECK ((status = 'destroyed') = (OCTET_LENGTH(encrypted_key_material) = 0))
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4
  COLLATE /*!80000 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */
  COMMENT = 'hammerwork 002_encryption_keys';
