// The source document's "Complete Encryption Workflow": a job whose card and social security number are sealed before
// they reach the database and opened for its handler only. The key is given directly, in HAMMERWORK_ENCRYPTION_KEY
// (openssl rand -base64 32).
import { PGlite } from '@electric-sql/pglite';
import { createCrypto, createDirectKeyRing, decodeKey } from '@hammerwork/crypto-core';
import { migrate } from '@hammerwork/migrations';
import { createPayloadProtection, policyFor } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore, defineJobType, handle, Worker, WorkerPool } from '@hammerwork/queue';
import { deleteAfter, planDeletion } from '@hammerwork/retention';
import { Kysely, PGliteDialect } from 'kysely';

interface Transaction {
  user_id: string;
  credit_card: string;
  ssn: string;
  transaction_amount: number;
  timestamp: string;
}

// with a server: new PostgresDialect({ pool: new pg.Pool({ connectionString: 'postgresql://localhost/hammerwork' }) })
// biome-ignore lint/suspicious/noExplicitAny: the tables are the library's
const db = new Kysely<any>({ dialect: new PGliteDialect({ pglite: new PGlite() }) });
await migrate(db);

const crypto = createCrypto();
const key = decodeKey(process.env.HAMMERWORK_ENCRYPTION_KEY ?? '');
const keyRing = createDirectKeyRing({ crypto, key, algorithm: 'aes-256-gcm' });
const queue = createJobQueue({
  store: createPgJobStore(db),
  protection: createPayloadProtection({ crypto, keyRing }),
  retention: { planDeletion },
});

const sensitiveDataProcessing = defineJobType<Transaction, { charged: number }>({
  kind: 'sensitive_data_processing',
  policy: policyFor<Transaction>()({ piiFields: ['credit_card', 'ssn'], compression: true }),
  retention: deleteAfter({ days: 30 }),
});

// enqueue: the two fields are sealed here
const id = await queue.enqueue(sensitiveDataProcessing, {
  user_id: 'user123',
  credit_card: '4111-1111-1111-1111',
  ssn: '123-45-6789',
  transaction_amount: 299.99,
  timestamp: '2024-01-01T00:00:00Z',
});
console.log('stored:', JSON.stringify((await queue.getJob(id))?.payload));

// work: the handler reads plain values
const processed = Promise.withResolvers<void>();
const pool = new WorkerPool().addWorker(
  new Worker({
    queue,
    handlers: [
      handle(sensitiveDataProcessing, ({ payload }) => {
        console.log(`processing ${payload.transaction_amount} on card ${payload.credit_card}, SSN ${payload.ssn}`);
        return { charged: payload.transaction_amount };
      }),
    ],
    onEvent: (event) => event.type === 'settled' && processed.resolve(),
  }),
);
pool.start();
await processed.promise;
await pool.stop();

console.log('result:', JSON.stringify(await queue.openOutcome(sensitiveDataProcessing, id, 'result')));
await db.destroy();
