import { PGlite } from '@electric-sql/pglite';
import { PGliteDialect } from 'kysely';
import { createPgKeyStore } from '../../src/store.ts';
import { runKeyProcess } from './key-process.ts';

runKeyProcess({
  dialect: (folder) => new PGliteDialect({ pglite: () => PGlite.create(folder) }),
  commitsApart: true,
  store: (db) => createPgKeyStore(db),
});
