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
      "CREATE INDEX hammerwork_job_states_deletion ON hammerwork_job_states (delete_at) WHERE delete_at IS NOT NULL",
      "CREATE TABLE hammerwork_job_outcomes (\n  job_id uuid NOT NULL,\n  surface text NOT NULL CHECK (surface IN ('result', 'error', 'progress')),\n  attempt integer NOT NULL,\n  value jsonb,\n  record bytea,\n  key_handles bytea[] NOT NULL DEFAULT '{}',\n  created_at timestamptz NOT NULL,\n  PRIMARY KEY (job_id, surface),\n  CHECK (value IS NULL OR record IS NULL)\n)",
      "ALTER TABLE hammerwork_job_outcomes ALTER COLUMN record SET STORAGE EXTERNAL",
      "CREATE INDEX hammerwork_job_outcomes_key_handles ON hammerwork_job_outcomes USING gin (key_handles)\n  WHERE record IS NOT NULL",
      "CREATE FUNCTION hammerwork_forget_jobs() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM hammerwork_job_states AS states USING gone WHERE states.job_id = gone.id;\n  DELETE FROM hammerwork_job_outcomes AS outcomes USING gone WHERE outcomes.job_id = gone.id;\n  RETURN NULL;\nEND\n$$",
      "CREATE TRIGGER hammerwork_forget_jobs AFTER DELETE ON hammerwork_jobs\n  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION hammerwork_forget_jobs()",
      "CREATE VIEW hammerwork_job_overview AS\n  SELECT jobs.id, states.queue_name, jobs.kind, jobs.tenant, states.state, states.error_code, states.priority,\n    states.attempt, states.max_attempts, jobs.created_at, states.run_at, states.worker, states.lease_until,\n    states.finished_at, jobs.is_encrypted, jobs.pii_fields, jobs.retention_policy, states.delete_at\n  FROM hammerwork_jobs AS jobs JOIN hammerwork_job_states AS states ON states.job_id = jobs.id"
    ]
  }
];
