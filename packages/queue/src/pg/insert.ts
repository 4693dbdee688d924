// Enqueueing: any number of jobs in one statement of constant text, both tables at once.
import { sql } from 'kysely';
import type { NewJob } from '../store.ts';
import { byteaArray, type Connection, run, textArray } from './database.ts';

export async function insertJobs(connection: Connection, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const column = <T>(of: (job: NewJob) => T) => jobs.map(of);
  await run(
    connection,
    sql`
    with moment as materialized (select ${connection.now()} as now),
    given as (
      select * from unnest(
        ${column((job) => job.id)}::uuid[],
        ${column((job) => job.queueName)}::text[],
        ${column((job) => job.kind)}::text[],
        ${column((job) => job.tenant)}::text[],
        ${column((job) => job.clear)}::text[],
        ${column((job) => job.record)}::bytea[],
        ${column((job) => textArray(job.pointers))}::text[],
        ${column((job) => byteaArray(job.handles))}::text[],
        ${column((job) => (job.retentionPolicy ? JSON.stringify(job.retentionPolicy) : null))}::text[],
        ${column((job) => job.createdAt)}::float8[],
        ${column((job) => job.priority)}::smallint[],
        ${column((job) => job.maxAttempts)}::integer[],
        ${column((job) => job.runAt)}::float8[],
        ${column((job) => job.delayMs)}::float8[],
        ${column((job) => job.deleteAt)}::float8[],
        ${column((job) => job.deleteAfterMs ?? null)}::float8[],
        ${column((job) => job.deleteAfterFinishMs)}::float8[]
      ) as given (id, queue_name, kind, tenant, payload, record, pointers, handles, retention_policy, created_ms,
        priority, max_attempts, run_ms, delay_ms, delete_ms, delete_after_ms, delete_after_finish_ms)
    ),
    jobs as (
      insert into hammerwork_jobs (id, queue_name, kind, tenant, payload, is_encrypted, encrypted_payload, pii_fields,
        key_handles, retention_policy, created_at)
      select id, queue_name, kind, tenant, payload::jsonb, record is not null, record, pointers::text[],
        handles::bytea[], retention_policy::jsonb, to_timestamp(created_ms / 1000)
      from given
    ),
    timed as (
      select given.*, moment.now,
        coalesce(to_timestamp(run_ms / 1000), now + delay_ms * interval '1 millisecond') as run_at,
        to_timestamp(delete_ms / 1000) as planned, now + delete_after_ms * interval '1 millisecond' as counted
      from given, moment
    )
    insert into hammerwork_job_states (job_id, queue_name, state, priority, max_attempts, run_at, delete_at,
      delete_after_finish_ms)
    select id, queue_name, case when run_at <= now then 'ready' else 'scheduled' end, priority, max_attempts, run_at,
      case when run_ms is null then coalesce(counted, planned) else greatest(counted, planned) end, delete_after_finish_ms
    from timed`,
  );
}
