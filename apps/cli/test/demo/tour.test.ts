import { openTestDatabase, startPostgresServer } from '@hammerwork/test-kit';
import { expect, test } from 'vitest';
import { runTour, type StepReport } from '../../src/demo/tour.ts';

const jobsPerKind = 10;

test('the tour leaves no personal value in the bytes of the database', async () => {
  const steps: StepReport[] = [];
  const { searched, leaked, bytes } = await runTour({ jobsPerKind, sealing: true, onStep: (step) => steps.push(step) });
  expect(searched).toBeGreaterThan(jobsPerKind * 5);
  expect(bytes).toBeGreaterThan(1 << 20);
  expect(leaked).toBe(0);
  expect(steps.map(({ name }) => name)).toContain('rotate the key');
});

test('with sealing off the same search finds every value, so it does look', async () => {
  const { searched, leaked } = await runTour({ jobsPerKind, sealing: false, onStep: () => {} });
  expect(leaked).toBe(searched);
});

test("on the user's own PostgreSQL it works in a schema of its own and leaves nothing behind", async () => {
  const database = await openTestDatabase('postgres');
  const { leaked, searched } = await runTour({ database: database.url, jobsPerKind, sealing: true, onStep: () => {} });
  expect([leaked, searched > 0]).toEqual([0, true]);
  expect(await database.db.introspection.getTables()).toEqual([]);
  await database.close();
});

test('the files and the WAL of a real server hold no personal value, and all of them without sealing', async () => {
  const server = await startPostgresServer();
  const { url: database, dataDirectory } = server;
  const options = { database, dataDirectory, jobsPerKind, onStep: () => {} };
  expect(dataDirectory).toBeDefined();
  expect((await runTour({ ...options, sealing: true })).leaked).toBe(0);
  const { searched, leaked } = await runTour({ ...options, sealing: false });
  expect(leaked).toBe(searched);
  await server.stop();
});
