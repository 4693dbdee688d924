-- Jobs. What a job is (hammerwork_jobs) is written once and deleted once; where it stands (hammerwork_job_states) is a
-- narrow row, so that claims and state changes never touch a payload; what came of it (hammerwork_job_outcomes) stands
-- apart.

CREATE TABLE hammerwork_jobs (
  id uuid PRIMARY KEY,
  queue_name text NOT NULL,
  kind text NOT NULL,
  tenant text,
  payload jsonb NOT NULL,
  is_encrypted boolean NOT NULL DEFAULT false,
  encrypted_payload bytea,
  pii_fields text[] NOT NULL DEFAULT '{}',
  key_handles bytea[] NOT NULL DEFAULT '{}',
  retention_policy jsonb,
  created_at timestamptz NOT NULL,
  CHECK (is_encrypted = (encrypted_payload IS NOT NULL))
);

-- Ciphertext does not compress: do not try.
ALTER TABLE hammerwork_jobs ALTER COLUMN encrypted_payload SET STORAGE EXTERNAL;

-- Which jobs does a key version still hold?
CREATE INDEX hammerwork_jobs_key_handles ON hammerwork_jobs USING gin (key_handles) WHERE is_encrypted;

-- hammerwork_jobs.queue_name is where a job was enqueued; queue_name here is where it stands now.
-- fence grows with every claim and never falls: who holds an older one no longer holds the job.
CREATE TABLE hammerwork_job_states (
  job_id uuid PRIMARY KEY,
  queue_name text NOT NULL,
  state text NOT NULL CHECK (state IN
    ('scheduled', 'ready', 'running', 'completed', 'dead', 'cancelled', 'parked', 'quarantined')),
  priority smallint NOT NULL DEFAULT 0,
  attempt integer NOT NULL DEFAULT 0,
  max_attempts integer NOT NULL CHECK (max_attempts > 0),
  fence integer NOT NULL DEFAULT 0,
  cancel_requested boolean NOT NULL DEFAULT false,
  run_at timestamptz NOT NULL,
  lease_until timestamptz,
  worker text,
  error_code text,
  finished_at timestamptz,
  delete_at timestamptz,
  delete_after_finish_ms bigint CHECK (delete_after_finish_ms >= 0)
) WITH (fillfactor = 70);

CREATE INDEX hammerwork_job_states_ready ON hammerwork_job_states (queue_name, priority DESC, run_at, job_id)
  WHERE state = 'ready';
CREATE INDEX hammerwork_job_states_scheduled ON hammerwork_job_states (queue_name, run_at) WHERE state = 'scheduled';
-- Without lease_until, so that a heartbeat is a heap-only update.
CREATE INDEX hammerwork_job_states_running ON hammerwork_job_states (queue_name) WHERE state = 'running';
-- For redriving and for looking at what went wrong.
CREATE INDEX hammerwork_job_states_stopped ON hammerwork_job_states (queue_name, state, job_id)
  WHERE state IN ('dead', 'cancelled', 'parked', 'quarantined');
CREATE INDEX hammerwork_job_states_deletion ON hammerwork_job_states (delete_at) WHERE delete_at IS NOT NULL;

-- The latest result, error and progress of a job; sealed (record) or, for kinds without a policy, in clear (value).
CREATE TABLE hammerwork_job_outcomes (
  job_id uuid NOT NULL,
  surface text NOT NULL CHECK (surface IN ('result', 'error', 'progress')),
  attempt integer NOT NULL,
  value jsonb,
  record bytea,
  key_handles bytea[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  PRIMARY KEY (job_id, surface),
  CHECK (value IS NULL OR record IS NULL)
);

ALTER TABLE hammerwork_job_outcomes ALTER COLUMN record SET STORAGE EXTERNAL;

CREATE INDEX hammerwork_job_outcomes_key_handles ON hammerwork_job_outcomes USING gin (key_handles)
  WHERE record IS NOT NULL;

-- Deleting a job deletes all of it, whoever deletes it. Foreign keys would do the same at the price of a lock on the
-- payload row for every row inserted elsewhere.
CREATE FUNCTION hammerwork_forget_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM hammerwork_job_states AS states USING gone WHERE states.job_id = gone.id;
  DELETE FROM hammerwork_job_outcomes AS outcomes USING gone WHERE outcomes.job_id = gone.id;
  RETURN NULL;
END
$$;

CREATE TRIGGER hammerwork_forget_jobs AFTER DELETE ON hammerwork_jobs
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION hammerwork_forget_jobs();

-- For people: every job on one line, without payload.
CREATE VIEW hammerwork_job_overview AS
  SELECT jobs.id, states.queue_name, jobs.kind, jobs.tenant, states.state, states.error_code, states.priority,
    states.attempt, states.max_attempts, jobs.created_at, states.run_at, states.worker, states.lease_until,
    states.finished_at, jobs.is_encrypted, jobs.pii_fields, jobs.retention_policy, states.delete_at
  FROM hammerwork_jobs AS jobs JOIN hammerwork_job_states AS states ON states.job_id = jobs.id;
