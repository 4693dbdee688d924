-- The state that each key version was brought to, at which revision of the store: a row of hammerwork_encryption_keys
-- with a lower revision than the last of these is a former one that somebody put back. Rows are only ever added, in the
-- transaction that changes the version; nobody but the owner may change or delete one.

CREATE TABLE hammerwork_key_transitions (
  key_id VARCHAR(255) NOT NULL,
  version INTEGER NOT NULL,
  revision BIGINT NOT NULL,
  -- The status, or the stronger word for what the version is in for.
  state VARCHAR(20) NOT NULL CHECK (state IN (
    'pre_active', 'active', 'deactivated', 'retired', 'compromised', 'destruction_pending', 'destroyed')),
  transition_mac VARBINARY(255) NOT NULL,
  PRIMARY KEY (key_id, version, revision)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4
  COLLATE /*!80000 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */
  COMMENT = 'hammerwork 005_key_transitions';
