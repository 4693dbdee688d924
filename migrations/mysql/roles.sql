-- Roles with no more rights than their work needs, for the current database: `hammerwork migrate --roles` applies this,
-- and so do the servers' own programs, as a user with CREATE ROLE and the rights to be granted. Harmless when repeated;
-- repeat it after an upgrade. Then, for the login of a worker: GRANT hammerwork_worker TO 'app'@'10.0.0.%', and
-- SET DEFAULT ROLE hammerwork_worker TO 'app'@'10.0.0.%' (MySQL) or FOR 'app'@'10.0.0.%' (MariaDB).

CREATE ROLE IF NOT EXISTS hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor;

GRANT SELECT ON hammerwork_migrations
  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor;

-- Keys are wrapped here: reading them is of use to who may call the master key.
GRANT SELECT ON hammerwork_key_store
  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor;
GRANT SELECT ON hammerwork_encryption_keys
  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor;
GRANT SELECT ON hammerwork_key_transitions
  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor;
GRANT UPDATE (usage_count, last_used_at) ON hammerwork_encryption_keys TO hammerwork_producer, hammerwork_worker;
-- The state row holds the end of the audit chain.
GRANT UPDATE ON hammerwork_key_store TO hammerwork_worker, hammerwork_key_admin;
GRANT INSERT ON hammerwork_key_audit_log TO hammerwork_worker, hammerwork_key_admin;
GRANT SELECT ON hammerwork_key_audit_log TO hammerwork_key_admin, hammerwork_auditor;
GRANT INSERT ON hammerwork_key_store TO hammerwork_key_admin;
-- A version is never deleted: what is left of a destroyed one is its row.
GRANT INSERT, UPDATE ON hammerwork_encryption_keys TO hammerwork_key_admin;
-- Who could take a transition back could put back the row from before it.
GRANT INSERT ON hammerwork_key_transitions TO hammerwork_key_admin;
