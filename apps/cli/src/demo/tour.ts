// The tour: the product in one screen, on a database of its own. Each step is timed and gives one figure.
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCrypto } from '@hammerwork/crypto-core';
import { type Database, openDatabase } from '@hammerwork/database';
import { createKeyManager, type KeyManager } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { createPayloadProtection } from '@hammerwork/payload-protection';
import * as detector from '@hammerwork/pii-detector';
import { createJobQueue, createPgJobStore, type JobId, type JobQueue } from '@hammerwork/queue';
import { planDeletion } from '@hammerwork/retention';
import { sql } from 'kysely';
import type { Random } from './people.ts';
import * as steps from './steps.ts';
import { createWorkload, type Kind } from './workload.ts';

export interface TourOptions {
  /** A PostgreSQL to use, in a schema of its own that goes at the end. Default: an embedded database in a new folder. */
  readonly database?: string | undefined;
  /** The data directory of that server, where this process can read it: its bytes are searched instead of its rows. */
  readonly dataDirectory?: string | undefined;
  readonly jobsPerKind: number;
  /** False shows that the search at the end finds what is stored in clear. */
  readonly sealing: boolean;
  readonly random?: Random;
  readonly onStep: (step: StepReport) => void;
}

/** Personal values searched for and found in clear, and the bytes looked at. */
export interface Leaks {
  readonly searched: number;
  readonly leaked: number;
  readonly bytes: number;
}

export interface StepReport extends steps.Finding {
  readonly name: string;
  readonly elapsedMs: number;
}

/** What the steps share. */
export interface Tour {
  readonly db: Database;
  readonly dataFolder: string | undefined;
  readonly keys: KeyManager;
  readonly keyId: string;
  readonly queue: JobQueue<Database>;
  readonly queueName: string;
  readonly kinds: readonly Kind[];
  readonly jobsPerKind: number;
  readonly sealing: boolean;
  readonly random: Random;
  readonly jobs: Map<JobId, { kind: Kind; payload: unknown }>;
  readonly strings: Set<string>;
  readonly numbers: Set<number>;
  leaks: Leaks;
}

const order: readonly (readonly [string, (tour: Tour) => Promise<steps.Finding>])[] = [
  ['make the tables and a key', steps.prepare],
  ['enqueue', steps.enqueue],
  ['look at one job', steps.show],
  ['work them, some fail', steps.work],
  ['look at the dead letters', steps.showDeadLetters],
  ['rotate the key', steps.rotate],
  ['sweep what retention says', steps.sweep],
  ['verify the audit chain', steps.verifyAudit],
  ['search for every personal value', steps.search],
];

/** Runs the tour and returns how many personal values it found in clear. Throws where a step fails. */
export async function runTour(options: TourOptions): Promise<Leaks> {
  const folder = await mkdtemp(join(tmpdir(), 'hammerwork-demo-'));
  const dataFolder = join(folder, 'database');
  try {
    if (options.database === undefined) return await runOn(`pglite:${dataFolder}`, { folder, dataFolder }, options);
    return await runInSchema(options.database, { folder, dataFolder: options.dataDirectory }, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Places {
  /** For the master key, apart from the database. */
  readonly folder: string;
  readonly dataFolder: string | undefined;
}

/** A schema of its own keeps the tour away from the tables of the user. */
async function runInSchema(database: string, places: Places, options: TourOptions): Promise<Leaks> {
  const schema = `hammerwork_demo_${randomBytes(4).toString('hex')}`;
  const url = new URL(database);
  url.searchParams.set('options', `-c search_path=${schema}`);
  const db = await openDatabase(database);
  try {
    await sql`create schema ${sql.id(schema)}`.execute(db);
    return await runOn(url.href, places, options);
  } finally {
    await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db);
    await db.destroy();
  }
}

async function runOn(url: string, { folder, dataFolder }: Places, options: TourOptions): Promise<Leaks> {
  const masterKeyFile = join(folder, 'master.key');
  await writeFile(masterKeyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
  const kms = await kmsFromUri(`file:${masterKeyFile}`);
  const db = await openDatabase(url);
  const crypto = createCrypto();
  const keys = createKeyManager({ store: createPgKeyStore(db), kms, crypto, actor: 'demo' });
  try {
    const protection = createPayloadProtection({ crypto, keyRing: keys.keyRing, detector });
    const queueName = 'demo';
    const keyId = 'personal-data';
    const tour: Tour = {
      ...{ db, dataFolder, keys, keyId, queueName, sealing: options.sealing, jobsPerKind: options.jobsPerKind },
      queue: createJobQueue({ store: createPgJobStore(db), protection, retention: { planDeletion } }),
      kinds: createWorkload({ queueName, keyId, sealing: options.sealing }),
      random: options.random ?? (() => randomInt(2 ** 32) / 2 ** 32),
      jobs: new Map(),
      strings: new Set(),
      numbers: new Set(),
      leaks: { searched: 0, leaked: 0, bytes: 0 },
    };
    for (const [name, step] of order) {
      const start = performance.now();
      const finding = await step(tour);
      options.onStep({ name, elapsedMs: performance.now() - start, ...finding });
    }
    return tour.leaks;
  } finally {
    await keys.close();
    await db.destroy();
  }
}
