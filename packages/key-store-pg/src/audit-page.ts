// Pages of the audit log. A page comes as one JSON text: a driver that turns each field of each row into a value of its
// own takes four times as long, and logs are verified by the million.
import type { AuditEntry, AuditQuery } from '@hammerwork/key-manager';
import { type Kysely, sql } from 'kysely';
import { type AuditFields, toAuditEntry } from './mapping.ts';
import type { KeyTables } from './tables.ts';

/** Entries in order of their number. */
export async function readAuditPage(db: Kysely<KeyTables>, query: AuditQuery): Promise<AuditEntry[]> {
  const page = auditQuery(db, query).as('entry');
  const { text } = await db
    .selectFrom(page)
    .select(
      sql<string>`coalesce(json_agg(json_build_array(
        seq, occurred_at, operation, key_id, version, actor, result, code, details,
        encode(hash, 'hex')) order by seq), '[]')::text`.as('text'),
    )
    .executeTakeFirstOrThrow();
  return (JSON.parse(text) as AuditFields[]).map(toAuditEntry);
}

function auditQuery(db: Kysely<KeyTables>, query: AuditQuery) {
  let select = db
    .selectFrom('hammerwork_key_audit_log')
    .selectAll()
    .where('seq', '>', query.afterSeq ?? 0);
  if (query.keyId !== undefined) select = select.where('key_id', '=', query.keyId);
  if (query.operations !== undefined) select = select.where('operation', 'in', query.operations);
  if (query.from !== undefined) select = select.where('occurred_at', '>=', new Date(query.from));
  if (query.to !== undefined) select = select.where('occurred_at', '<', new Date(query.to));
  return select.orderBy('seq').limit(query.limit ?? 1000);
}
