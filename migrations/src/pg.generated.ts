// Made from pg/*.sql by tools/embed-migrations.ts. Do not edit.
import type { SqlMigration } from './sql-migration.ts';

export const pgMigrations: readonly SqlMigration[] = [
  {
    "name": "001_jobs",
    "statements": [
      "CREATE TABLE hammerwork_jobs (\n  id uuid PRIMARY KEY,\n  queue_name text NOT NULL,\n  kind text NOT NULL,\n  tenant text,\n  payload jsonb NOT NULL,\n  is_encrypted boolean NOT NULL DEFAULT false,\n  encrypted_payload bytea,\n  pii_fields text[] NOT NULL DEFAULT '{}',\n  key_handles bytea[] NOT NULL DEFAULT '{}',\n  retention_policy jsonb,\n  created_at timestamptz NOT NULL,\n  CHECK (is_encrypted = (encrypted_payload IS NOT NULL))\n)",
      "ALTER TABLE hammerwork_jobs ALTER COLUMN encrypted_payload SET STORAGE EXTERNAL",
      "CREATE INDEX hammerwork_jobs_key_handles ON hammerwork_jobs USING gin (key_handles) WHERE is_encrypted",
      "CREATE TABLE hammerwork_job_states (\n  job_id uuid PRIMARY KEY,\n  queue_name text NOT NULL,\n  state text NOT NULL CHECK (state IN\n    ('scheduled', 'ready', 'running', 'completed', 'dead', 'cancelled', 'parked', 'quarantined')),\n  priority smallint NOT NULL DEFAULT 0,\n  attempt integer NOT NULL DEFAULT 0,\n  max_attempts integer NOT NULL CHECK (max_attempts > 0),\n  fence integer NOT NULL DEFAULT 0,\n  cancel_requested boolean NOT NULL DEFAULT false,\n  run_at timestamptz NOT NULL,\n  lease_until timestamptz,\n  worker text,\n  error_code text,\n  finished_at timestamptz,\n  delete_at timestamptz,\n  delete_after_finish_ms bigint CHECK (delete_after_finish_ms >= 0)\n) WITH (fillfactor = 70)",
      "CREATE INDEX hammerwork_job_states_ready ON hammerwork_job_states (queue_name, priority DESC, run_at, job_id)\n  WHERE state = 'ready'",
      "CREATE INDEX hammerwork_job_states_scheduled ON hammerwork_job_states (queue_name, run_at) WHERE state = 'scheduled'",
      "CREATE INDEX hammerwork_job_states_running ON hammerwork_job_states (queue_name) WHERE state = 'running'",
      "CREATE INDEX hammerwork_job_states_stopped ON hammerwork_job_states (queue_name, state, job_id)\n  WHERE state IN ('dead', 'cancelled', 'parked', 'quarantined')",
      "CREATE INDEX hammerwork_job_states_deletion ON hammerwork_job_states (delete_at) WHERE delete_at IS NOT NULL",
      "CREATE TABLE hammerwork_job_outcomes (\n  job_id uuid NOT NULL,\n  surface text NOT NULL CHECK (surface IN ('result', 'error', 'progress')),\n  attempt integer NOT NULL,\n  value jsonb,\n  record bytea,\n  key_handles bytea[] NOT NULL DEFAULT '{}',\n  created_at timestamptz NOT NULL,\n  PRIMARY KEY (job_id, surface),\n  CHECK (value IS NULL OR record IS NULL)\n)",
      "ALTER TABLE hammerwork_job_outcomes ALTER COLUMN record SET STORAGE EXTERNAL",
      "CREATE INDEX hammerwork_job_outcomes_key_handles ON hammerwork_job_outcomes USING gin (key_handles)\n  WHERE record IS NOT NULL",
      "CREATE FUNCTION hammerwork_forget_jobs() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM hammerwork_job_states AS states USING gone WHERE states.job_id = gone.id;\n  DELETE FROM hammerwork_job_outcomes AS outcomes USING gone WHERE outcomes.job_id = gone.id;\n  RETURN NULL;\nEND\n$$",
      "CREATE TRIGGER hammerwork_forget_jobs AFTER DELETE ON hammerwork_jobs\n  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION hammerwork_forget_jobs()",
      "CREATE VIEW hammerwork_job_overview AS\n  SELECT jobs.id, states.queue_name, jobs.kind, jobs.tenant, states.state, states.error_code, states.priority,\n    states.attempt, states.max_attempts, jobs.created_at, states.run_at, states.worker, states.lease_until,\n    states.finished_at, jobs.is_encrypted, jobs.pii_fields, jobs.retention_policy, states.delete_at\n  FROM hammerwork_jobs AS jobs JOIN hammerwork_job_states AS states ON states.job_id = jobs.id"
    ]
  },
  {
    "name": "002_encryption_keys",
    "statements": [
      "CREATE TABLE hammerwork_key_store (\n  id SMALLINT PRIMARY KEY DEFAULT 1 CHECK (id = 1),\n  store_id UUID NOT NULL,\n  wrapped_store_key BYTEA NOT NULL,\n  revision BIGINT NOT NULL,\n  audit_seq BIGINT NOT NULL,\n  audit_hash BYTEA NOT NULL,\n  state_mac BYTEA NOT NULL\n)",
      "CREATE TABLE hammerwork_encryption_keys (\n  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),\n  key_id VARCHAR(255) COLLATE \"C\" NOT NULL,\n  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),\n  handle BYTEA NOT NULL UNIQUE CHECK (octet_length(handle) = 8),\n  algorithm VARCHAR(50) NOT NULL CHECK (algorithm IN ('aes-256-gcm', 'chacha20-poly1305')),\n  encrypted_key_material BYTEA NOT NULL,\n  derivation_salt BYTEA,\n  source VARCHAR(100) NOT NULL CHECK (source IN ('generated', 'imported')),\n  purpose VARCHAR(50) NOT NULL DEFAULT 'encryption' CHECK (purpose IN ('encryption', 'mac')),\n  scope VARCHAR(255) NOT NULL DEFAULT '',\n  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),\n  created_by VARCHAR(255) NOT NULL,\n  expires_at TIMESTAMPTZ,\n  rotated_at TIMESTAMPTZ,\n  retired_at TIMESTAMPTZ,\n  status VARCHAR(20) NOT NULL DEFAULT 'active'\n    CHECK (status IN ('pre_active', 'active', 'deactivated', 'compromised', 'destroyed')),\n  compromise_policy VARCHAR(20) CHECK (compromise_policy IN ('hold', 'continue')),\n  rotation_interval_days INTEGER CHECK (rotation_interval_days >= 1),\n  next_rotation_at TIMESTAMPTZ,\n  key_strength INTEGER NOT NULL CHECK (key_strength = 256),\n  master_key_id UUID NOT NULL,\n  destroy_at TIMESTAMPTZ,\n  destroy_requested_by VARCHAR(255),\n  destroy_approved_by VARCHAR(255),\n  revision BIGINT NOT NULL,\n  row_mac BYTEA NOT NULL,\n  last_used_at TIMESTAMPTZ,\n  usage_count BIGINT NOT NULL DEFAULT 0,\n  UNIQUE (key_id, version),\n  CHECK ((status = 'destroyed') = (octet_length(encrypted_key_material) = 0))\n) WITH (fillfactor = 80)",
      "CREATE UNIQUE INDEX hammerwork_encryption_keys_one_active ON hammerwork_encryption_keys (key_id)\n  WHERE status = 'active'",
      "CREATE INDEX idx_encryption_keys_status ON hammerwork_encryption_keys (status)",
      "CREATE INDEX idx_encryption_keys_next_rotation ON hammerwork_encryption_keys (next_rotation_at)\n  WHERE next_rotation_at IS NOT NULL",
      "CREATE INDEX idx_encryption_keys_revision ON hammerwork_encryption_keys (revision)"
    ]
  },
  {
    "name": "003_key_audit_log",
    "statements": [
      "CREATE TABLE hammerwork_key_audit_log (\n  seq BIGINT PRIMARY KEY,\n  occurred_at TIMESTAMPTZ NOT NULL,\n  operation VARCHAR(50) NOT NULL,\n  key_id VARCHAR(255) COLLATE \"C\" NOT NULL,\n  version INTEGER,\n  actor VARCHAR(255) NOT NULL,\n  result VARCHAR(20) NOT NULL CHECK (result IN ('ok', 'refused')),\n  code VARCHAR(100),\n  details TEXT NOT NULL,\n  hash BYTEA NOT NULL CHECK (octet_length(hash) = 32)\n)",
      "CREATE INDEX idx_key_audit_log_key_id ON hammerwork_key_audit_log (key_id, seq)",
      "CREATE INDEX idx_key_audit_log_occurred_at ON hammerwork_key_audit_log (occurred_at)"
    ]
  },
  {
    "name": "004_key_references",
    "statements": [
      "CREATE VIEW hammerwork_key_references AS\n  SELECT id AS job_id, key_handles FROM hammerwork_jobs WHERE is_encrypted\n  UNION ALL\n  SELECT job_id, key_handles FROM hammerwork_job_outcomes WHERE record IS NOT NULL"
    ]
  },
  {
    "name": "005_key_transitions",
    "statements": [
      "CREATE TABLE hammerwork_key_transitions (\n  key_id VARCHAR(255) COLLATE \"C\" NOT NULL,\n  version INTEGER NOT NULL,\n  revision BIGINT NOT NULL,\n  state VARCHAR(20) NOT NULL CHECK (state IN (\n    'pre_active', 'active', 'deactivated', 'retired', 'compromised', 'destruction_pending', 'destroyed')),\n  transition_mac BYTEA NOT NULL,\n  PRIMARY KEY (key_id, version, revision)\n)",
      "DO $$\nDECLARE\n  held record;\nBEGIN\n  FOR held IN\n    SELECT DISTINCT acl.grantee, acl.privilege_type\n    FROM pg_class, aclexplode(relacl) AS acl\n    WHERE pg_class.oid = 'hammerwork_encryption_keys'::regclass AND acl.privilege_type IN ('SELECT', 'INSERT')\n  LOOP\n    EXECUTE format('GRANT %s ON hammerwork_key_transitions TO %s', held.privilege_type,\n      CASE WHEN held.grantee = 0 THEN 'PUBLIC' ELSE held.grantee::regrole::text END);\n  END LOOP;\nEND\n$$"
    ]
  }
];

