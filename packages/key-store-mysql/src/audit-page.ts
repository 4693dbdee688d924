// Pages of the audit log.
import type { AuditEntry, AuditQuery } from '@hammerwork/key-manager';
import { type Kysely, sql } from 'kysely';
import { type AuditFields, toAuditEntry, toTime } from './mapping.ts';
import type { KeyTables } from './tables.ts';

/** Entries in order of their number. */
export async function readAuditPage(db: Kysely<KeyTables>, query: AuditQuery): Promise<AuditEntry[]> {
  let select = db
    .selectFrom('hammerwork_key_audit_log')
    .select(['seq', 'operation', 'key_id', 'version', 'actor', 'result', 'code', 'details', 'hash'])
    .select(sql<string>`cast(occurred_at as char)`.as('occurred_at'))
    .where('seq', '>', query.afterSeq ?? 0);
  if (query.keyId !== undefined) select = select.where('key_id', '=', query.keyId);
  if (query.operations !== undefined) select = select.where('operation', 'in', query.operations);
  if (query.from !== undefined) select = select.where('occurred_at', '>=', toTime(query.from));
  if (query.to !== undefined) select = select.where('occurred_at', '<', toTime(query.to));
  const rows = await select
    .orderBy('seq')
    .limit(query.limit ?? 1000)
    .execute();
  return rows.map((row) => toAuditEntry(row as AuditFields));
}
