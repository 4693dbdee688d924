#!/usr/bin/env node
// The worker's process: options, logging, signals.
import { isCodedError } from '@hammerwork/crypto-core';
import { databaseVariable, openDatabase } from '@hammerwork/database';
import { Command, InvalidArgumentError } from 'commander';
import pino from 'pino';
import { startDaemon } from './daemon.ts';
import { loadHandlers } from './load-handlers.ts';

interface Options {
  handlers: string;
  database?: string;
  masterKey: string;
  concurrency: number;
  lease: number;
  drain: number;
}

const log = pino({ name: 'hammerwork', base: null });

async function run({ handlers, database, masterKey, concurrency, lease, drain }: Options): Promise<void> {
  const loaded = await loadHandlers(handlers);
  const db = await openDatabase(database ?? process.env[databaseVariable]);
  const times = { leaseMs: lease * 1000, drainMs: drain * 1000 };
  const daemon = await startDaemon({ db, handlers: loaded, masterKey, concurrency, ...times, log });
  await new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
  log.info('stopping');
  log.info(await daemon.stop(), 'stopped');
  await db.destroy();
}

function positiveInteger(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}

await new Command('hammerwork-worker')
  .description('Runs jobs until it is told to stop (SIGTERM, SIGINT).')
  .requiredOption('--handlers <file>', 'module that exports handlers')
  .option('--database <url>', `postgresql:// URL or pglite:FOLDER (default: $${databaseVariable})`)
  .option('--master-key <uri>', 'where the master key is', 'env:HAMMERWORK_MASTER_KEY')
  .option('--concurrency <number>', 'jobs at once, for each queue', positiveInteger, 10)
  .option('--lease <seconds>', 'how long a job is held without a sign of life', positiveInteger, 30)
  .option('--drain <seconds>', 'how long running jobs may go on after a stop signal', positiveInteger, 30)
  .action(run)
  .parseAsync()
  .catch((error) => {
    if (!isCodedError(error)) throw error;
    log.fatal({ code: error.code }, error.message);
    process.exitCode = 1;
  });
