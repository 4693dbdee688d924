-- The state that each key version was brought to, at which revision of the store: a row of hammerwork_encryption_keys
-- with a lower revision than the last of these is a former one that somebody put back. Rows are only ever added, in the
-- transaction that changes the version; nobody but the owner may change or delete one.

CREATE TABLE hammerwork_key_transitions (
  key_id VARCHAR(255) COLLATE "C" NOT NULL,
  version INTEGER NOT NULL,
  revision BIGINT NOT NULL,
  -- The status, or the stronger word for what the version is in for.
  state VARCHAR(20) NOT NULL CHECK (state IN (
    'pre_active', 'active', 'deactivated', 'retired', 'compromised', 'destruction_pending', 'destroyed')),
  transition_mac BYTEA NOT NULL,
  PRIMARY KEY (key_id, version, revision)
);

-- Who reads keys reads this table with them, and who adds keys adds to it: an upgrade stops no process that works under
-- roles granted before.
DO $$
DECLARE
  held record;
BEGIN
  FOR held IN
    SELECT DISTINCT acl.grantee, acl.privilege_type
    FROM pg_class, aclexplode(relacl) AS acl
    WHERE pg_class.oid = 'hammerwork_encryption_keys'::regclass AND acl.privilege_type IN ('SELECT', 'INSERT')
  LOOP
    EXECUTE format('GRANT %s ON hammerwork_key_transitions TO %s', held.privilege_type,
      CASE WHEN held.grantee = 0 THEN 'PUBLIC' ELSE held.grantee::regrole::text END);
  END LOOP;
END
$$;
