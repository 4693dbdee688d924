import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, type TestDatabase, testDatabaseKinds } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe } from 'vitest';
import { createPgJobStore } from '../src/pg/store.ts';
import { testJobStore } from './job-store-suite.ts';

describe.each(testDatabaseKinds)('%s', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await migrate(database.db);
  });
  afterAll(() => database.close());

  testJobStore('one statement per call', async () => {
    let now = Date.UTC(2026, 0, 1);
    return {
      store: createPgJobStore(database.db, { clock: () => now }),
      advance: (ms) => {
        now += ms;
      },
      close: async () => {
        await sql`delete from hammerwork_jobs`.execute(database.db);
      },
    };
  });
});
