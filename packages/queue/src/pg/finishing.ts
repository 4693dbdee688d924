import { type RawBuilder, sql } from 'kysely';

/** 250,000 years. More than that is beyond a timestamp, and one such row would make a statement over many jobs fail. */
const longestMs = 8_000_000_000_000_000;

/**
 * The assignments that go with a job's finish, where `state` is SQL for its new state: when it finished, and from when
 * it may be deleted if that counts from there. Needs `moment` (now) and the table as `states`.
 */
export function finishing(state: RawBuilder<unknown>): RawBuilder<unknown> {
  const finished = sql`(${state}) in ('completed', 'dead', 'cancelled')`;
  return sql`
    finished_at = case when ${finished} then (select now from moment) end,
    delete_at = case when ${finished} and states.delete_after_finish_ms is not null
      then (select now from moment)
        + least(states.delete_after_finish_ms, ${longestMs}::bigint) * interval '1 millisecond'
      else states.delete_at end`;
}
