import { migrate } from '@hammerwork/migrations';
import { openTestDatabase, postgresVersions } from '@hammerwork/test-kit';
import { testKeyStore } from '../../key-manager/test/key-store-suite.ts';
import { testReplays } from '../../key-manager/test/replay-suite.ts';
import { createPgKeyStore } from '../src/store.ts';

for (const kind of postgresVersions) {
  const open = async () => {
    const { db, close } = await openTestDatabase(kind);
    await migrate(db);
    return { store: createPgKeyStore(db), close };
  };
  testKeyStore(kind, open);
  testReplays(kind, open);
}
