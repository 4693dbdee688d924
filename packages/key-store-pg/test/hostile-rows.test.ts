// Times that PostgreSQL knows and no program wrote, in columns that some role may write.
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager } from '@hammerwork/key-manager';
import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, testDatabaseKinds } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestKms } from '../../key-manager/test/test-kms.ts';
import { openRecord, seal } from '../../key-manager/test/test-manager.ts';
import { createPgKeyStore } from '../src/store.ts';

test.each(testDatabaseKinds)('%s: infinite times stop nobody but a row that was forged', async (kind) => {
  const { db, close } = await openTestDatabase(kind);
  await migrate(db);
  const kms = createTestKms();
  const manage = () => createKeyManager({ store: createPgKeyStore(db), kms, crypto: createCrypto() });
  const manager = manage();
  await manager.generateKey('a');
  const record = await seal(manager, 'a');
  // producers may write these two
  await sql`update hammerwork_encryption_keys set last_used_at = 'infinity', usage_count = 9223372036854775807`.execute(
    db,
  );
  const later = manage();
  expect(await openRecord(later, record)).toBe('secret value');
  expect(await later.listKeys()).toMatchObject([{ lastUsedAt: undefined }]);
  await later.close(); // writes what it counted
  for (const column of ['destroy_at', 'retired_at', 'expires_at']) {
    await sql`update hammerwork_encryption_keys set ${sql.ref(column)} = '-infinity'`.execute(db);
    await expect(openRecord(manage(), record)).rejects.toMatchObject({ code: 'key_row_forged', kind: 'key_gone' });
    await sql`update hammerwork_encryption_keys set ${sql.ref(column)} = null`.execute(db);
  }
  expect(await openRecord(manage(), record)).toBe('secret value');
  await manager.close();
  await close();
});
