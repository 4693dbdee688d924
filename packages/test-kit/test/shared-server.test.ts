// The broker of a run's servers: what it starts, and what it says of those that cannot be had.
import { afterEach, expect, test, vi } from 'vitest';
import { ProgramMissing } from '../src/server-program.ts';
import { type ServerStarters, sharedServer, startBroker } from '../src/shared-server.ts';

const ofTheRun = process.env.HAMMERWORK_TEST_BROKER;
let stop = async () => {};

afterEach(async () => {
  await stop();
  process.env.HAMMERWORK_TEST_BROKER = ofTheRun;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function brokerOf(starters: ServerStarters): Promise<string[]> {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  stop = await startBroker(starters);
  return lines;
}

test('a server that cannot be had is told once, however many suites ask for it', async () => {
  vi.stubEnv('CI', 'false');
  const missing = async () => {
    throw new ProgramMissing('run .ci/servers');
  };
  const lines = await brokerOf({ mysql: missing, vault: missing });
  for (let suite = 0; suite < 3; suite++) expect(await sharedServer('mysql')).toBeUndefined();
  expect(await sharedServer('vault')).toBeUndefined();
  expect(lines).toEqual([
    'not run: what needs mysql: run .ci/servers\n',
    'not run: what needs vault: run .ci/servers\n',
  ]);
});

test('with CI=true it is an error for each suite that asks', async () => {
  vi.stubEnv('CI', 'true');
  await brokerOf({
    mysql: async () => {
      throw new ProgramMissing('run .ci/servers');
    },
  });
  for (let suite = 0; suite < 2; suite++) await expect(sharedServer('mysql')).rejects.toThrow('run .ci/servers');
});

test('a server is started once, and stopped with the broker', async () => {
  const events: string[] = [];
  await brokerOf({
    mysql: async () => {
      events.push('started');
      return { url: 'mysql://127.0.0.1:1', stop: async () => void events.push('stopped') };
    },
  });
  const asked = await Promise.all([sharedServer('mysql'), sharedServer('mysql')]);
  expect(asked).toEqual([{ url: 'mysql://127.0.0.1:1' }, { url: 'mysql://127.0.0.1:1' }]);
  await stop();
  expect(events).toEqual(['started', 'stopped']);
});
