// The migrations on MySQL and MariaDB, where DDL is in no transaction.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, mysqlVersions, openTestDatabase, sharedServer, type TestDatabase } from '@hammerwork/test-kit';
import { Kysely, MysqlDialect, sql } from 'kysely';
import { createPool } from 'mysql2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, migrationStatus } from '../src/index.ts';
import { mysqlMigrations } from '../src/mysql.generated.ts';
import { pgMigrations } from '../src/pg.generated.ts';
import { sqlFamily } from '../src/server.ts';

const names = mysqlMigrations.map(({ name }) => name);
const tables = [
  'hammerwork_key_store',
  'hammerwork_encryption_keys',
  'hammerwork_key_audit_log',
  'hammerwork_key_transitions',
];
const script = join(import.meta.dirname, 'migrate-process.ts');
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--conditions=@hammerwork/source', script, ...args]);

/** Every column, index and constraint as the server tells them, and what was recorded. */
async function schemaOf({ db }: TestDatabase): Promise<unknown> {
  const { rows } = await sql<{ TABLE_NAME: string }>`
    select table_name as TABLE_NAME from information_schema.tables where table_schema = database()
    order by table_name`.execute(db);
  const made = rows.map(({ TABLE_NAME }) => sql<Record<string, string>>`show create table ${sql.table(TABLE_NAME)}`);
  const recorded = sql<Record<string, string>>`select name from hammerwork_migrations order by name`;
  return Promise.all([...made, recorded].map(async (query) => (await query.execute(db)).rows));
}

test('migrations bear the names of those of PostgreSQL', () => {
  expect(pgMigrations.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
});

for (const kind of mysqlVersions) {
  describe.skipIf(!(await sharedServer(kind)))(kind, () => {
    let database: TestDatabase;
    beforeEach(async () => {
      database = await openTestDatabase(kind);
    });
    afterEach(() => database.close());

    test('applies everything once', async () => {
      const { db } = database;
      expect((await migrationStatus(db)).map(({ appliedAt }) => appliedAt)).toEqual(names.map(() => null));
      expect(await migrate(db)).toEqual(names);
      expect(await migrate(db)).toEqual([]);
      const status = await migrationStatus(db);
      expect(status.map(({ name }) => name)).toEqual(names);
      expect(status.every(({ appliedAt }) => appliedAt instanceof Date)).toBe(true);
    });

    test('three processes at once apply everything once', async () => {
      const applied = await Promise.all([run(database.url!), run(database.url!), run(database.url!)]);
      expect(applied.flatMap(({ stdout }) => JSON.parse(stdout)).sort()).toEqual(names);
    });

    test('killed after any statement, it is finished by the next run', async () => {
      const whole = await openTestDatabase(kind);
      await migrate(whole.db);
      const expected = await schemaOf(whole);
      await whole.close();
      let deaths = 0;
      for (;;) {
        const half = await openTestDatabase(kind);
        const died = await run(half.url!, String(deaths + 1)).then(
          () => false,
          (error) => error.signal === 'SIGKILL',
        );
        await migrate(half.db);
        expect(await schemaOf(half)).toEqual(expected);
        expect(await migrate(half.db)).toEqual([]);
        await half.close();
        if (!died) break;
        deaths += 1;
      }
      // Kysely's two tables and its lock row, our tables, our records
      expect(deaths).toBe(3 + tables.length + names.length);
    });

    test('a table of that name that no migration made is left alone and told', async () => {
      const { db } = database;
      await sql`create table hammerwork_encryption_keys (mine int)`.execute(db);
      await expect(migrate(db)).rejects.toMatchObject({
        code: 'migration_failed',
        retryable: false,
        message: expect.stringContaining('hammerwork_encryption_keys'),
      });
      await sql`drop table hammerwork_encryption_keys`.execute(db);
      expect(await migrate(db)).toEqual(names);
    });

    test('refuses a schema newer than the code', async () => {
      const { db } = database;
      await migrate(db);
      await sql`insert into hammerwork_migrations values ('999_of_the_future', '2030-01-01T00:00:00.000Z')`.execute(db);
      for (const refused of [migrate, migrationStatus])
        await expect(refused(db)).rejects.toMatchObject({
          code: 'schema_newer',
          message: expect.stringContaining('999_of_the_future'),
        });
    });

    test('times do not end in 2038 and text is kept byte by byte', async () => {
      await migrate(database.db);
      const { rows } = await sql<{ type: string; collation: string | null }>`
        select data_type as type, collation_name as collation from information_schema.columns
        where table_schema = database() and table_name in (${sql.join(tables)})`.execute(database.db);
      expect(rows.map(({ type }) => type)).not.toContain('timestamp');
      const collations = new Set(rows.map(({ collation }) => collation));
      expect(collations).toEqual(new Set([null, kind === 'mysql' ? 'utf8mb4_0900_bin' : 'utf8mb4_nopad_bin']));
    });
  });
}

test('a database that is away is told apart from a refusal', async () => {
  const db = new Kysely({
    dialect: new MysqlDialect({ pool: createPool(`mysql://root@127.0.0.1:${await freePort()}/x`) }),
  });
  await expect(migrate(db)).rejects.toMatchObject({ code: 'database_unavailable', retryable: true });
  await db.destroy();
});

test.each([
  ['5.7.44-log', 'database_too_old'],
  ['8.0.15', 'database_too_old'],
  ['8.0.16', 'database_too_old'],
  ['8.0.17', 'mysql'],
  ['9.7.4-2', 'mysql'],
  ['10.5.29-MariaDB', 'database_too_old'],
  ['10.6.0-MariaDB-log', 'mysql'],
  ['11.8.9-MariaDB-0+deb13u1 from Debian', 'mysql'],
  ['PostgreSQL 18.4 on x86_64-pc-linux-gnu', 'pg'],
])('version %s: %s', async (version, expected) => {
  // The one question that is asked, answered with that version.
  const answer = { executeQuery: async () => ({ rows: [{ version }] }) };
  const db = { getExecutor: () => ({ ...answer, transformQuery: (node: unknown) => node, compileQuery: () => ({}) }) };
  const family = sqlFamily(db as unknown as Kysely<unknown>);
  expect(await family.catch(({ code }) => code)).toBe(expected);
});
