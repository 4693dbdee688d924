-- The audit log of key operations: a hash chain. Rows are only ever added, in the transaction of what they describe;
-- the end of the chain stands, authenticated, in hammerwork_key_store.

CREATE TABLE hammerwork_key_audit_log (
  seq BIGINT NOT NULL PRIMARY KEY,
  occurred_at DATETIME(3) NOT NULL,
  operation VARCHAR(50) NOT NULL,
  -- Empty where the operation concerns the store as a whole.
  key_id VARCHAR(255) NOT NULL,
  version INTEGER,
  actor VARCHAR(255) NOT NULL,
  result VARCHAR(20) NOT NULL CHECK (result IN ('ok', 'refused')),
  code VARCHAR(100),
  -- JSON as it was hashed: the type json would reorder it.
  details LONGTEXT NOT NULL,
  hash VARBINARY(255) NOT NULL CHECK (OCTET_LENGTH(hash) = 32),
  KEY idx_key_audit_log_key_id (key_id, seq),
  KEY idx_key_audit_log_occurred_at (occurred_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4
  COLLATE /*!80000 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */
  COMMENT = 'hammerwork 003_key_audit_log';
