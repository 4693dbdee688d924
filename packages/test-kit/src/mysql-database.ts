// A fresh, empty database on the MySQL or MariaDB server of this test run.
import { randomUUID } from 'node:crypto';
import { Kysely, MysqlDialect } from 'kysely';
import { createPool } from 'mysql2';
import { createConnection } from 'mysql2/promise';
import type { ServerAddress } from './shared-server.ts';

/** Connections and what drops the database again. */
export interface MysqlTestDatabase {
  // biome-ignore lint/suspicious/noExplicitAny: each suite knows its own tables
  db: Kysely<any>;
  url: string;
  close(): Promise<void>;
}

export async function openMysqlDatabase(server: ServerAddress): Promise<MysqlTestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(server.url, `create database ${name} character set utf8mb4`);
  const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  const pool = createPool({ uri: url, connectionLimit: 20 });
  const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) });
  return {
    db,
    url,
    close: async () => {
      await db.destroy();
      await administer(server.url, `drop database ${name}`);
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const connection = await createConnection({ uri: url });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
