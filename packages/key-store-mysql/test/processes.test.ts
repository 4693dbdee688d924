// Real processes on MySQL and MariaDB: races and revocation.
import { fileURLToPath } from 'node:url';
import { mysqlDatabaseKinds, sharedServer } from '@hammerwork/test-kit';
import { describe } from 'vitest';
import { testRaces } from '../../key-store-pg/test/processes/race-suite.ts';
import { createMysqlKeyStore } from '../src/store.ts';

const script = fileURLToPath(new URL('./processes/mysql-process.ts', import.meta.url));

for (const kind of mysqlDatabaseKinds)
  describe.skipIf(!(await sharedServer(kind)))(kind, () => {
    testRaces({ kind, store: (db) => createMysqlKeyStore(db), script });
  });
