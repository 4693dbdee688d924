import { MysqlDialect } from 'kysely';
import { createPool } from 'mysql2';
import { runKeyProcess } from '../../../key-store-pg/test/processes/key-process.ts';
import { createMysqlKeyStore } from '../../src/store.ts';

runKeyProcess({
  dialect: (uri) => new MysqlDialect({ pool: createPool({ uri, connectionLimit: 2 }) }),
  store: (db) => createMysqlKeyStore(db),
});
