// The key manager on MySQL and MariaDB.
import { migrate } from '@hammerwork/migrations';
import { mysqlVersions, openTestDatabase, sharedServer } from '@hammerwork/test-kit';
import { sql } from 'kysely';
import { describe } from 'vitest';
import { testKeyManagerOnDatabase } from '../../key-manager/test/database-suite.ts';
import { createMysqlKeyStore } from '../src/store.ts';

for (const kind of mysqlVersions) {
  describe.skipIf(!(await sharedServer(kind)))('the key manager', () => {
    testKeyManagerOnDatabase(kind, {
      uniqueViolation: 'ER_DUP_ENTRY',
      async open({ empty } = { empty: false }) {
        const { db, close } = await openTestDatabase(kind);
        if (!empty) await migrate(db);
        return {
          store: createMysqlKeyStore(db),
          transaction: (work) => db.transaction().execute((tx) => work(createMysqlKeyStore(tx))),
          query: async (text) => (await sql.raw<Record<string, unknown>>(text).execute(db)).rows,
          close,
        };
      },
    });
  });
}
