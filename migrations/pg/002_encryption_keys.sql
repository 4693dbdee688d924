-- Key versions and the one row that describes the key store. The columns of the source document keep their names; what
-- the design adds: handle, scope, compromise_policy, the destroy_ columns, revision and row_mac. Key material is stored
-- wrapped only, and empty once the version is destroyed.

CREATE TABLE hammerwork_key_store (
  id SMALLINT PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  store_id UUID NOT NULL,
  wrapped_store_key BYTEA NOT NULL,
  revision BIGINT NOT NULL,
  audit_seq BIGINT NOT NULL,
  audit_hash BYTEA NOT NULL,
  state_mac BYTEA NOT NULL
);

CREATE TABLE hammerwork_encryption_keys (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  key_id VARCHAR(255) COLLATE "C" NOT NULL,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  handle BYTEA NOT NULL UNIQUE CHECK (octet_length(handle) = 8),
  algorithm VARCHAR(50) NOT NULL CHECK (algorithm IN ('aes-256-gcm', 'chacha20-poly1305')),
  encrypted_key_material BYTEA NOT NULL,
  -- Salts of passphrases travel inside the wrapped key; the column is the source document's.
  derivation_salt BYTEA,
  source VARCHAR(100) NOT NULL CHECK (source IN ('generated', 'imported')),
  purpose VARCHAR(50) NOT NULL DEFAULT 'encryption' CHECK (purpose IN ('encryption', 'mac')),
  scope VARCHAR(255) NOT NULL DEFAULT '',
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  created_by VARCHAR(255) NOT NULL,
  expires_at TIMESTAMPTZ,
  rotated_at TIMESTAMPTZ,
  retired_at TIMESTAMPTZ,
  status VARCHAR(20) NOT NULL DEFAULT 'active'
    CHECK (status IN ('pre_active', 'active', 'deactivated', 'compromised', 'destroyed')),
  compromise_policy VARCHAR(20) CHECK (compromise_policy IN ('hold', 'continue')),
  rotation_interval_days INTEGER CHECK (rotation_interval_days >= 1),
  next_rotation_at TIMESTAMPTZ,
  key_strength INTEGER NOT NULL CHECK (key_strength = 256),
  master_key_id UUID NOT NULL,
  destroy_at TIMESTAMPTZ,
  destroy_requested_by VARCHAR(255),
  destroy_approved_by VARCHAR(255),
  revision BIGINT NOT NULL,
  row_mac BYTEA NOT NULL,
  last_used_at TIMESTAMPTZ,
  usage_count BIGINT NOT NULL DEFAULT 0,
  UNIQUE (key_id, version),
  CHECK ((status = 'destroyed') = (octet_length(encrypted_key_material) = 0))
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX hammerwork_encryption_keys_one_active ON hammerwork_encryption_keys (key_id)
  WHERE status = 'active';

-- Lookups by key id alone use the index of UNIQUE (key_id, version).
CREATE INDEX idx_encryption_keys_status ON hammerwork_encryption_keys (status);

CREATE INDEX idx_encryption_keys_next_rotation ON hammerwork_encryption_keys (next_rotation_at)
  WHERE next_rotation_at IS NOT NULL;

CREATE INDEX idx_encryption_keys_revision ON hammerwork_encryption_keys (revision);
