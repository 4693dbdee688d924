// A key store on PostgreSQL or PGlite. Changes take the lock of the state row first, so they happen one after another;
// reads take no lock.
import {
  createSavepoints,
  type KeyCounts,
  type KeyStore,
  type KeyStoreTransaction,
  type KeyUsage,
  parseTransition,
  tellingFirst,
} from '@hammerwork/key-manager';
import { type Kysely, sql } from 'kysely';
import { readAuditPage } from './audit-page.ts';
import { fromAuditEntry, fromKeyRow, fromState, fromTransition, toState } from './mapping.ts';
import { createReader, isDue, isUnrecorded, transitionText } from './reader.ts';
import type { KeyTables } from './tables.ts';

/** PostgreSQL takes 65,535 parameters per statement; an entry has 10, a transition 5, a use 3. */
const entriesAtOnce = 5000;
const usesAtOnce = 10_000;

/** Channel on which changes are announced; the payload is the store's revision. */
export const keyChangeChannel = 'hammerwork_keys';

/**
 * Listens to a notification channel and returns what ends it: PGlite's own `listen`, or node-postgres with a client that
 * is kept open. Notices may be lost.
 */
export type Listen = (channel: string, onNotice: () => void) => Promise<() => Promise<void>>;

export interface PgKeyStoreOptions {
  /** Lets a process learn of changes at once; without it, or where a notice is lost, at the next poll. */
  listen?: Listen;
}

/**
 * `db` is a Kysely instance for PostgreSQL 15 or later or PGlite, or a transaction of the caller's, in which changes
 * then become part of it and hold the key store's lock until its end. The tables come from the migrations 002, 003 and 005.
 */
// biome-ignore lint/suspicious/noExplicitAny: the caller's database type has tables of its own
export function createPgKeyStore(db: Kysely<any>, options: PgKeyStoreOptions = {}): KeyStore {
  const keyDb = db as Kysely<KeyTables>;
  const { listen } = options;
  const inTransaction = transactionsOf(keyDb);
  const readState = async () => {
    const row = await keyDb.selectFrom('hammerwork_key_store').selectAll().executeTakeFirst();
    return row && toState(row);
  };
  const store: KeyStore = {
    ...createReader(keyDb),
    readState,
    initialise: (state, entries) =>
      inTransaction(async (tx) => {
        const made = await tx
          .insertInto('hammerwork_key_store')
          .values(fromState(state))
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        if (made.numInsertedOrUpdatedRows === 1n) {
          await tx.insertInto('hammerwork_key_audit_log').values(entries.map(fromAuditEntry)).execute();
        }
        return toState(await tx.selectFrom('hammerwork_key_store').selectAll().executeTakeFirstOrThrow());
      }),
    change: (work) => inTransaction(async (tx) => work(await lockedTransaction(tx))),
    readAudit: (query = {}) => readAuditPage(keyDb, query),
    addUsage: (usage) => addUsage(keyDb, usage),
    count: (nowMs) => countKeys(keyDb, nowMs),
  };
  return listen ? { ...store, watch: (onChange) => listen(keyChangeChannel, onChange) } : store;
}

type InTransaction = <T>(work: (tx: Kysely<KeyTables>) => Promise<T>) => Promise<T>;

function transactionsOf(db: Kysely<KeyTables>): InTransaction {
  if (db.isTransaction) {
    const inSavepoint = createSavepoints((statement) => sql.raw(statement).execute(db));
    return (work) => inSavepoint(() => work(db));
  }
  // Where a database has another default, whoever waited for the lock would fail as soon as it had it.
  const transaction = db.transaction().setIsolationLevel('read committed');
  return (work) => tellingFirst((run) => transaction.execute(run), work);
}

