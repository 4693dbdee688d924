// A worker process: works the queue, and in between times how long it takes to lend a key that is in memory.
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { createPayloadProtection } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore, handle, Worker } from '@hammerwork/queue';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { coldKeys, hotKey, paymentUnder } from './jobs.ts';
import { createServiceProvider } from './kms-service.ts';

const samplesPerTurn = 200;
const [url, kmsUrl] = process.argv.slice(2) as [string, string];

const pool = new pg.Pool({ connectionString: url, max: 4 });
const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
const crypto = createCrypto();
const keys = createKeyManager({ store: createPgKeyStore(db), kms: createServiceProvider(kmsUrl), crypto });
await keys.open();
keys.start();
const { handle: hotHandle } = await keys.getKey(hotKey);
await keys.keyRing.withOpeningKey(hotHandle, () => undefined); // in memory from now on

const protection = createPayloadProtection({ crypto, keyRing: keys.keyRing });
const queue = createJobQueue({ store: createPgJobStore(db), protection, keyRing: keys.keyRing });
const handlers = [hotKey, ...coldKeys].map((keyId) =>
  handle(paymentUnder(keyId), ({ payload }) => ({ receipt: `${payload.card} charged` })),
);
const worker = new Worker({
  queue,
  handlers,
  concurrency: 10,
  pollMs: 100,
  onEvent: (event) => {
    if (event.type === 'settled')
      process.send!({ type: event.type, kind: event.kind, state: event.state, at: Date.now() });
    else process.send!({ type: event.type });
  },
});
worker.start();

/** Microseconds each. */
let opens: number[] = [];
const sampling = setInterval(() => {
  for (let i = 0; i < samplesPerTurn; i++) {
    const started = process.hrtime.bigint();
    const lent = keys.keyRing.withOpeningKey(hotHandle, (key) => key.handle);
    opens.push(Number(process.hrtime.bigint() - started) / 1000);
    if (lent instanceof Promise) throw new Error('The key is not in memory');
  }
}, 25);

process.on('message', async (message: 'report' | 'stop') => {
  if (message === 'report') {
    process.send!({ type: 'opens', opens });
    opens = [];
  } else {
    clearInterval(sampling);
    await worker.stop();
    await keys.close();
    await db.destroy();
    process.exit();
  }
});
process.send!({ type: 'ready' });
