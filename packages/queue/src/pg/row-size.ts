// Rows that no producer wrote. Whoever can write the tables can put up to a gigabyte into a column: the claim of such a
// row is refused by the database, or ends the process that gets it, and with it all other jobs of the queue. Claims do
// not ask (it would cost each 5 %); who was refused, and who takes a dead worker's jobs back, looks and sets it aside.
import { type RawBuilder, sql } from 'kysely';

/** Of the record, and of all else, uncompressed. The largest payload, 16 Mi characters of `[0,0,0`, takes 97 MiB. */
const maxRowBytes = 134_217_728;

/** Stored bytes up to which nothing is uncompressed to be measured: they become 46 MiB, or 128 under lz4. */
const smallBytes = 524_288;

/** Whether the row of `hammerwork_jobs as jobs` is of a size that is read. Taken into a row its columns are uncompressed. */
export const isReadable: RawBuilder<boolean> = sql`(coalesce(octet_length(jobs.encrypted_payload), 0) <= ${sql.lit(maxRowBytes)}
  and (pg_column_size(jobs.payload) + pg_column_size(jobs.pii_fields) + pg_column_size(jobs.key_handles) <= ${sql.lit(smallBytes)}
    or pg_column_size(row(jobs.payload, jobs.pii_fields, jobs.key_handles)) <= ${sql.lit(maxRowBytes)}))`;

/** The same of `hammerwork_job_outcomes as outcomes`. */
export const isReadableOutcome: RawBuilder<boolean> = sql`(coalesce(octet_length(outcomes.record), 0) <= ${sql.lit(maxRowBytes)}
  and (coalesce(pg_column_size(outcomes.value), 0) <= ${sql.lit(smallBytes)}
    or pg_column_size(row(outcomes.value)) <= ${sql.lit(maxRowBytes)}))`;

/** Ids of those among the jobs of the subquery `from` that are not. */
export function unreadableOf(from: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select jobs.id from hammerwork_jobs as jobs where jobs.id = any (array(${from})) and not ${isReadable}`;
}
