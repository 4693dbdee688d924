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
import { type KeyFields, toKeyRow } from './mapping.ts';
import type { KeyTables } from './tables.ts';

const table = 'hammerwork_encryption_keys';
type Keys = ExpressionBuilder<KeyTables, typeof table>;

/** PostgreSQL takes 65,535 parameters per statement. */
const handlesAtOnce = 50_000;

/** As `parseTransition` takes it: three columns would be three subqueries. */
export const transitionText: RawBuilder<string> = sql<string>`concat_ws(' ', t.revision, t.state, encode(t.transition_mac, 'hex'))`;

const transition = sql<string | null>`(
  select ${transitionText} from hammerwork_key_transitions t
  where t.key_id = hammerwork_encryption_keys.key_id and t.version = hammerwork_encryption_keys.version
  order by t.revision desc limit 1)`.as('transition');

export function createReader(db: Kysely<KeyTables>): KeyStoreReader {
  const keys = () => db.selectFrom(table).selectAll().select(transition);
  const first = async (query: { executeTakeFirst(): Promise<KeyFields | undefined> }) => {
    const row = await query.executeTakeFirst();
    return row && toKeyRow(row);
  };
  /** What loads a key, compiled once: it comes with every load. */
  let byHandle: CompiledQuery<KeyFields> | undefined;
  return {
    async findByHandles(handles): Promise<KeyRow[]> {
      const [only] = handles;
      if (only === undefined) return [];
      if (handles.length === 1) {
        byHandle ??= keys().where('handle', '=', only).compile();
        const { rows } = await db.executeQuery<KeyFields>({ ...byHandle, parameters: [only] });
        return rows.map(toKeyRow);
      }
      const found: KeyRow[] = [];
      for (let at = 0; at < handles.length; at += handlesAtOnce) {
        const some = handles.slice(at, at + handlesAtOnce);
        found.push(...(await keys().where('handle', 'in', some).execute()).map(toKeyRow));
      }
      return found;
    },
    findActive: (keyId) => first(keys().where('key_id', '=', keyId).where('status', '=', 'active')),
    findVersion: (keyId, version) => first(keys().where('key_id', '=', keyId).where('version', '=', version)),
    findLatest: (keyId) => first(keys().where('key_id', '=', keyId).orderBy('version', 'desc').limit(1)),
    async list(filter = {}) {
      const rows = await keys()
        .where((key) => key.and(conditions(key, filter)))
        .orderBy('key_id')
        .orderBy('version')
        .limit(filter.limit ?? 1000)
        .execute();
      return rows.map(toKeyRow);
    },
  };
}

function conditions(key: Keys, filter: KeyFilter): Expression<SqlBool>[] {
  const { keyId, scope, status, dueAt, destroyAt, notMasterKeyId, changedAfter, after } = filter;
  const all: Expression<SqlBool>[] = [];
  if (keyId !== undefined) all.push(key('key_id', '=', keyId));
  if (scope !== undefined) all.push(key('scope', '=', scope));
  if (status !== undefined) all.push(key('status', 'in', status));
  if (dueAt !== undefined) all.push(isDue(key, dueAt));
  if (destroyAt !== undefined) all.push(key('status', '!=', 'destroyed'), key('destroy_at', '<=', new Date(destroyAt)));
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
  const at = new Date(atMs);
  return key.and([
    key('status', '=', 'active'),
    key.or([key('next_rotation_at', '<=', at), key('expires_at', '<=', at)]),
  ]);
}

/** Ended, and without a transition that says so. */
export function isUnrecorded(key: Keys): Expression<SqlBool> {
  return key.and([
    key.or([key('status', 'not in', ['pre_active', 'active']), key('destroy_at', 'is not', null)]),
    sql<SqlBool>`not exists (select from hammerwork_key_transitions t
      where t.key_id = hammerwork_encryption_keys.key_id and t.version = hammerwork_encryption_keys.version)`,
  ]);
}
