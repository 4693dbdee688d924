// A database with the key tables, seen from outside, and processes that work on it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import {
  type Clock,
  createKeyManager,
  type KeyManager,
  type KmsGroup,
  type KmsProvider,
  systemClock,
} from '@hammerwork/key-manager';
import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, type TestDatabaseKind } from '@hammerwork/test-kit';
import { Kysely, PGliteDialect, sql } from 'kysely';
import { createTestKms, crypto } from '../../../key-manager/test/test-kms.ts';
import { type Child, startChild } from './child.ts';
import type { Death, StoreMaker } from './key-process.ts';

export interface Database {
  /** PGlite is a folder here, which one process at a time has open. */
  kind: TestDatabaseKind;
  store: StoreMaker['store'];
  /** Path of the child's program. */
  script: string;
}

export interface Setting {
  /** Base64. */
  masterKeys: [string, string];
  /** A manager in this process; the first master key unless told otherwise. */
  manage(kms?: KmsProvider | KmsGroup, clock?: Clock): KeyManager;
  /** A process with an open key manager, under the first master key; moving to `to` from the other one if told so. */
  start(options?: { dieAt?: Death; to?: 0 | 1 }): Promise<Child>;
  /** Closes this process's connections where another could not connect beside them; the next use makes new ones. */
  letGo(): Promise<void>;
  /** Lets the next process start in the background. */
  startAhead(): void;
  /** What one statement of another connection sees. */
  observe(keyId: string): Promise<{ active: number; versions: number; latest: number }>;
  /** Waits for the end of a change whose process died: its commit may still be on its way. */
  lastChange(): Promise<void>;
  /** Takes everything out of the key tables. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export async function openSetting({ kind, store, script }: Database): Promise<Setting> {
  const database = kind === 'pglite' ? openFolder() : await openServer(kind);
  await migrate(database.db());
  const masterKeys = [0, 1].map(() => Buffer.from(crypto.randomBytes(32)).toString('base64')) as [string, string];
  const managers = new Set<KeyManager>();
  const children = new Set<Child>();
  let ahead: Promise<Child> | undefined;
  return {
    masterKeys,
    manage(kms = createTestKms(Buffer.from(masterKeys[0], 'base64')), clock = systemClock) {
      const manager = createKeyManager({
        store: store(database.db()),
        kms,
        crypto,
        clock,
        destruction: { undoWindowMs: 0 },
      });
      managers.add(manager);
      return manager;
    },
    async start({ dieAt, to } = {}) {
      const child = await (ahead ?? startChild(script));
      ahead = undefined;
      children.add(child);
      const masterKey = masterKeys[to ?? 0];
      const otherMasterKey = to === undefined ? masterKey : masterKeys[1 - to]!;
      await child.order({ do: 'open', url: database.url, masterKey, otherMasterKey, ...(dieAt ? { dieAt } : {}) });
      return child;
    },
    letGo: database.letGo,
    startAhead() {
      ahead ??= startChild(script);
    },
    async observe(keyId) {
      const { rows } = await sql<Record<'active' | 'versions' | 'latest', string | number | null>>`
        select sum(case when status = 'active' then 1 else 0 end) as active, count(*) as versions, max(version) as latest
        from hammerwork_encryption_keys where key_id = ${keyId}`.execute(database.db());
      const { active, versions, latest } = rows[0]!;
      return { active: Number(active), versions: Number(versions), latest: Number(latest) };
    },
    async lastChange() {
      await sql`select store_id from hammerwork_key_store for update`.execute(database.db());
    },
    async empty() {
      for (const table of ['encryption_keys', 'key_transitions', 'key_audit_log', 'key_store'])
        await sql`delete from ${sql.table(`hammerwork_${table}`)}`.execute(database.db());
    },
    async close() {
      if (ahead) children.add(await ahead);
      await Promise.all([...children].map((child) => child.end()));
      await Promise.all([...managers].map((manager) => manager.close()));
      await database.close();
    },
  };
}

interface Connections {
  // biome-ignore lint/suspicious/noExplicitAny: any tables
  db(): Kysely<any>;
  url: string;
  letGo(): Promise<void>;
  close(): Promise<void>;
}

async function openServer(kind: TestDatabaseKind): Promise<Connections> {
  const { db, url, close } = await openTestDatabase(kind);
  return { db: () => db, url: url!, letGo: async () => {}, close };
}

function openFolder(): Connections {
  const url = mkdtempSync(join(tmpdir(), 'hammerwork-pglite-'));
  let db: Kysely<unknown> | undefined;
  const letGo = async () => {
    await db?.destroy();
    db = undefined;
  };
  return {
    url,
    letGo,
    db() {
      db ??= new Kysely({ dialect: new PGliteDialect({ pglite: () => PGlite.create(url) }) });
      return db;
    },
    async close() {
      await letGo();
      rmSync(url, { recursive: true });
    },
  };
}
