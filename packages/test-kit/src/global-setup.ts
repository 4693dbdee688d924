// vitest's global set-up: one PostgreSQL server for the whole test run, in which each test file makes its databases.
import { startPostgresServer } from './postgres-server.ts';
import { serverUrlVariable } from './test-database.ts';

export async function setup(): Promise<() => Promise<void>> {
  if (process.env[serverUrlVariable]) return async () => {};
  const server = await startPostgresServer();
  process.env[serverUrlVariable] = server.url;
  return async () => {
    delete process.env[serverUrlVariable];
    await server.stop();
  };
}
