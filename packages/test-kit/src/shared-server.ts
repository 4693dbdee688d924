// One server of a kind for a whole test run: the run's set-up serves a broker on loopback that starts a server when a
// test file first asks for it and stops them all at the end. Where a server cannot be had, CI fails and others are told.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startMariadb10Server } from './mariadb-10-server.ts';
import { startMariadbServer } from './mariadb-server.ts';
import { startMotoServer } from './moto-server.ts';
import { startMysqlServer } from './mysql-server.ts';
import { startPostgres15Server, startPostgresServer } from './postgres-server.ts';
import { ProgramMissing } from './server-program.ts';
import { startVaultServer } from './vault-server.ts';

/** What a test needs to reach a server. */
export interface ServerAddress {
  url: string;
  /** Where a database server keeps its files, if it is ours. */
  dataDirectory?: string | undefined;
  /** The all-powerful token of a server that has one. */
  token?: string | undefined;
}

export interface RunningServer extends ServerAddress {
  stop(): Promise<void>;
}

/** The ones with a number are the oldest that are tested. */
export type ServerName = 'postgres' | 'postgres-15' | 'mysql' | 'mariadb' | 'mariadb-10' | 'moto' | 'vault';

export type ServerStarters = Readonly<Partial<Record<ServerName, () => Promise<RunningServer>>>>;

const allStarters: ServerStarters = {
  postgres: () => startPostgresServer(),
  'postgres-15': () => startPostgres15Server(),
  mysql: () => startMysqlServer(),
  mariadb: () => startMariadbServer(),
  'mariadb-10': () => startMariadb10Server(),
  moto: startMotoServer,
  vault: startVaultServer,
};

/** Variable in which the test run's set-up leaves the broker's URL. */
const brokerVariable = 'HAMMERWORK_TEST_BROKER';

/** Starts the broker and answers what stops it and every server that it started. */
export async function startBroker(starters: ServerStarters = allStarters): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<RunningServer>>();
  /** The first answer tells why a server cannot be had: one line for the whole run. */
  const start = (name: string, starter: () => Promise<RunningServer>) => {
    const server = starter();
    started.set(name, server);
    server.catch((error: Error) => {
      if (error instanceof ProgramMissing) process.stderr.write(`not run: what needs ${name}: ${error.message}\n`);
    });
    return server;
  };
  const broker = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    const starter = starters[name as ServerName];
    if (!starter) return response.writeHead(404).end();
    return (started.get(name) ?? start(name, starter)).then(
      ({ stop: _, ...address }) => response.end(JSON.stringify(address)),
      (error: Error) => response.writeHead(error instanceof ProgramMissing ? 501 : 500).end(error.message),
    );
  });
  await new Promise<void>((done) => broker.listen(0, '127.0.0.1', done));
  process.env[brokerVariable] = `http://127.0.0.1:${(broker.address() as AddressInfo).port}`;
  return async () => {
    delete process.env[brokerVariable];
    broker.closeAllConnections();
    broker.close();
    await Promise.allSettled([...started.values()].map(async (server) => (await server).stop()));
  };
}

/**
 * The run's server of that name. Undefined where it cannot be had, which the broker has told: the suite that asked is then
 * not run; with CI=true that is an error.
 */
export async function sharedServer(name: ServerName): Promise<ServerAddress | undefined> {
  const broker = process.env[brokerVariable];
  if (!broker) throw new Error(`${brokerVariable} is not set: run the tests from the repository root.`);
  const response = await fetch(`${broker}/${name}`);
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as ServerAddress;
  if (response.status !== 501 || process.env.CI === 'true') throw new Error(`${name} did not start: ${text}`);
  return undefined;
}
