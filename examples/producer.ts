// A producer for `hammerwork-worker`: same database, same master key, a key that `hammerwork keys generate default` made.
import { createCrypto } from '@hammerwork/crypto-core';
import { openDatabase } from '@hammerwork/database';
import { createKeyManager } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { createPayloadProtection } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore } from '@hammerwork/queue';
import { welcome } from './handlers.ts';

const db = await openDatabase(process.env.HAMMERWORK_DATABASE_URL, { silenceMs: 60_000 });
const crypto = createCrypto();
const kms = await kmsFromUri('env:HAMMERWORK_MASTER_KEY');
const keys = createKeyManager({ store: createPgKeyStore(db), kms, crypto, actor: 'producer' });
const protection = createPayloadProtection({ crypto, keyRing: keys.keyRing });
const queue = createJobQueue({ store: createPgJobStore(db), protection, keyRing: keys.keyRing });

try {
  const id = await queue.enqueue(welcome, { email: 'ann@example.com', plan: 'gold' });
  console.log((await queue.getJob(id))?.payload); // { plan: 'gold', email: null }
} finally {
  await keys.close();
  await kms.close?.();
  await db.destroy();
}
