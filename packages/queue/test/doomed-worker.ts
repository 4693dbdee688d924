// A worker process that takes a job, says so, and never ends: to be killed.
import { createCrypto, createDirectKeyRing } from '@hammerwork/crypto-core';
import { createPayloadProtection } from '@hammerwork/payload-protection';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { createJobQueue, createPgJobStore, handle, Worker } from '../src/index.ts';
import { payment } from './payment.ts';

const [url, key] = process.argv.slice(2) as [string, string];
const crypto = createCrypto();
const keyRing = createDirectKeyRing({ crypto, key: Buffer.from(key, 'base64'), algorithm: 'aes-256-gcm' });
const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }) });
const queue = createJobQueue({ store: createPgJobStore(db), protection: createPayloadProtection({ crypto, keyRing }) });
const endless = handle(payment, ({ payload }) => {
  process.stdout.write(`${payload.user}\n`);
  return new Promise<never>(() => {});
});
new Worker({ queue, handlers: [endless], leaseMs: 1000 }).start();
