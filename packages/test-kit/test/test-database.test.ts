import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { sharedServer } from '../src/shared-server.ts';
import {
  mysqlDatabaseKinds,
  openTestDatabase,
  type TestDatabaseKind,
  testDatabaseKinds,
} from '../src/test-database.ts';

async function expectSeparate(kind: TestDatabaseKind): Promise<void> {
  const [first, second] = await Promise.all([openTestDatabase(kind), openTestDatabase(kind)]);
  await sql`create table only_here (n int)`.execute(first.db);
  await sql`insert into only_here values (1)`.execute(first.db);
  const { rows } = await sql<{ n: number }>`select n from only_here`.execute(first.db);
  expect(rows).toEqual([{ n: 1 }]);
  await expect(sql`select * from only_here`.execute(second.db)).rejects.toThrow('only_here');
  await Promise.all([first.close(), second.close()]);
}

test.each(testDatabaseKinds)('%s: databases are separate and real', expectSeparate);

for (const kind of mysqlDatabaseKinds) {
  test.skipIf(!(await sharedServer(kind)))(`${kind}: databases are separate and real`, () => expectSeparate(kind));
}
