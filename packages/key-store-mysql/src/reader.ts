// Reading key rows, inside a transaction or outside.
import type { KeyFilter, KeyRow, KeyStoreReader } from '@hammerwork/key-manager';
import {
  type CompiledQuery,
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type RawBuilder,
  type SqlBool,
  sql,
} from 'kysely';
import { buffer, type KeyFields, timeColumns, toKeyRow, toTime } from './mapping.ts';
import type { KeyTables } from './tables.ts';

const table = 'hammerwork_encryption_keys';
type Keys = ExpressionBuilder<KeyTables, typeof table>;

const columns = [
  'key_id',
  'version',
  'handle',
  'algorithm',
  'purpose',
  'source',
  'scope',
  'status',
  'compromise_policy',
  'created_by',
  'rotation_interval_days',
  'key_strength',
  'master_key_id',
  'destroy_requested_by',
  'destroy_approved_by',
  'encrypted_key_material',
  'revision',
  'row_mac',
  'usage_count',
] as const;

const times = timeColumns.map((column) => sql<string | null>`cast(${sql.ref(column)} as char)`.as(column));

/** As `parseTransition` takes it: three columns would be three subqueries. */
export const transitionText: RawBuilder<string> = sql<string>`concat_ws(' ', t.revision, t.state, hex(t.transition_mac))`;

/** The lock of a statement does not reach into its subqueries. */
const transition = (lock: RawBuilder<unknown>) =>
  sql<string | null>`(
  select ${transitionText} from hammerwork_key_transitions t
  where t.key_id = hammerwork_encryption_keys.key_id and t.version = hammerwork_encryption_keys.version
  order by t.revision desc limit 1 ${lock})`.as('transition');

export interface ReaderOptions {
  /**
   * Locks what is read: inside a transaction of the caller's, whose snapshot may be older than the lock of the state
   * row, only locking reads see what is there.
   */
  locking?: boolean;
}

export function createReader(db: Kysely<KeyTables>, { locking = false }: ReaderOptions = {}): KeyStoreReader {
  const keys = () => {
    const query = db.selectFrom(table).select(columns).select(times);
    if (!locking) return query.select(transition(sql``));
    return query.select(transition(sql`lock in share mode`)).forUpdate();
  };
  const first = async (query: { executeTakeFirst(): Promise<unknown> }): Promise<KeyRow | undefined> => {
    const row = (await query.executeTakeFirst()) as KeyFields | undefined;
    return row && toKeyRow(row);
  };
  const all = async (query: { execute(): Promise<unknown[]> }) =>
    (await query.execute()).map((row) => toKeyRow(row as KeyFields));
  /** What loads a key, compiled once: on MySQL that was 12 of 500 microseconds of each load. */
  let byHandle: CompiledQuery<unknown> | undefined;
  return {
    async findByHandles(handles): Promise<KeyRow[]> {
      const [only] = handles;
      if (only === undefined) return [];
      if (handles.length === 1) {
        byHandle ??= keys().where('handle', '=', buffer(only)).compile();
        const { rows } = await db.executeQuery({ ...byHandle, parameters: [buffer(only)] });
        return rows.map((row) => toKeyRow(row as unknown as KeyFields));
      }
      return all(keys().where('handle', 'in', handles.map(buffer)));
    },
    findActive: (keyId) => first(keys().where('key_id', '=', keyId).where('status', '=', 'active')),
    findVersion: (keyId, version) => first(keys().where('key_id', '=', keyId).where('version', '=', version)),
    findLatest: (keyId) => first(keys().where('key_id', '=', keyId).orderBy('version', 'desc').limit(1)),
    list: (filter = {}) =>
      all(
        keys()
          .where((key) => key.and(conditions(key, filter)))
          .orderBy('key_id')
          .orderBy('version')
          .limit(filter.limit ?? 1000),
      ),
  };
}

function conditions(key: Keys, filter: KeyFilter): Expression<SqlBool>[] {
  const { keyId, scope, status, dueAt, destroyAt, notMasterKeyId, changedAfter, after } = filter;
  const all: Expression<SqlBool>[] = [];
  if (keyId !== undefined) all.push(key('key_id', '=', keyId));
  if (scope !== undefined) all.push(key('scope', '=', scope));
  if (status !== undefined) all.push(key('status', 'in', status));
  if (dueAt !== undefined) all.push(isDue(key, dueAt));
  if (destroyAt !== undefined) all.push(key('status', '!=', 'destroyed'), key('destroy_at', '<=', toTime(destroyAt)));
  if (notMasterKeyId !== undefined) all.push(key('master_key_id', '!=', notMasterKeyId));
  if (changedAfter !== undefined) all.push(key('revision', '>', changedAfter));
  if (after !== undefined) {
    const later = key.and([key('key_id', '=', after.keyId), key('version', '>', after.version)]);
    all.push(key.or([key('key_id', '>', after.keyId), later]));
  }
  return all;
}

/** Active and past its rotation date or expiry. */
export function isDue(key: Keys, atMs: number): Expression<SqlBool> {
  const at = toTime(atMs);
  return key.and([
    key('status', '=', 'active'),
    key.or([key('next_rotation_at', '<=', at), key('expires_at', '<=', at)]),
  ]);
}

/** Ended, and without a transition that says so. */
export function isUnrecorded(key: Keys): Expression<SqlBool> {
  return key.and([
    key.or([key('status', 'not in', ['pre_active', 'active']), key('destroy_at', 'is not', null)]),
    sql<SqlBool>`not exists (select 1 from hammerwork_key_transitions t
      where t.key_id = hammerwork_encryption_keys.key_id and t.version = hammerwork_encryption_keys.version)`,
  ]);
}
