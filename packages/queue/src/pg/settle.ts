// Ending attempts: one statement for any number of jobs, their new states and what came of them.
import { sql } from 'kysely';
import type { JobId } from '../job-id.ts';
import type { Lease, Outcome, Settlement } from '../store.ts';
import { byteaArray, type Connection, run } from './database.ts';
import { finishing } from './finishing.ts';

// `job_id = any (...)` looks redundant: without it and without statistics the planner reads the whole primary key
// (20,000 jobs, batches of 20: 3.3 ms instead of 1.4 ms).
export async function settleJobs(
  connection: Connection,
  settlements: readonly Settlement[],
  again = false,
): Promise<ReadonlySet<JobId>> {
  if (settlements.length === 0) return new Set();
  const column = <T>(of: (settlement: Settlement) => T) => settlements.map(of);
  const ids = column(({ id }) => id);
  const state = sql`case when states.cancel_requested and given.state = 'scheduled' then 'cancelled'
    else given.state end`;
  // Nobody else ends an attempt with its own fence so: a job that was taken back has a code that no settlement has.
  const endedBefore = sql`union all select id from given join hammerwork_job_states as states on states.job_id = given.id
    where states.job_id = any (${ids}::uuid[]) and states.fence = given.fence and states.state = ${state}
      and states.error_code is not distinct from given.error_code`;
  const rows = await run(
    connection,
    sql<{ id: JobId }>`
    with moment as materialized (select ${connection.now()} as now),
    given as (
      select * from unnest(
        ${ids}::uuid[],
        ${column(({ fence }) => fence)}::integer[],
        ${column((settlement) => settlement.state)}::text[],
        ${column(({ delayMs }) => delayMs)}::float8[],
        ${column(({ keepAttempt }) => (keepAttempt ? 1 : 0))}::integer[],
        ${column(({ errorCode }) => errorCode)}::text[],
        ${column(({ outcome }) => outcome?.surface ?? null)}::text[],
        ${column(({ outcome }) => outcome?.attempt ?? null)}::integer[],
        ${column(({ outcome }) => outcome?.clear ?? null)}::text[],
        ${column(({ outcome }) => outcome?.record ?? null)}::bytea[],
        ${column(({ outcome }) => byteaArray(outcome?.handles ?? []))}::text[]
      ) as given (id, fence, state, delay_ms, given_back, error_code, surface, attempt, value, record, handles)
    ),
    settled as (
      update hammerwork_job_states as states
      set state = ${state}, attempt = states.attempt - given.given_back, error_code = given.error_code,
        run_at = case when given.state = 'scheduled'
          then (select now from moment) + given.delay_ms * interval '1 millisecond' else states.run_at end,
        lease_until = null, worker = null, ${finishing(state)}
      from given
      where states.job_id = any (${ids}::uuid[]) and states.job_id = given.id
        and states.fence = given.fence and states.state = 'running'
      returning states.job_id
    ),
    stored as (
      insert into hammerwork_job_outcomes as outcomes
        (job_id, surface, attempt, value, record, key_handles, created_at)
      select given.id, given.surface, given.attempt, given.value::jsonb, given.record, given.handles::bytea[], now
      from given join settled on settled.job_id = given.id, moment
      where given.surface is not null
      on conflict (job_id, surface) do update set attempt = excluded.attempt, value = excluded.value,
        record = excluded.record, key_handles = excluded.key_handles, created_at = excluded.created_at
    )
    select job_id as id from settled ${again ? endedBefore : sql``}`,
  );
  return new Set(rows.map(({ id }) => id));
}

export async function saveProgress(connection: Connection, lease: Lease, outcome: Outcome): Promise<boolean> {
  const rows = await run(
    connection,
    sql`
    insert into hammerwork_job_outcomes as outcomes (job_id, surface, attempt, value, record, key_handles, created_at)
    select job_id, ${outcome.surface}::text, ${outcome.attempt}::integer, ${outcome.clear}::text::jsonb,
      ${outcome.record}::bytea, ${byteaArray(outcome.handles)}::text::bytea[], ${connection.now()}
    from hammerwork_job_states
    where job_id = ${lease.id} and fence = ${lease.fence}::integer and state = 'running'
    for key share -- a job that is deleted in this moment leaves no outcome behind
    on conflict (job_id, surface) do update set attempt = excluded.attempt, value = excluded.value,
      record = excluded.record, key_handles = excluded.key_handles, created_at = excluded.created_at
    returning 1`,
  );
  return rows.length === 1;
}
