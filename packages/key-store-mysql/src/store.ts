// A key store on MySQL or MariaDB. Changes take the lock of the state row first, so they happen one after another; reads
// take no lock.
import {
  type AuditEntry,
  type KeyCounts,
  type KeyStore,
  type KeyStoreTransaction,
  type KeyUsage,
  parseTransition,
} from '@hammerwork/key-manager';
import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import { readAuditPage } from './audit-page.ts';
import { buffer, fromAuditEntry, fromKeyRow, fromState, fromTransition, toMs, toState, toTime } from './mapping.ts';
import { inPackets } from './packets.ts';
import { createReader, isDue, isUnrecorded, transitionText } from './reader.ts';
import { assertSafe, assertSafeSession, sessionSettings } from './session.ts';
import type { KeyTables } from './tables.ts';
import { repeatedly, transactionsOf } from './transaction.ts';

/** Each row goes through all of a statement's uses, while it is locked. */
const usesAtOnce = 500;

/**
 * `db` is a Kysely instance over mysql2 for MySQL 8.0.17 or later or MariaDB 10.6 or later, or a transaction of the
 * caller's, in which changes then become part of it and hold the key store's lock until its end. The tables come from
 * the migrations 002, 003 and 005. There are no change notices here: processes learn of changes at their next poll.
 */
// biome-ignore lint/suspicious/noExplicitAny: the caller's database type has tables of its own
export function createMysqlKeyStore(db: Kysely<any>): KeyStore {
  const keyDb = db as Kysely<KeyTables>;
  const inTransaction = transactionsOf(keyDb);
  return {
    ...createReader(keyDb),
    async readState() {
      await assertSafeSession(keyDb);
      const row = await keyDb.selectFrom('hammerwork_key_store').selectAll().executeTakeFirst();
      return row && toState(row);
    },
    initialise: (state, entries) =>
      inTransaction(async (tx) => {
        await assertSafeSession(tx);
        const made = await inserted(tx.insertInto('hammerwork_key_store').values(fromState(state)));
        if (made) await appendAudit(tx, entries);
        return toState(await selectState(tx).forUpdate().executeTakeFirstOrThrow());
      }),
    change: (work) =>
      inTransaction(async (tx, victim) => {
        const locked = await lockedTransaction(tx, keyDb.isTransaction);
        return work(victim.watched(locked));
      }),
    readAudit: (query = {}) => readAuditPage(keyDb, query),
    addUsage: (usage) => addUsage(keyDb, usage),
    count: (nowMs) => countKeys(keyDb, nowMs),
  };
}

function selectState(db: Kysely<KeyTables>) {
  return db.selectFrom('hammerwork_key_store').selectAll().where('id', '=', 1);
}

async function lockedTransaction(tx: Kysely<KeyTables>, ofCaller: boolean): Promise<KeyStoreTransaction> {
  const row = await selectState(tx).select(sessionSettings).forUpdate().executeTakeFirst();
  if (!row) throw new Error('The key store was not initialised');
  assertSafe(row);
  return {
    ...createReader(tx, { locking: ofCaller }),
    state: toState(row),
    insertKey: (key) => inserted(tx.insertInto('hammerwork_encryption_keys').values(fromKeyRow(key))),
    async updateKey(key, expectedRevision) {
      const { key_id, version, ...columns } = fromKeyRow(key);
      const changed = await tx
        .updateTable('hammerwork_encryption_keys')
        .set(columns)
        .where('key_id', '=', key_id)
        .where('version', '=', version!)
        .where('revision', '=', expectedRevision)
        .executeTakeFirst();
      return changed.numUpdatedRows === 1n;
    },
    async addTransitions(transitions) {
      for (const rows of inPackets(transitions.map(fromTransition)))
        await tx.insertInto('hammerwork_key_transitions').values(rows).execute();
    },
    async findTransition(keyId, version) {
      const query = tx
        .selectFrom('hammerwork_key_transitions as t')
        .select(transitionText.as('text'))
        .where('t.key_id', '=', keyId)
        .where('t.version', '=', version)
        .orderBy('t.revision', 'desc')
        .limit(1);
      const found = await (ofCaller ? query.modifyEnd(sql`lock in share mode`) : query).executeTakeFirst();
      return parseTransition(keyId, version, found?.text ?? null);
    },
    appendAudit: (entries) => appendAudit(tx, entries),
    async saveState(next) {
      await tx.updateTable('hammerwork_key_store').set(fromState(next)).where('id', '=', 1).execute();
    },
  };
}

