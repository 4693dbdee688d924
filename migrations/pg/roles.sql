-- Roles with no more rights than their work needs, for the current schema: `hammerwork migrate --roles` applies this, and
-- so does psql, as the tables' owner. Roles that are there already need no CREATEROLE. Harmless when repeated; repeat it
-- after an upgrade. Then: GRANT hammerwork_worker TO the login of a worker.

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['hammerwork_producer', 'hammerwork_worker', 'hammerwork_key_admin', 'hammerwork_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), name);
  END LOOP;
END
$$;

GRANT SELECT ON hammerwork_migrations
  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor;

-- A job is written once: nobody may change one. A producer cannot read what it wrote.
GRANT INSERT ON hammerwork_jobs, hammerwork_job_states TO hammerwork_producer, hammerwork_worker;
GRANT SELECT, DELETE ON hammerwork_jobs TO hammerwork_worker;
GRANT SELECT, UPDATE, DELETE ON hammerwork_job_states TO hammerwork_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON hammerwork_job_outcomes TO hammerwork_worker;
GRANT SELECT ON hammerwork_job_overview TO hammerwork_worker;

-- Keys are wrapped here: reading them is of use to who may call the master key.
GRANT SELECT ON hammerwork_key_store, hammerwork_encryption_keys, hammerwork_key_transitions
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
GRANT SELECT ON hammerwork_key_references TO hammerwork_key_admin;
