import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager } from '@hammerwork/key-manager';
import { createPgKeyStore } from '@hammerwork/key-store-pg';
import { kmsFromUri } from '@hammerwork/kms-providers';
import { migrate } from '@hammerwork/migrations';
import type { Kysely } from 'kysely';

export async function rotateByHand(db: Kysely<unknown>): Promise<string> {
  await migrate(db);
  const crypto = createCrypto();
  const kms = await kmsFromUri('env:HAMMERWORK_MASTER_KEY'); // 32 bytes: openssl rand -base64 32
  const keys = createKeyManager({ store: createPgKeyStore(db), kms, crypto });

  await keys.generateKey('payment', { rotationIntervalDays: 90 });
  const record = await keys.keyRing.withSealingKey('payment', (key) =>
    crypto.seal(key, new TextEncoder().encode('4111 1111 1111 1111'), { order: '4711' }),
  );

  const { version } = await keys.rotateKey('payment', { actor: 'alice', reason: 'drill' });
  const opened = await keys.keyRing.withOpeningKey(record.subarray(4, 12), (key) =>
    crypto.open(key, record, { order: '4711' }),
  );
  await keys.close();
  return `version ${version} seals, version 1 still opens ${new TextDecoder().decode(opened.plaintext)}`;
}
