-- The audit log of key operations: a hash chain. Rows are only ever added, in the transaction of what they describe;
-- the end of the chain stands, authenticated, in hammerwork_key_store.

CREATE TABLE hammerwork_key_audit_log (
  seq BIGINT PRIMARY KEY,
  occurred_at TIMESTAMPTZ NOT NULL,
  operation VARCHAR(50) NOT NULL,
  -- Empty where the operation concerns the store as a whole.
  key_id VARCHAR(255) COLLATE "C" NOT NULL,
  version INTEGER,
  actor VARCHAR(255) NOT NULL,
  result VARCHAR(20) NOT NULL CHECK (result IN ('ok', 'refused')),
  code VARCHAR(100),
  -- JSON as it was hashed: jsonb would reorder it.
  details TEXT NOT NULL,
  hash BYTEA NOT NULL CHECK (octet_length(hash) = 32)
);

CREATE INDEX idx_key_audit_log_key_id ON hammerwork_key_audit_log (key_id, seq);

CREATE INDEX idx_key_audit_log_occurred_at ON hammerwork_key_audit_log (occurred_at);
