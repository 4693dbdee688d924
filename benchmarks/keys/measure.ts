// The databases of this benchmark, one after another, each with a server of its own.
import { createMysqlKeyStore } from '@hammerwork/key-store-mysql';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, startMariadbServer, startMysqlServer, startPostgresServer } from '@hammerwork/test-kit';
import { type AuditWalk, measureAuditWalk } from './audit-walk.ts';
import { type KeyAccess, measureKeyAccess } from './key-access.ts';

const servers = {
  pglite: async () => undefined,
  postgres: startPostgresServer,
  mysql: startMysqlServer,
  mariadb: startMariadbServer,
};

type DatabaseName = keyof typeof servers;

export interface Size {
  readonly rounds: number;
  readonly auditEntries: number;
  readonly databases: readonly DatabaseName[];
  /** Those of them on which the long log is written. */
  readonly auditDatabases: readonly DatabaseName[];
}

export const full: Size = {
  rounds: 1000,
  auditEntries: 1_000_000,
  databases: ['pglite', 'postgres', 'mysql', 'mariadb'],
  auditDatabases: ['postgres', 'mysql', 'mariadb'],
};
export const quick: Size = { rounds: 5, auditEntries: 500, databases: ['pglite'], auditDatabases: ['pglite'] };

export interface Results {
  readonly access: Readonly<Record<string, KeyAccess>>;
  readonly audit: Readonly<Record<string, AuditWalk>>;
}

export async function measure({ rounds, auditEntries, databases, auditDatabases }: Size): Promise<Results> {
  const access: Record<string, KeyAccess> = {};
  const audit: Record<string, AuditWalk> = {};
  for (const name of databases)
    access[name] = await inDatabase(name, (db, store) => measureKeyAccess(db, store, rounds));
  for (const name of auditDatabases)
    audit[name] = await inDatabase(name, (_, store) => measureAuditWalk(store, auditEntries));
  return { access, audit };
}

type Database = Awaited<ReturnType<typeof openTestDatabase>>['db'];

async function inDatabase<T>(
  name: DatabaseName,
  work: (db: Database, store: ReturnType<typeof createPgKeyStore>) => Promise<T>,
): Promise<T> {
  const server = await servers[name]();
  try {
    const { db, close } = await openTestDatabase(name, server);
    await migrate(db);
    const store = name === 'mysql' || name === 'mariadb' ? createMysqlKeyStore(db) : createPgKeyStore(db);
    try {
      return await work(db, store);
    } finally {
      await close();
    }
  } finally {
    await server?.stop();
  }
}
