// Rights on a new table for who has them on an older one, so that an upgrade stops no process that works under roles
// granted before. On PostgreSQL the migration itself does it (pg/005_key_transitions.sql).
import { type Kysely, sql } from 'kysely';

/** The table whose readers need this one as well, by migration. */
const followed: Readonly<Record<string, { from: string; to: string }>> = {
  '005_key_transitions': { from: 'hammerwork_encryption_keys', to: 'hammerwork_key_transitions' },
};

/** The migrating user may see no grants or give none: then `migrate --roles` has to be repeated, as after any upgrade. */
const notAllowed: readonly unknown[] = [
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_ACCESS_DENIED_ERROR',
  'ER_SPECIFIC_ACCESS_DENIED_ERROR',
];

/** Grants SELECT and INSERT on the migration's table to who has them, for the whole table, on the one it goes with. */
// biome-ignore lint/suspicious/noExplicitAny: any database type
export async function followGrants(db: Kysely<any>, migration: string): Promise<void> {
  const tables = followed[migration];
  if (!tables) return;
  const { rows } = await sql<{ grantee: string; privilege: string }>`
    select grantee as grantee, privilege_type as privilege from information_schema.table_privileges
    where table_schema = database() and table_name = ${tables.from}
      and privilege_type in ('SELECT', 'INSERT')`.execute(db);
  for (const { grantee, privilege } of rows) {
    const [, name, host] = /^'([^'\\]+)'(?:@'([^'\\]*)')?$/.exec(grantee) ?? [];
    if (name === undefined) continue;
    const to = host ? `'${name}'@'${host}'` : `'${name}'`; // MariaDB's roles have no host
    await sql
      .raw(`grant ${privilege} on ${tables.to} to ${to}`)
      .execute(db)
      .catch((error) => {
        if (!notAllowed.includes(error.code)) throw error;
      });
  }
}
