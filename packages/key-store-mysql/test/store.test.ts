import { migrate } from '@hammerwork/migrations';
import { mysqlVersions, openTestDatabase, sharedServer, type TestDatabaseKind } from '@hammerwork/test-kit';
import { Kysely, MysqlDialect } from 'kysely';
import { createPool, type PoolOptions } from 'mysql2';
import { describe } from 'vitest';
import { type StoreUnderTest, testKeyStore } from '../../key-manager/test/key-store-suite.ts';
import { testReplays } from '../../key-manager/test/replay-suite.ts';
import { createMysqlKeyStore } from '../src/store.ts';

/** How an application may have set up its pool: none of it may show. */
const pools: Record<string, PoolOptions> = {
  'mysql2 as it comes': {},
  'counts of changed rows only': { flags: ['-FOUND_ROWS'] },
  'times in a zone, as text, numbers as text': {
    timezone: '-08:00',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    decimalNumbers: false,
  },
};

async function open(kind: TestDatabaseKind, options: PoolOptions): Promise<StoreUnderTest> {
  const database = await openTestDatabase(kind);
  await migrate(database.db);
  const pool = createPool({ uri: database.url!, ...options });
  const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) });
  const close = async () => {
    await db.destroy();
    await database.close();
  };
  return { store: createMysqlKeyStore(db), close };
}

for (const kind of mysqlVersions) {
  const absent = !(await sharedServer(kind));
  describe.skipIf(absent)('replays', () => testReplays(kind, () => open(kind, {})));
  for (const [name, options] of Object.entries(pools)) {
    describe.skipIf(absent)(name, () => {
      testKeyStore(kind, () => open(kind, options));
    });
  }
}
