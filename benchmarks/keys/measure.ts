import {
  openTestDatabase,
  type PostgresServer,
  startPostgresServer,
  type TestDatabaseKind,
} from '@hammerwork/test-kit';
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
  try {
    const access: Record<string, KeyAccess> = {};
    for (const kind of databases) access[kind] = await inDatabase(kind, server, (db) => measureKeyAccess(db, rounds));
    return { access, audit: await inDatabase(databases.at(-1)!, server, (db) => measureAuditWalk(db, auditEntries)) };
  } finally {
    await server?.stop();
  }
}

async function inDatabase<T>(
  kind: TestDatabaseKind,
  server: PostgresServer | undefined,
  work: (db: Awaited<ReturnType<typeof openTestDatabase>>['db']) => Promise<T>,
): Promise<T> {
  const { db, close } = await openTestDatabase(kind, server);
  try {
    return await work(db);
  } finally {
    await close();
  }
}