async function lockedTransaction(tx: Kysely<KeyTables>): Promise<KeyStoreTransaction> {
  const row = await tx.selectFrom('hammerwork_key_store').selectAll().forUpdate().executeTakeFirst();
  if (!row) throw new Error('The key store was not initialised');
  const state = toState(row);
  return {
    ...createReader(tx),
    state,
    async insertKey(key) {
      const made = await tx
        .insertInto('hammerwork_encryption_keys')
        .values(fromKeyRow(key))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return made.numInsertedOrUpdatedRows === 1n;
    },
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
      for (let at = 0; at < transitions.length; at += entriesAtOnce) {
        const rows = transitions.slice(at, at + entriesAtOnce).map(fromTransition);
        await tx.insertInto('hammerwork_key_transitions').values(rows).execute();
      }
    },
    async findTransition(keyId, version) {
      const found = await tx
        .selectFrom('hammerwork_key_transitions as t')
        .select(transitionText.as('text'))
        .where('t.key_id', '=', keyId)
        .where('t.version', '=', version)
        .orderBy('t.revision', 'desc')
        .limit(1)
        .executeTakeFirst();
      return parseTransition(keyId, version, found?.text ?? null);
    },
    async appendAudit(entries) {
      for (let at = 0; at < entries.length; at += entriesAtOnce) {
        const rows = entries.slice(at, at + entriesAtOnce).map(fromAuditEntry);
        await tx.insertInto('hammerwork_key_audit_log').values(rows).execute();
      }
    },
    async saveState(next) {
      await tx.updateTable('hammerwork_key_store').set(fromState(next)).execute();
      if (next.revision !== state.revision) {
        await sql`select pg_notify(${keyChangeChannel}, ${String(next.revision)})`.execute(tx);
      }
    },
  };
}

async function addUsage(db: Kysely<KeyTables>, usage: readonly KeyUsage[]): Promise<void> {
  for (let at = 0; at < usage.length; at += usesAtOnce) await addSomeUsage(db, usage.slice(at, at + usesAtOnce));
}

/** Rows are taken in the order of their handles, so that two processes cannot deadlock. */
async function addSomeUsage(db: Kysely<KeyTables>, usage: readonly KeyUsage[]): Promise<void> {
  const used = sql.join(
    usage.map((one) => sql`(${one.handle}::bytea, ${one.count}::bigint, ${new Date(one.lastUsedAt)}::timestamptz)`),
  );
  await sql`
    with used as (
      select handle, sum(count) as count, max(used_at) as used_at
      from (values ${used}) as given (handle, count, used_at) group by handle
    ), locked as (
      select k.handle from hammerwork_encryption_keys k join used on used.handle = k.handle
      order by k.handle for no key update of k
    )
    update hammerwork_encryption_keys k
    set usage_count = least(k.usage_count + used.count, 9223372036854775807), last_used_at = greatest(k.last_used_at, used.used_at)
    from used join locked on locked.handle = used.handle
    where k.handle = used.handle`.execute(db);
}

async function countKeys(db: Kysely<KeyTables>, nowMs: number): Promise<KeyCounts> {
  const row = await db
    .selectFrom('hammerwork_encryption_keys')
    .select((key) => {
      const { countAll } = key.fn;
      const having = (status: string) => countAll().filterWhere('status', '=', status);
      return [
        countAll().as('versions'),
        key.fn.count('key_id').distinct().as('keys'),
        having('active').as('active'),
        having('deactivated').filterWhere('retired_at', 'is', null).as('deactivated'),
        having('deactivated').filterWhere('retired_at', 'is not', null).as('retired'),
        having('compromised').as('compromised'),
        having('destroyed').as('destroyed'),
        having('active').filterWhere('expires_at', '<=', new Date(nowMs)).as('expired'),
        countAll().filterWhere(isDue(key, nowMs)).as('due'),
        countAll().filterWhere(isUnrecorded(key)).as('unrecorded'),
        key.fn.sum('usage_count').as('uses'),
        key.fn.count('rotated_at').as('rotations'),
        key.fn.max('rotated_at').as('lastRotationAt'),
        sql<number | string | null>`avg(extract(epoch from created_at)) filter (where status != 'destroyed')`.as(
          'born',
        ),
      ];
    })
    .executeTakeFirstOrThrow();
  const { lastRotationAt, born, ...counts } = row;
  const numbers = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Number(value ?? 0)]));
  return {
    ...(numbers as Record<keyof typeof counts, number>),
    lastRotationAt: lastRotationAt === null ? undefined : new Date(lastRotationAt).getTime(),
    averageAgeMs: born === null ? 0 : nowMs - Number(born) * 1000,
  };
}
