import { openTestDatabase, startPostgresServer, type TestDatabaseKind } from '@hammerwork/test-kit';
import { type AuditWalk, measureAuditWalk } from './audit-walk.ts';
import { type KeyAccess, measureKeyAccess } from './key-access.ts';

export interface Size {
  readonly rounds: number;
  readonly auditEntries: number;
  readonly databases: readonly TestDatabaseKind[];
}

export const full: Size = { rounds: 1000, auditEntries: 1_000_000, databases: ['pglite', 'postgres'] };
export const quick: Size = { rounds: 5, auditEntries: 500, databases: ['pglite'] };

export interface Results {
  readonly access: Readonly<Record<string, KeyAccess>>;
  /** On the last of the databases. */
  readonly audit: AuditWalk;
}

export async function measure({ rounds, auditEntries, databases }: Size): Promise<Results> {
  const server = databases.includes('postgres') ? await startPostgresServer() : undefined;
  if (server) process.env.HAMMERWORK_TEST_SERVER_URL = server.url;
  try {
    const access: Record<string, KeyAccess> = {};
    for (const kind of databases) access[kind] = await inDatabase(kind, (db) => measureKeyAccess(db, rounds));
    return { access, audit: await inDatabase(databases.at(-1)!, (db) => measureAuditWalk(db, auditEntries)) };
  } finally {
    await server?.stop();
  }
}

async function inDatabase<T>(
  kind: TestDatabaseKind,
  work: (db: Awaited<ReturnType<typeof openTestDatabase>>['db']) => Promise<T>,
): Promise<T> {
  const { db, close } = await openTestDatabase(kind);
  try {
    return await work(db);
  } finally {
    await close();
  }
}