/**
 * False when a unique index has it already. INSERT IGNORE would also swallow what is too long or breaks a CHECK; after
 * ON DUPLICATE KEY UPDATE the count of rows depends on how the driver connects.
 */
async function inserted(insert: { execute(): Promise<unknown> }): Promise<boolean> {
  try {
    await insert.execute();
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ER_DUP_ENTRY') return false;
    throw error;
  }
}

async function appendAudit(tx: Kysely<KeyTables>, entries: readonly AuditEntry[]): Promise<void> {
  for (const rows of inPackets(entries.map(fromAuditEntry)))
    await tx.insertInto('hammerwork_key_audit_log').values(rows).execute();
}

/** Rows are taken in the order of their handles, so that two processes cannot deadlock. */
async function addUsage(db: Kysely<KeyTables>, usage: readonly KeyUsage[]): Promise<void> {
  const inOrder = usage.toSorted((a, b) => Buffer.compare(a.handle, b.handle));
  for (let at = 0; at < inOrder.length; at += usesAtOnce) await addSomeUsage(db, inOrder.slice(at, at + usesAtOnce));
}

async function addSomeUsage(db: Kysely<KeyTables>, usage: readonly KeyUsage[]): Promise<void> {
  const sums = new Map<string, KeyUsage>();
  for (const one of usage) {
    const name = buffer(one.handle).toString('hex');
    const { count = 0, lastUsedAt = 0 } = sums.get(name) ?? {};
    sums.set(name, { ...one, count: count + one.count, lastUsedAt: Math.max(lastUsedAt, one.lastUsedAt) });
  }
  const used = [...sums.values()];
  const counts = used.map(({ handle, count }) => sql`when ${buffer(handle)} then ${count}`);
  const times = used.map(({ handle, lastUsedAt }) => sql`when ${buffer(handle)} then ${toTime(lastUsedAt)}`);
  const usedAt = sql`cast(case handle ${sql.join(times, sql` `)} end as datetime(3))`;
  const added = sql`cast(case handle ${sql.join(counts, sql` `)} end as signed)`;
  await repeatedly(db, () =>
    sql`
      update hammerwork_encryption_keys force index (hammerwork_encryption_keys_handle)
      set usage_count = usage_count + least(${added}, 9223372036854775807 - usage_count),
        last_used_at = greatest(coalesce(last_used_at, ${usedAt}), ${usedAt})
      where handle in (${sql.join(used.map(({ handle }) => buffer(handle)))})
      order by handle`.execute(db),
  );
}

async function countKeys(db: Kysely<KeyTables>, nowMs: number): Promise<KeyCounts> {
  const row = await db
    .selectFrom('hammerwork_encryption_keys')
    .select((key) => {
      const countIf = (condition: Expression<SqlBool>) => sql<number>`count(case when ${condition} then 1 end)`;
      const is = (status: string) => key('status', '=', status);
      return [
        key.fn.countAll().as('versions'),
        sql<number>`count(distinct key_id)`.as('keys'),
        countIf(is('active')).as('active'),
        countIf(key.and([is('deactivated'), key('retired_at', 'is', null)])).as('deactivated'),
        countIf(key.and([is('deactivated'), key('retired_at', 'is not', null)])).as('retired'),
        countIf(is('compromised')).as('compromised'),
        countIf(is('destroyed')).as('destroyed'),
        countIf(key.and([is('active'), key('expires_at', '<=', toTime(nowMs))])).as('expired'),
        countIf(isDue(key, nowMs)).as('due'),
        countIf(isUnrecorded(key)).as('unrecorded'),
        key.fn.sum('usage_count').as('uses'),
        key.fn.count('rotated_at').as('rotations'),
        sql<string | null>`cast(max(rotated_at) as char)`.as('lastRotationAt'),
        sql<number | string | null>`avg(case when status != 'destroyed'
          then timestampdiff(microsecond, '1970-01-01', created_at) end)`.as('born'),
      ];
    })
    .executeTakeFirstOrThrow();
  const { lastRotationAt, born, ...counts } = row;
  const numbers = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Number(value ?? 0)]));
  return {
    ...(numbers as Record<keyof typeof counts, number>),
    lastRotationAt: toMs(lastRotationAt),
    averageAgeMs: born === null ? 0 : nowMs - Number(born) / 1000,
  };
}
