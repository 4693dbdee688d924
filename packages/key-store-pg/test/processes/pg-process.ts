import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { createPgKeyStore } from '../../src/store.ts';
import { runKeyProcess } from './key-process.ts';

runKeyProcess({
  dialect: (url) => new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 2 }) }),
  store: (db) => createPgKeyStore(db),
});
