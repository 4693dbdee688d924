// What a connection must be set to before it may carry keys: the server and the pool decide it, so it is looked at, not
// assumed.
import { KeyManagerError } from '@hammerwork/key-manager';
import { type AliasedRawBuilder, type Kysely, sql } from 'kysely';

export interface SessionSettings {
  sql_mode: string;
  /** Of what the client sends, of what is made of it, and of answers. */
  charsets: string;
  autocommit: number | string;
}

/** Selected beside a row, so that the check costs no round trip of its own. */
export const sessionSettings: readonly AliasedRawBuilder<string, keyof SessionSettings>[] = [
  sql<string>`@@sql_mode`.as('sql_mode'),
  sql<string>`concat_ws(' ', @@character_set_client, @@character_set_connection, @@character_set_results)`.as(
    'charsets',
  ),
  sql<string>`@@autocommit`.as('autocommit'),
];

/** Throws `store_unavailable` where the connection would lose or misread something. */
export function assertSafe({ sql_mode, charsets, autocommit }: SessionSettings): void {
  const modes = sql_mode.split(',');
  if (!modes.includes('STRICT_TRANS_TABLES') && !modes.includes('STRICT_ALL_TABLES'))
    throw unsafe('sql_mode lacks STRICT_TRANS_TABLES: the server would cut what is too long instead of refusing it.');
  if (modes.includes('NO_BACKSLASH_ESCAPES'))
    throw unsafe('sql_mode has NO_BACKSLASH_ESCAPES, which the driver does not know of when it quotes values.');
  if (charsets !== 'utf8mb4 utf8mb4 utf8mb4')
    throw unsafe('The character set is not utf8mb4: key ids would not come back as they were written.');
  if (Number(autocommit) !== 1)
    throw unsafe('autocommit is off: its first read would be its last, and no revocation be seen.');
}

// biome-ignore lint/suspicious/noExplicitAny: any tables
export async function assertSafeSession(db: Kysely<any>): Promise<void> {
  assertSafe(await db.selectNoFrom(sessionSettings).executeTakeFirstOrThrow());
}

function unsafe(why: string): KeyManagerError {
  return new KeyManagerError('store_unavailable', `The key store does not use this database connection. ${why}`);
}
