// The one statement of the sweeper. A trigger on hammerwork_jobs takes state, results and errors along.
import { type Kysely, sql } from 'kysely';

/** One job that went: names and dates only. */
export interface DeletedJob {
  readonly id: string;
  readonly queueName: string;
  readonly kind: string;
  /** Type of the retention policy, as in its JSON. */
  readonly policy: string;
  /** Since when it was due. */
  readonly dueAt: Date;
}

/**
 * Deletes up to `limit` due jobs, oldest date first. `now` in epoch milliseconds; undefined is the database's clock.
 * `due` counts states of no job as well, which would else stand at the head of every chunk for ever; they go too.
 */
export async function deleteDueJobs(
  // biome-ignore lint/suspicious/noExplicitAny: the caller's database may have tables of its own
  db: Kysely<any>,
  { now, limit }: { now: number | undefined; limit: number },
): Promise<{ deletedAt: Date; jobs: DeletedJob[]; due: number }> {
  const time = now === undefined ? sql`clock_timestamp()` : sql`to_timestamp(${now}::float8 / 1000)`;
  const { rows } = await sql<{
    due: number;
    id: string | null;
    queue_name: string;
    kind: string;
    policy: string;
    due_ms: number;
    now_ms: number;
  }>`
    with moment as materialized (select ${time} as now),
    due as (
      select states.job_id, states.queue_name, states.delete_at
      from hammerwork_job_states as states
      where states.delete_at <= (select now from moment)
        and (states.state <> 'running' or states.lease_until < (select now from moment))
      order by states.delete_at
      limit ${limit}::int
      for update skip locked
    ),
    gone as (
      delete from hammerwork_jobs as jobs using due where jobs.id = due.job_id
      returning jobs.id, due.queue_name, jobs.kind, coalesce(jobs.retention_policy ->> 'type', 'none') as policy,
        (extract(epoch from due.delete_at) * 1000)::float8 as due_ms
    ),
    jobless as (
      delete from hammerwork_job_states as states using due
      where states.job_id = due.job_id and not exists (select from hammerwork_jobs as jobs where jobs.id = due.job_id)
    )
    select (select count(*)::int from due) as due, (extract(epoch from now) * 1000)::float8 as now_ms, gone.*
    from moment left join gone on true`.execute(db);
  const jobs = rows.flatMap(({ id, queue_name, kind, policy, due_ms }) =>
    id === null ? [] : [{ id, queueName: queue_name, kind, policy, dueAt: new Date(due_ms) }],
  );
  return { deletedAt: new Date(rows[0]?.now_ms ?? now ?? Date.now()), jobs, due: rows[0]?.due ?? 0 };
}
