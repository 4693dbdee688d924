// What a command works with: the output, the database and the key manager that the global options name.
import { createCrypto } from '@hammerwork/crypto-core';
import {
  assertHoldsJobs,
  type Database,
  databaseFamily,
  databaseVariable,
  type OpenOptions,
  openDatabase,
} from '@hammerwork/database';
import {
  createKeyManager,
  type KeyManager,
  type KeyManagerOptions,
  type KeyStore,
  type KmsGroup,
  type KmsProvider,
  migrating,
} from '@hammerwork/key-manager';
import { createMysqlKeyStore } from '@hammerwork/key-store-mysql';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { migrationStatus } from '@hammerwork/migrations';
import { createPgJobStore, type JobStore } from '@hammerwork/queue';
import { CliError } from './errors.ts';
import { createOutput, type Output, type Streams } from './output.ts';

export interface GlobalOptions {
  database?: string;
  masterKey: string;
  actor?: string;
  json?: boolean;
}

export interface Session extends AsyncDisposable {
  readonly globals: GlobalOptions;
  readonly output: Output;
  readonly env: Streams['env'];
  readonly ask: Streams['ask'];
  readonly terminal: Streams['terminal'];
  readonly stdin: Streams['stdin'];
  /** Who the audit log names. */
  readonly actor: string;
  /** The database's URL as the options or the environment give it. */
  readonly url: string | undefined;
  /** The first call's options count. `create`: makes a `pglite:` folder that is absent, otherwise a mistyped one. */
  database(options?: OpenOptions): Promise<Database>;
  /** Errors: `database_unsupported` where the database cannot hold jobs, `schema_newer`. */
  jobs(): Promise<JobStore>;
  /** What holds the master key. */
  kms(): Promise<KmsProvider>;
  /** Where keys and their audit log are; needs no master key. Error: `schema_newer`. */
  keyStore(): Promise<KeyStore>;
  /** `from` names the master key to move away from. Error: `schema_newer`. */
  keys(from?: string): Promise<KeyManager>;
  /** Writes what the key manager still has to write. Error: `opening_unaudited` where the log did not take an opening. */
  closeKeys(): Promise<void>;
}

/** Opens nothing until it is asked for; disposing closes what was opened. */
export function createSession(options: GlobalOptions, streams: Streams): Session {
  let db: Promise<Database> | undefined;
  let manager: Promise<KeyManager> | undefined;
  let unaudited = false;
  const opened = new Map<string, Promise<KmsProvider>>();
  const openKms = (uri: string) => {
    if (!opened.has(uri)) opened.set(uri, kmsFromUri(uri, { env: streams.env }));
    return opened.get(uri)!;
  };
  const url = options.database ?? streams.env[databaseVariable];
  const database = (opening: OpenOptions = {}) => {
    db ??= openDatabase(url, { create: false, ...opening });
    return db;
  };
  let known: Promise<Database> | undefined;
  /** Tables that this program does not understand it would read wrongly, and leave wrong. */
  const knownTables = () => {
    known ??= database().then(async (db) => {
      await migrationStatus(db);
      return db;
    });
    return known;
  };
  const actor = options.actor ?? streams.env.USER ?? 'cli';
  const session: Session = {
    globals: options,
    env: streams.env,
    ask: streams.ask,
    terminal: streams.terminal,
    stdin: streams.stdin,
    actor,
    output: createOutput(streams, options.json ?? false),
    url,
    database,
    async jobs() {
      assertHoldsJobs(url);
      return createPgJobStore(await knownTables());
    },
    kms: () => openKms(options.masterKey),
    keyStore: async () => storesIn(await knownTables(), url).store,
    keys: (from) => {
      manager ??= openKeys(from);
      return manager;
    },
    async closeKeys() {
      await (await manager)?.close();
      if (unaudited)
        throw new CliError(
          'opening_unaudited',
          'The audit log did not take the entry of this opening, so nothing is shown.',
        );
    },
    async [Symbol.asyncDispose]() {
      await (await manager?.catch(() => undefined))?.close();
      for (const kms of opened.values()) await (await kms.catch(() => undefined))?.close?.();
      await (await db?.catch(() => undefined))?.destroy();
    },
  };
  async function openKeys(from: string | undefined): Promise<KeyManager> {
    const stores = storesIn(await knownTables(), url);
    const kms = await openKms(options.masterKey);
    return createKeyManager({
      ...stores,
      kms: from === undefined ? kms : moveBetween(await openKms(from), kms),
      crypto: createCrypto(),
      actor,
      destruction: destructionRules(streams.env),
      openAudit: { opens: 'each' },
      onWarning: ({ code }) => {
        if (code === 'audit_behind') unaudited = true;
      },
    });
  }
  return session;
}

/** Where there are no jobs nobody can count what refers to a key: retiring one is then refused with `references_unknown`. */
function storesIn(db: Database, url = ''): Pick<KeyManagerOptions, 'store' | 'countReferences'> {
  if (databaseFamily(url) === 'mysql') return { store: createMysqlKeyStore(db) };
  const jobs = createPgJobStore(db);
  return { store: createPgKeyStore(db), countReferences: (handle) => jobs.countByKeyHandle(handle) };
}

function moveBetween(from: KmsProvider, to: KmsProvider): KmsGroup {
  if (from.id === to.id)
    throw new CliError('option_malformed', '--from and --master-key name the same master key. Nothing was done.');
  return migrating({ from, to });
}

/** From the environment, so that a site sets them once for everybody. */
function destructionRules(env: Streams['env']): { requireApproval: boolean; backupRetentionDays?: number } {
  const days = env.HAMMERWORK_BACKUP_RETENTION_DAYS;
  const approval = env.HAMMERWORK_DESTROY_APPROVAL ?? 'none';
  if (approval !== 'none' && approval !== 'required')
    throw new CliError('option_malformed', 'HAMMERWORK_DESTROY_APPROVAL must be none or required.');
  if (days !== undefined && !/^[0-9]{1,5}$/.test(days))
    throw new CliError('option_malformed', 'HAMMERWORK_BACKUP_RETENTION_DAYS must be a number of days.');
  return {
    requireApproval: approval === 'required',
    ...(days === undefined ? {} : { backupRetentionDays: Number(days) }),
  };
}
