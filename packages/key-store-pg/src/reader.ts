// Reading key rows, inside a transaction or outside.
import type { KeyFilter, KeyRow, KeyStoreReader } from '@hammerwork/key-manager';
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { toKeyRow } from './mapping.ts';
import type { KeyTables } from './tables.ts';

const table = 'hammerwork_encryption_keys';
type Keys = ExpressionBuilder<KeyTables, typeof table>;

/** PostgreSQL takes 65,535 parameters per statement. */
const handlesAtOnce = 50_000;

export function createReader(db: Kysely<KeyTables>): KeyStoreReader {
  const keys = () => db.selectFrom(table).selectAll();
  const first = async (query: { executeTakeFirst(): Promise<Parameters<typeof toKeyRow>[0] | undefined> }) => {
    const row = await query.executeTakeFirst();
    return row && toKeyRow(row);
  };
  return {
    async findByHandles(handles): Promise<KeyRow[]> {
      if (handles.length === 0) return [];
      const [only] = handles;
      if (handles.length === 1) return (await keys().where('handle', '=', only!).execute()).map(toKeyRow);
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
