import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, type TestDatabase, testDatabaseKinds } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

test('postgres: neither who waits nor who is urgent is looked for in the whole table', async () => {
  const { db, close } = await openTestDatabase('postgres');
  await migrate(db);
  await sql`insert into hammerwork_job_states (job_id, queue_name, state, max_attempts, run_at)
    select gen_random_uuid(), 'mail', case n % 1000 when 0 then 'ready' when 1 then 'scheduled' when 2 then 'running'
      else 'dead' end, 3, now() from generate_series(1, 20000) as n`.execute(db);
  await sql`analyze hammerwork_job_states`.execute(db);
  const plans: string[] = [];
  const explaining = db.withPlugin({
    transformQuery: ({ node }) =>
      node.kind === 'RawNode'
        ? { ...node, sqlFragments: [`explain ${node.sqlFragments[0]}`, ...node.sqlFragments.slice(1)] }
        : node,
    transformResult: async ({ result }) => {
      plans.push(result.rows.map((row) => row['QUERY PLAN']).join('\n'));
      return { ...result, rows: [] };
    },
  });
  const store = createPgJobStore(explaining);
  await store.countOverdue(60_000);
  await store.promote('mail');
  await close();
  expect(plans).toHaveLength(2);
  for (const plan of plans) expect(plan).not.toContain('Seq Scan on hammerwork_job_states');
});
