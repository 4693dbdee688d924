import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager } from '@hammerwork/key-manager';
import { createMysqlKeyStore } from '@hammerwork/key-store-mysql';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { migrate } from '@hammerwork/migrations';
import { Kysely, MysqlDialect } from 'kysely';
import { createPool } from 'mysql2';

export async function rotateByHand(url: string): Promise<string> {
  const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool: createPool(url) }) });
  await migrate(db);
  const crypto = createCrypto();
  const kms = await kmsFromUri('env:HAMMERWORK_MASTER_KEY'); // 32 bytes: openssl rand -base64 32
  const keys = createKeyManager({ store: createMysqlKeyStore(db), kms, crypto });

  await keys.generateKey('payment', { rotationIntervalDays: 90 });
  const record = await keys.keyRing.withSealingKey('payment', (key) =>
    crypto.seal(key, new TextEncoder().encode('4111 1111 1111 1111'), { order: '4711' }),
  );

  const { version } = await keys.rotateKey('payment', { actor: 'alice', reason: 'drill' });
  const opened = await keys.keyRing.withOpeningKey(record.subarray(4, 12), (key) =>
    crypto.open(key, record, { order: '4711' }),
  );
  await keys.close();
  await db.destroy();
  return `version ${version} seals, version 1 still opens ${new TextDecoder().decode(opened.plaintext)}`;
}
