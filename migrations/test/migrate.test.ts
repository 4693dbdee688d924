import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, openTestDatabase, postgresVersions, type TestDatabase } from '@hammerwork/test-kit';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  assertRepeatable,
  embedMigrations,
  families,
  generatedFile,
  splitStatements,
} from '../../tools/embed-migrations.ts';
import { migrate, migrationStatus } from '../src/index.ts';
import { pgMigrations } from '../src/pg.generated.ts';

const names = pgMigrations.map(({ name }) => name);

test.each(families)(
  'the embedded migrations are those of %s/*.sql (else run: node tools/embed-migrations.ts)',
  (family) => {
    expect(readFileSync(generatedFile(family), 'utf8')).toBe(embedMigrations(family));
  },
);

test('what MySQL could not repeat after a crash is refused when it is embedded', () => {
  const table = "CREATE TABLE t (n INT) COMMENT = 'hammerwork 004_more'";
  expect(() => assertRepeatable('004_more', table)).not.toThrow();
  for (const other of ['ALTER TABLE t ADD m INT', 'CREATE TABLE t (n INT)', table.replace('004', '003')])
    expect(() => assertRepeatable('004_more', other)).toThrow('repeated after a crash');
});

test('statements are cut at semicolons outside quotes, comments and function bodies', () => {
  const text = `-- one; two\nSELECT ';', "a;b";\nCREATE FUNCTION f() AS $$ BEGIN; END $$;\n\n`;
  expect(splitStatements(text)).toEqual([`SELECT ';', "a;b"`, 'CREATE FUNCTION f() AS $$ BEGIN; END $$']);
});

describe.each(postgresVersions)('%s', (kind) => {
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

  test('several at once in one process apply everything once', async () => {
    const applied = await Promise.all([migrate(database.db), migrate(database.db), migrate(database.db)]);
    expect(applied.flat().sort()).toEqual(names);
  });

  test('keeps nothing of a run that fails', async () => {
    const { db } = database;
    await sql`create table hammerwork_job_states (mine int)`.execute(db);
    await expect(migrate(db)).rejects.toMatchObject({ code: 'migration_failed', retryable: false });
    const { rows } = await sql`select to_regclass('hammerwork_jobs') as jobs`.execute(db);
    expect(rows).toEqual([{ jobs: null }]);
    await sql`drop table hammerwork_job_states`.execute(db);
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
});

test('predecessor 2.6: two processes at once apply everything once', async () => {
  const database = await openTestDatabase('postgres');
  const script = join(import.meta.dirname, 'migrate-process.ts');
  const run = () =>
    promisify(execFile)(process.execPath, ['--conditions=@hammerwork/source', script, database.url as string]);
  const applied = await Promise.all([run(), run(), run()]);
  expect(applied.flatMap(({ stdout }) => JSON.parse(stdout)).sort()).toEqual(names);
  await database.close();
});

test('a database that is away is told apart from a refusal', async () => {
  const pool = new pg.Pool({ connectionString: `postgresql://postgres@127.0.0.1:${await freePort()}/none` });
  const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  await expect(migrate(db)).rejects.toMatchObject({ code: 'database_unavailable', retryable: true });
  await db.destroy();
});
