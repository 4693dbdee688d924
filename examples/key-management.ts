// The source document's "Key Management Example": keys with versions in the database, wrapped by the master key in
// HAMMERWORK_MASTER_KEY (openssl rand -base64 32), rotated, audited.
import { PGlite } from '@electric-sql/pglite';
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { migrate } from '@hammerwork/migrations';
import { Kysely, PGliteDialect } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: the tables are the library's
const db = new Kysely<any>({ dialect: new PGliteDialect({ pglite: new PGlite() }) });
await migrate(db);

const keyManager = createKeyManager({
  store: createPgKeyStore(db),
  kms: await kmsFromUri('env:HAMMERWORK_MASTER_KEY'),
  crypto: createCrypto(),
  rotationIntervalDays: 90,
  maxVersions: 5,
});

// keys for different purposes
await keyManager.generateKey('payment-processing', { algorithm: 'aes-256-gcm' });
await keyManager.generateKey('user-data', { algorithm: 'chacha20-poly1305' });

// rotate by hand, and whatever is due
const { version } = await keyManager.rotateKey('payment-processing');
console.log(`payment key rotated to version ${version}`);
console.log(`rotated because they were due: ${(await keyManager.performAutomaticRotation()).length}`);

const stats = await keyManager.getStats();
console.log(`managing ${stats.totalKeys} keys with ${stats.rotationsPerformed} rotation`);

for (const record of await keyManager.getAuditTrail({ keyId: 'payment-processing' }))
  console.log(`${record.operation} version ${record.version} by ${record.actor}: ${record.result}`);

await keyManager.close();
await db.destroy();
