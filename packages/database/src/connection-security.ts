// Whether what goes to the database can be read on the way there.
import { sql } from 'kysely';
import { databaseFamily } from './database-family.ts';
import type { Database } from './open-database.ts';

export interface ConnectionSecurity {
  /** The database is in this process or its address is this machine. */
  local: boolean;
  /** As the server names it; undefined without TLS. */
  cipher: string | undefined;
}

/** Looks at the connections of `db`, which `url` names. What stands between (a pooler, a tunnel) is not seen. */
export async function connectionSecurity(db: Database, url: string): Promise<ConnectionSecurity> {
  const family = databaseFamily(url);
  if (family === 'pglite') return { local: true, cipher: undefined };
  return { local: isLocal(url), cipher: await (family === 'mysql' ? mysqlCipher(db) : pgCipher(db)) };
}

async function pgCipher(db: Database): Promise<string | undefined> {
  const { rows } = await sql<{ cipher: string | null }>`
    select cipher from pg_stat_ssl where pid = pg_backend_pid()`.execute(db);
  return rows[0]?.cipher || undefined;
}

async function mysqlCipher(db: Database): Promise<string | undefined> {
  const { rows } = await sql<{ Value: string }>`show session status like 'Ssl_cipher'`.execute(db);
  return rows[0]?.Value || undefined;
}

/** By the address that is dialled: loopback, or a socket in the file system. */
function isLocal(url: string): boolean {
  // A missing host is no URL to the platform, whose error would repeat the password; node-postgres takes it so too.
  const { hostname, searchParams } = new URL(URL.canParse(url) ? url : url.replace('@/', '@localhost/'));
  // node-postgres takes these from there
  const named = searchParams.get('host') || hostname || (url.startsWith('postgres') && process.env.PGHOST) || '';
  const host = decodeURIComponent(named).replace(/^\[(.*)\]$/, '$1');
  return host === '' || host === 'localhost' || host === '::1' || host.startsWith('/') || /^127(\.\d+){3}$/.test(host);
}
