// What operators do to jobs. Each is a compare-and-set on the state that is found.
import { sql } from 'kysely';
import type { JobId } from '../job-id.ts';
import { redrivableStates } from '../job-state.ts';
import type { RedriveSelection } from '../store.ts';
import { type Connection, run } from './database.ts';
import { finishing } from './finishing.ts';

export async function deleteJob(connection: Connection, id: JobId): Promise<'deleted' | 'running' | 'absent'> {
  const [row] = await run(
    connection,
    sql<{ found: boolean; deleted: boolean }>`
    with idle as (
      select job_id from hammerwork_job_states where job_id = ${id} and state <> 'running' for update
    ),
    deleted as (delete from hammerwork_jobs as jobs using idle where jobs.id = idle.job_id returning jobs.id)
    select exists (select from hammerwork_jobs where id = ${id}) as found, exists (select from deleted) as deleted`,
  );
  if (row?.deleted) return 'deleted';
  return row?.found ? 'running' : 'absent';
}

export async function cancelJob(
  connection: Connection,
  id: JobId,
): Promise<'cancelled' | 'requested' | 'finished' | 'absent'> {
  const state = sql`case when states.state = 'running' then 'running' else 'cancelled' end`;
  const [row] = await run(
    connection,
    sql<{ found: boolean; state: string | null }>`
    with moment as materialized (select ${connection.now()} as now),
    changed as (
      update hammerwork_job_states as states
      set state = ${state}, cancel_requested = true, ${finishing(state)}
      where job_id = ${id} and states.state in ('scheduled', 'ready', 'running', 'parked', 'quarantined')
      returning states.state
    )
    select exists (select from hammerwork_job_states where job_id = ${id}) as found,
      (select state from changed) as state`,
  );
  if (row?.state) return row.state === 'running' ? 'requested' : 'cancelled';
  return row?.found ? 'finished' : 'absent';
}

export async function redriveJobs(connection: Connection, selection: RedriveSelection): Promise<number> {
  const states = 'id' in selection ? redrivableStates : selection.states;
  const which = 'id' in selection ? sql`job_id = ${selection.id}` : sql`queue_name = ${selection.queueName}`;
  const limit = 'id' in selection ? 1 : selection.limit;
  const rows = await run(
    connection,
    sql`
    with chosen as (
      select job_id from hammerwork_job_states
      where ${which} and state = any (${[...states]}::text[]) and state = any (${[...redrivableStates]}::text[])
      order by job_id limit ${limit}::integer
      for update skip locked
    )
    update hammerwork_job_states
    set state = 'ready', attempt = 0, run_at = ${connection.now()}, error_code = null, cancel_requested = false,
      finished_at = null, delete_at = case when delete_after_finish_ms is null then delete_at end
    where job_id = any (array(select job_id from chosen))
    returning 1`,
  );
  return rows.length;
}
