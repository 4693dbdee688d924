import { PGlite } from '@electric-sql/pglite';
import { createCrypto, createDirectKeyRing, decodeKey } from '@hammerwork/crypto-core';
import { migrate } from '@hammerwork/migrations';
import { createPayloadProtection, definePolicy } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore, defineJobType, handle, Worker } from '@hammerwork/queue';
import { Kysely, PGliteDialect } from 'kysely';

const db = new Kysely<object>({ dialect: new PGliteDialect({ pglite: new PGlite() }) });
await migrate(db);
const crypto = createCrypto();
const key = decodeKey(process.env.HAMMERWORK_ENCRYPTION_KEY ?? '');
const keyRing = createDirectKeyRing({ crypto, key, algorithm: 'aes-256-gcm' });
const queue = createJobQueue({ store: createPgJobStore(db), protection: createPayloadProtection({ crypto, keyRing }) });

const payment = defineJobType({ kind: 'payment', policy: definePolicy({ piiFields: ['card'] }) });
const id = await queue.enqueue(payment, { card: '4111-1111-1111-1111', amount: 99.99 });
console.log((await queue.getJob(id))?.payload); // { card: null, amount: 99.99 }

const charge = handle(payment, async (job) => console.log(job.payload)); // the card is back
const worker = new Worker({ queue, handlers: [charge], onEvent: () => worker.stop().then(() => db.destroy()) });
worker.start();
