-- Which jobs refer to which key versions, and nothing else of them: who looks after keys must be able to count them and
-- has no business with payloads, sealed or not.

CREATE VIEW hammerwork_key_references AS
  SELECT id AS job_id, key_handles FROM hammerwork_jobs WHERE is_encrypted
  UNION ALL
  SELECT job_id, key_handles FROM hammerwork_job_outcomes WHERE record IS NOT NULL;