export const pgRoles: readonly string[] = [
  "DO $$\nDECLARE\n  name text;\nBEGIN\n  FOREACH name IN ARRAY ARRAY['hammerwork_producer', 'hammerwork_worker', 'hammerwork_key_admin', 'hammerwork_auditor'] LOOP\n    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN\n      EXECUTE format('CREATE ROLE %I NOLOGIN', name);\n    END IF;\n    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), name);\n  END LOOP;\nEND\n$$",
  "GRANT SELECT ON hammerwork_migrations\n  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor",
  "GRANT INSERT ON hammerwork_jobs, hammerwork_job_states TO hammerwork_producer, hammerwork_worker",
  "GRANT SELECT, DELETE ON hammerwork_jobs TO hammerwork_worker",
  "GRANT SELECT, UPDATE, DELETE ON hammerwork_job_states TO hammerwork_worker",
  "GRANT SELECT, INSERT, UPDATE, DELETE ON hammerwork_job_outcomes TO hammerwork_worker",
  "GRANT SELECT ON hammerwork_job_overview TO hammerwork_worker",
  "GRANT SELECT ON hammerwork_key_store, hammerwork_encryption_keys, hammerwork_key_transitions\n  TO hammerwork_producer, hammerwork_worker, hammerwork_key_admin, hammerwork_auditor",
  "GRANT UPDATE (usage_count, last_used_at) ON hammerwork_encryption_keys TO hammerwork_producer, hammerwork_worker",
  "GRANT UPDATE ON hammerwork_key_store TO hammerwork_worker, hammerwork_key_admin",
  "GRANT INSERT ON hammerwork_key_audit_log TO hammerwork_worker, hammerwork_key_admin",
  "GRANT SELECT ON hammerwork_key_audit_log TO hammerwork_key_admin, hammerwork_auditor",
  "GRANT INSERT ON hammerwork_key_store TO hammerwork_key_admin",
  "GRANT INSERT, UPDATE ON hammerwork_encryption_keys TO hammerwork_key_admin",
  "GRANT INSERT ON hammerwork_key_transitions TO hammerwork_key_admin",
  "GRANT SELECT ON hammerwork_key_references TO hammerwork_key_admin"
];
