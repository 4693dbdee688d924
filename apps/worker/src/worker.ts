// The worker's process: options, logging, signals.
import { readFileSync } from 'node:fs';
import { isCodedError } from '@hammerwork/crypto-core';
import { assertHoldsJobs, createListen, type Database, databaseVariable, openDatabase } from '@hammerwork/database';
import type { Handler } from '@hammerwork/queue';
import { Command, InvalidArgumentError, Option } from 'commander';
import pino from 'pino';
import { checkpointFile } from './checkpoint-file.ts';
import { type KeyUpkeep, startDaemon } from './daemon.ts';
import { WorkerError } from './errors.ts';
import { loadHandlers } from './load-handlers.ts';
import { describeUnhandled } from './unhandled.ts';

interface Options {
  handlers: string;
  database?: string;
  masterKey: string;
  requirePolicy?: boolean;
  concurrency: number;
  lease: number;
  drain: number;
  keyRotation: boolean;
  rotateKeysEvery?: number;
  maxKeyVersions?: number;
  auditOpens?: 'each' | 'counted';
  auditSigningKey?: string;
  auditCheckpoints?: string;
  auditCheckpointEvery: number;
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const log = pino({ name: 'hammerwork', base: null });
/** No statement of a worker takes that long; one that waits for a lock is made again. */
const silenceMs = 60_000;
const broken = new AbortController();
let ready = false;

// The runtime would print the error itself, and with it what a handler worked on.
process.on('uncaughtException', (error, origin) => {
  log.fatal(describeUnhandled(error, origin), 'nobody handled an error');
  process.exitCode = 1;
  if (!ready) process.exit();
  broken.abort();
});

async function run(options: Options): Promise<void> {
  const handlers = await loadHandlers(options.handlers);
  const keys = await keyUpkeep(options);
  const url = options.database ?? process.env[databaseVariable];
  assertHoldsJobs(url);
  const db = await openDatabase(url, { create: false, silenceMs });
  try {
    await work(db, url, { ...options, handlers, keys });
  } finally {
    // an open pool would keep the process alive after a refused start
    await db.destroy();
  }
}

type Prepared = Omit<Options, 'handlers'> & { handlers: Handler[]; keys: KeyUpkeep };

/** From start to the signal that ends it. */
async function work(db: Database, url: string | undefined, options: Prepared): Promise<void> {
  const { masterKey, requirePolicy = false, concurrency, handlers, keys } = options;
  const times = { leaseMs: options.lease * 1000, drainMs: options.drain * 1000 };
  const listen = createListen(url);
  const daemon = await startDaemon({
    db,
    handlers,
    masterKey,
    requirePolicy,
    concurrency,
    ...times,
    log,
    listen,
    keys,
  });
  ready = true;
  await new Promise((resolve) => {
    broken.signal.addEventListener('abort', resolve);
    if (broken.signal.aborted) return resolve(undefined);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
  log.info('stopping');
  log.info(await daemon.stop(), 'stopped');
}

async function keyUpkeep(options: Options): Promise<KeyUpkeep> {
  const { rotateKeysEvery, maxKeyVersions, auditOpens, auditSigningKey, auditCheckpoints } = options;
  if ((auditSigningKey === undefined) !== (auditCheckpoints === undefined))
    throw new WorkerError('option_malformed', 'Give --audit-signing-key and --audit-checkpoints together.');
  return {
    rotate: options.keyRotation,
    ...(rotateKeysEvery === undefined ? {} : { rotationIntervalDays: rotateKeysEvery }),
    ...(maxKeyVersions === undefined ? {} : { maxVersions: maxKeyVersions }),
    ...(auditOpens === undefined ? {} : { openAudit: { opens: auditOpens } }),
    ...(auditSigningKey === undefined || auditCheckpoints === undefined
      ? {}
      : { checkpoints: await checkpointFile(auditSigningKey, auditCheckpoints, options.auditCheckpointEvery) }),
  };
}

function positiveInteger(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}

await new Command('hammerwork-worker')
  .description('Runs jobs until it is told to stop (SIGTERM, SIGINT).')
  .version(version)
  .requiredOption('--handlers <file>', 'module that exports handlers')
  .option(
    '--database <url>',
    `postgresql:// URL, or pglite:FOLDER, which one process at a time may open (default: $${databaseVariable})`,
  )
  .option('--master-key <uri>', 'where the master key is', 'env:HAMMERWORK_MASTER_KEY')
  .option('--require-policy', "refuse handlers of job types whose policy is 'none'")
  .option('--concurrency <number>', 'jobs at once, for each queue', positiveInteger, 10)
  .option('--lease <seconds>', 'how long a job is held without a sign of life', positiveInteger, 30)
  .option('--drain <seconds>', 'how long running jobs may go on after a stop signal', positiveInteger, 30)
  .option(
    '--no-key-rotation',
    'leave due rotations and destructions to another process, as where the database role may only use keys',
  )
  .option('--rotate-keys-every <days>', 'for keys that state no interval', positiveInteger)
  .option('--max-key-versions <number>', 'retire older versions that nothing refers to', positiveInteger)
  .addOption(
    new Option('--audit-opens <how>', 'leave an audit entry for openings too: each, or counted per version').choices([
      'each',
      'counted',
    ]),
  )
  .option('--audit-signing-key <where>', 'FILE, or env:NAME, with an Ed25519 private key that signs checkpoints')
  .option('--audit-checkpoints <file>', "where checkpoints are added; keep it from the database's owner")
  .option('--audit-checkpoint-every <minutes>', 'how often', positiveInteger, 60)
  .action(run)
  .parseAsync()
  .catch((error) => {
    if (!isCodedError(error)) throw error;
    log.fatal({ code: error.code }, error.message);
    process.exitCode = 1;
  });
