// kill -9 on MySQL and MariaDB.
import { fileURLToPath } from 'node:url';
import { mysqlDatabaseKinds, sharedServer } from '@hammerwork/test-kit';
import { describe } from 'vitest';
import { testCrashes } from '../../key-store-pg/test/processes/crash-suite.ts';
import { createMysqlKeyStore } from '../src/store.ts';

const script = fileURLToPath(new URL('./processes/mysql-process.ts', import.meta.url));

for (const kind of mysqlDatabaseKinds)
  describe.skipIf(!(await sharedServer(kind)))(kind, () => {
    testCrashes({ kind, store: (db) => createMysqlKeyStore(db), script });
  });
