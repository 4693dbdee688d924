// A fresh, empty database per call, on PGlite in memory or on a server of this test run.
import { randomUUID } from 'node:crypto';
import { existsSync, openAsBlob, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { openMysqlDatabase } from './mysql-database.ts';
import { type ServerAddress, sharedServer } from './shared-server.ts';

export type TestDatabaseKind = 'pglite' | 'postgres' | 'postgres-15' | MysqlDatabaseKind | 'mariadb-10';
/** Databases with PostgreSQL's SQL. */
export const testDatabaseKinds: readonly TestDatabaseKind[] = ['pglite', 'postgres'];

export type MysqlDatabaseKind = 'mysql' | 'mariadb';
/** Databases with MySQL's SQL: a suite on them is skipped where `sharedServer(kind)` answers undefined. */
export const mysqlDatabaseKinds: readonly MysqlDatabaseKind[] = ['mysql', 'mariadb'];
/** The same and the oldest that is tested, for what a version may change. */
export const mysqlVersions: readonly (MysqlDatabaseKind | 'mariadb-10')[] = [...mysqlDatabaseKinds, 'mariadb-10'];
/** Databases with PostgreSQL's SQL and the oldest that is tested. */
export const postgresVersions: readonly TestDatabaseKind[] = [...testDatabaseKinds, 'postgres-15'];

export interface TestDatabase {
  kind: TestDatabaseKind;
  // biome-ignore lint/suspicious/noExplicitAny: each suite knows its own tables
  db: Kysely<any>;
  /** Connection URL; undefined for PGlite, which lives in this process. */
  url: string | undefined;
  /** Closes the connections and drops the database. */
  close(): Promise<void>;
}

/** Opens a new database, on `server` or else on the test run's own. */
export async function openTestDatabase(kind: TestDatabaseKind, server?: ServerAddress): Promise<TestDatabase> {
  if (kind === 'pglite') {
    const loadDataDir = await openAsBlob(await emptyPglite());
    const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: await PGlite.create({ loadDataDir }) }) });
    return { kind, db, url: undefined, close: () => db.destroy() };
  }
  const address = server ?? (await sharedServer(kind));
  if (!address) throw new Error(`There is no ${kind} server here`);
  if (!kind.startsWith('postgres')) return { kind, ...(await openMysqlDatabase(address)) };
  const { url: serverUrl } = address;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(serverUrl, `create database ${name}`);
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  // a dropped connection is the test's own doing
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return {
    kind,
    db,
    url,
    close: async () => {
      await db.destroy();
      await administer(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

/** File with the data directory of a new PGlite: loading it takes a quarter of the time of making one. */
async function emptyPglite(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const { version } = JSON.parse(readFileSync(join(dirname(dirname(entry)), 'package.json'), 'utf8'));
  const file = join(tmpdir(), `hammerwork-pglite-${version}-${process.getuid?.() ?? 0}.tar`);
  if (!existsSync(file)) {
    const pglite = await PGlite.create();
    const dump = await pglite.dumpDataDir('none');
    await pglite.close();
    const unfinished = `${file}.${randomUUID()}`;
    writeFileSync(unfinished, new Uint8Array(await dump.arrayBuffer()));
    renameSync(unfinished, file);
  }
  return file;
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
