// Claiming: one statement finds jobs, leases them and returns their payloads.
import { sql } from 'kysely';
import type { JobId } from '../job-id.ts';
import type { ClaimedJob, ClaimRequest, HeldLease, Lease } from '../store.ts';
import { type Connection, run } from './database.ts';
import { finishing } from './finishing.ts';
import { unreadableOf } from './row-size.ts';

interface ClaimedRow {
  id: JobId;
  fence: number;
  queue_name: string;
  kind: string;
  tenant: string | null;
  payload: string;
  is_encrypted: boolean;
  encrypted_payload: Uint8Array | null;
  pii_fields: string[];
  key_handles: Uint8Array[];
  priority: number;
  attempt: number;
  max_attempts: number;
  created_at: Date;
}

// What no worker wrote must not make the claim of all others fail: these columns cannot be counted up any more.
const countable = sql`fence < 2147483647 and attempt < 2147483647`;

export async function claimJobs(connection: Connection, request: ClaimRequest): Promise<ClaimedJob[]> {
  const { queueName, worker, limit, leaseMs } = request;
  const rows = await run(
    connection,
    sql<ClaimedRow>`
    with moment as materialized (select ${connection.now()} as now),
    ready as (
      select job_id, priority, run_at from hammerwork_job_states
      where queue_name = ${queueName} and state = 'ready' and ${countable}
      order by priority desc, run_at, job_id limit ${limit}::integer
      for update skip locked
    ),
    due as (
      select job_id, priority, run_at from hammerwork_job_states
      where queue_name = ${queueName} and state = 'scheduled' and run_at <= (select now from moment) and ${countable}
      order by run_at limit ${limit}::integer
      for update skip locked
    ),
    chosen as (
      select job_id from (select * from ready union all select * from due) as candidates
      order by priority desc, run_at, job_id limit ${limit}::integer
    ),
    claimed as (
      update hammerwork_job_states set state = 'running', attempt = attempt + 1, fence = fence + 1, worker = ${worker},
        lease_until = (select now from moment) + ${leaseMs}::float8 * interval '1 millisecond'
      where job_id = any (array(select job_id from chosen))
      returning *
    )
    select jobs.id, claimed.fence, claimed.queue_name, jobs.kind, jobs.tenant, jobs.payload::text as payload,
      jobs.is_encrypted, jobs.encrypted_payload, jobs.pii_fields, jobs.key_handles, claimed.priority, claimed.attempt,
      claimed.max_attempts, jobs.created_at
    from claimed join hammerwork_jobs as jobs on jobs.id = claimed.job_id
    order by claimed.priority desc, claimed.run_at, claimed.job_id`,
  );
  return rows.map((row) => ({
    id: row.id,
    fence: row.fence,
    queueName: row.queue_name,
    kind: row.kind,
    tenant: row.tenant,
    payload: JSON.parse(row.payload),
    isEncrypted: row.is_encrypted,
    record: row.encrypted_payload,
    pointers: row.pii_fields,
    handles: row.key_handles,
    priority: row.priority,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    createdAt: row.created_at,
  }));
}

/** Never waits for a lock, so that it cannot deadlock with a settlement: what is locked now is renewed next time. */
export async function extendLeases(
  connection: Connection,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<HeldLease[]> {
  const held = sql`states.job_id = any (${leases.map(({ id }) => id)}::uuid[]) and states.state = 'running'
    and exists (select from held where held.id = states.job_id and held.fence = states.fence)`;
  const rows = await run(
    connection,
    sql<{ id: JobId; cancel_requested: boolean }>`
    with held as (
      select * from unnest(${leases.map(({ id }) => id)}::uuid[], ${leases.map(({ fence }) => fence)}::integer[])
        as held (id, fence)
    ),
    idle as (select states.job_id from hammerwork_job_states as states where ${held} for update skip locked),
    renewed as (
      update hammerwork_job_states
      set lease_until = ${connection.now()} + ${leaseMs}::float8 * interval '1 millisecond'
      where job_id = any (array(select job_id from idle))
    )
    select states.job_id as id, states.cancel_requested from hammerwork_job_states as states where ${held}`,
  );
  return rows.map(({ id, cancel_requested }) => ({ id, cancelRequested: cancel_requested }));
}

/** Expired leases of one queue, at most 1000 at a time. What may have killed its worker is not given to the next one. */
export async function reclaimJobs(connection: Connection, queueName: string): Promise<number> {
  const unreadable = sql`states.job_id in (select id from unreadable)`;
  const state = sql`case when states.cancel_requested then 'cancelled' when ${unreadable} then 'quarantined'
    when states.attempt >= states.max_attempts then 'dead' else 'ready' end`;
  const rows = await run(
    connection,
    sql`
    with moment as materialized (select ${connection.now()} as now),
    expired as (
      select job_id from hammerwork_job_states
      where queue_name = ${queueName} and state = 'running' and lease_until < (select now from moment)
      limit 1000
      for update skip locked
    ),
    unreadable as materialized (${unreadableOf(sql`select job_id from expired`)})
    update hammerwork_job_states as states
    set state = ${state}, error_code = case when ${unreadable} then 'row_too_large' else 'lease_expired' end, lease_until = null, worker = null, ${finishing(state)}
    where job_id = any (array(select job_id from expired))
    returning 1`,
  );
  return rows.length;
}

/**
 * Claims look for due jobs by their dates alone: an index that began with their priorities could not tell due ones from
 * later ones. This reads what is due (50,000 jobs: 60 ms), so it is for now and then, and not for more than 100,000.
 */
export async function promoteJobs(connection: Connection, queueName: string): Promise<number> {
  const rows = await run(
    connection,
    sql`
    with moment as materialized (select ${connection.now()} as now),
    due as materialized (
      select job_id, priority, run_at from hammerwork_job_states
      where queue_name = ${queueName} and state = 'scheduled' and run_at <= (select now from moment) and ${countable}
      order by run_at limit 100000
    ),
    urgent as materialized (
      select job_id from due where priority > (select min(priority) from due)
      order by priority desc, run_at limit 1000
    ),
    idle as (
      select job_id from hammerwork_job_states
      where job_id = any (array(select job_id from urgent)) and state = 'scheduled'
        and run_at <= (select now from moment) -- once more: it may have run, failed and been put off meanwhile
      for update skip locked
    )
    update hammerwork_job_states set state = 'ready' where job_id = any (array(select job_id from idle))
    returning 1`,
  );
  return rows.length;
}

/** Among those that a claim would take: it takes at most 1000. */
export async function quarantineUnreadable(connection: Connection, queueName: string): Promise<number> {
  const rows = await run(
    connection,
    sql`
    with ready as (
      select job_id from hammerwork_job_states where queue_name = ${queueName} and state = 'ready'
      order by priority desc, run_at, job_id limit 1000
      for update skip locked
    ),
    due as (
      select job_id from hammerwork_job_states
      where queue_name = ${queueName} and state = 'scheduled' and run_at <= ${connection.now()}
      order by run_at limit 1000
      for update skip locked
    ),
    unreadable as materialized (${unreadableOf(sql`select job_id from ready union all select job_id from due`)})
    update hammerwork_job_states set state = 'quarantined', error_code = 'row_too_large'
    where job_id = any (array(select id from unreadable))
    returning 1`,
  );
  return rows.length;
}
