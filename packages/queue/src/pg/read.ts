// Looking at jobs. Lists read no payload.
import { type RawBuilder, sql } from 'kysely';
import { QueueError } from '../errors.ts';
import type { JobId } from '../job-id.ts';
import type { JobState, OutcomeSurface } from '../job-state.ts';
import type { RetentionPolicy } from '../retention.ts';
import type { CodeCount, JobFilter, JobSummary, OverdueCount, StateCount, StoredJob, StoredOutcome } from '../store.ts';
import { type Connection, run } from './database.ts';
import { isReadable, isReadableOutcome } from './row-size.ts';

interface SummaryRow {
  id: JobId;
  queue_name: string;
  kind: string;
  tenant: string | null;
  state: JobState;
  priority: number;
  attempt: number;
  max_attempts: number;
  error_code: string | null;
  worker: string | null;
  lease_until: Date | null;
  created_at: Date;
  run_at: Date;
  finished_at: Date | null;
  delete_at: Date | null;
  is_encrypted: boolean;
  pii_fields: string[];
  retention_policy: RetentionPolicy | null;
}

const summaryColumns = sql`jobs.id, states.queue_name, jobs.kind, jobs.tenant, states.state, states.priority,
  states.attempt, states.max_attempts, states.error_code, states.worker, states.lease_until, jobs.created_at,
  states.run_at, states.finished_at, states.delete_at, jobs.is_encrypted, jobs.pii_fields, jobs.retention_policy`;

const bothTables = sql`hammerwork_jobs as jobs join hammerwork_job_states as states on states.job_id = jobs.id`;

export async function findJob(connection: Connection, id: JobId): Promise<StoredJob | undefined> {
  type Row = SummaryRow & {
    readable: boolean;
    payload: string | null;
    encrypted_payload: Uint8Array | null;
    key_handles: Uint8Array[];
    surfaces: OutcomeSurface[];
  };
  const [row] = await run(
    connection,
    sql<Row>`
    select ${summaryColumns}, ${isReadable} as readable,
      case when ${isReadable} then jobs.key_handles else '{}' end as key_handles,
      case when ${isReadable} then jobs.payload::text end as payload,
      case when ${isReadable} then jobs.encrypted_payload end as encrypted_payload,
      array(select surface from hammerwork_job_outcomes where job_id = jobs.id order by surface) as surfaces
    from ${bothTables} where jobs.id = ${id}`,
  );
  if (!row) return undefined;
  return {
    ...toSummary(row),
    payload: row.payload === null ? null : JSON.parse(row.payload),
    tooLarge: !row.readable,
    record: row.encrypted_payload,
    handles: row.key_handles,
    outcomes: row.surfaces,
  };
}

export async function findOutcome(
  connection: Connection,
  id: JobId,
  surface: OutcomeSurface,
): Promise<StoredOutcome | undefined> {
  type Row = { readable: boolean; value: string | null; record: Uint8Array | null; attempt: number; created_at: Date };
  const [row] = await run(
    connection,
    sql<Row>`
    select ${isReadableOutcome} as readable, attempt, created_at,
      case when ${isReadableOutcome} then value::text end as value, case when ${isReadableOutcome} then record end as record
    from hammerwork_job_outcomes as outcomes where job_id = ${id} and surface = ${surface}`,
  );
  if (!row) return undefined;
  if (!row.readable)
    throw new QueueError(
      'row_too_large',
      `The ${surface} of job ${id} is larger than any that was stored. Delete the job.`,
    );
  const value: unknown = row.value === null ? undefined : JSON.parse(row.value);
  return { value, record: row.record, attempt: row.attempt, createdAt: row.created_at };
}

export async function listJobs(connection: Connection, filter: JobFilter): Promise<JobSummary[]> {
  const { queueName, kind, state, errorCode, limit = 100, before } = filter;
  const conditions: RawBuilder<unknown>[] = [sql`true`];
  if (queueName !== undefined) conditions.push(sql`states.queue_name = ${queueName}`);
  if (kind !== undefined) conditions.push(sql`jobs.kind = ${kind}`);
  if (state !== undefined) conditions.push(sql`states.state = ${state}`);
  if (errorCode !== undefined) conditions.push(sql`states.error_code = ${errorCode}`);
  if (before !== undefined) conditions.push(sql`jobs.id < ${before}`);
  const rows = await run(
    connection,
    sql<SummaryRow>`
    select ${summaryColumns} from ${bothTables} where ${sql.join(conditions, sql` and `)}
    order by jobs.id desc limit ${limit}::integer`,
  );
  return rows.map(toSummary);
}

export async function countJobs(connection: Connection, queueName: string | undefined): Promise<StateCount[]> {
  const condition = queueName === undefined ? sql`true` : sql`queue_name = ${queueName}`;
  const rows = await run(
    connection,
    sql<{ queue_name: string; state: JobState; count: number }>`
    select queue_name, state, count(*)::float8 as count from hammerwork_job_states where ${condition}
    group by queue_name, state order by queue_name, state`,
  );
  return rows.map(({ queue_name, state, count }) => ({ queueName: queue_name, state, count }));
}

export async function countByCode(connection: Connection, queueName: string | undefined): Promise<CodeCount[]> {
  const condition = queueName === undefined ? sql`true` : sql`queue_name = ${queueName}`;
  return run(
    connection,
    sql<CodeCount>`
    select queue_name as "queueName", state, error_code as "errorCode", count(*)::float8 as count
    from hammerwork_job_states where ${condition}
    group by queue_name, state, error_code order by queue_name, state, error_code nulls first`,
  );
}

/** By the indexes of their states, for which no `in` passes: the planner takes it for one condition. */
export async function countOverdue(connection: Connection, forMs: number): Promise<OverdueCount[]> {
  const since = (time: RawBuilder<unknown>) => sql`(extract(epoch from now - min(${time})) * 1000)::float8`;
  const before = sql`(select now from moment) - ${forMs}::float8 * interval '1 millisecond'`;
  return run(
    connection,
    sql<OverdueCount>`
    with moment as materialized (select ${connection.now()} as now)
    select queue_name as "queueName", 'due' as state, count(*)::float8 as count, ${since(sql`run_at`)} as "longestMs"
    from hammerwork_job_states, moment where (state = 'ready' or state = 'scheduled') and run_at < ${before}
    group by queue_name, now
    union all
    select queue_name, 'running', count(*)::float8, ${since(sql`lease_until`)}
    from hammerwork_job_states, moment where state = 'running' and lease_until < ${before}
    group by queue_name, now
    order by 1, 2`,
  );
}

export async function countByKeyHandle(connection: Connection, handle: Uint8Array): Promise<number> {
  const [row] = await run(
    connection,
    sql<{ count: number }>`
    select count(distinct job_id)::float8 as count from hammerwork_key_references
    where key_handles @> array[${handle}::bytea]`,
  );
  return row?.count ?? 0;
}

function toSummary(row: SummaryRow): JobSummary {
  return {
    id: row.id,
    queueName: row.queue_name,
    kind: row.kind,
    tenant: row.tenant,
    state: row.state,
    priority: row.priority,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    errorCode: row.error_code,
    worker: row.worker,
    leaseUntil: row.lease_until,
    createdAt: row.created_at,
    runAt: row.run_at,
    finishedAt: row.finished_at,
    deleteAt: row.delete_at,
    isEncrypted: row.is_encrypted,
    pointers: row.pii_fields,
    retentionPolicy: row.retention_policy,
  };
}
