// What a command works with: the output, the database and the key manager that the global options name.
import { createCrypto } from '@hammerwork/crypto-core';
import { type Database, databaseVariable, openDatabase } from '@hammerwork/database';
import { createKeyManager, type KeyManager } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { createPgJobStore, type JobStore } from '@hammerwork/queue';
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
  database(): Promise<Database>;
  jobs(): Promise<JobStore>;
  keys(): Promise<KeyManager>;
}

/** Opens nothing until it is asked for; disposing closes what was opened. */
export function createSession(options: GlobalOptions, streams: Streams): Session {
  let db: Promise<Database> | undefined;
  let manager: Promise<KeyManager> | undefined;
  const database = () => {
    db ??= openDatabase(options.database ?? streams.env[databaseVariable]);
    return db;
  };
  const session: Session = {
    globals: options,
    output: createOutput(streams, options.json ?? false),
    database,
    jobs: async () => createPgJobStore(await database()),
    keys: () => {
      manager ??= openKeys();
      return manager;
    },
    async [Symbol.asyncDispose]() {
      await (await manager?.catch(() => undefined))?.close();
      await (await db?.catch(() => undefined))?.destroy();
    },
  };
  async function openKeys(): Promise<KeyManager> {
    const connection = await database();
    const store = createPgJobStore(connection);
    return createKeyManager({
      store: createPgKeyStore(connection),
      kms: await kmsFromUri(options.masterKey),
      crypto: createCrypto(),
      actor: options.actor ?? streams.env.USER ?? 'cli',
      countReferences: (handle) => store.countByKeyHandle(handle),
    });
  }
  return session;
}
