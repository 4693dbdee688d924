// Real processes on PostgreSQL: races, revocation, kill -9. PGlite lives in one process and has no part in this.
import { fileURLToPath } from 'node:url';
import { createPgKeyStore } from '../src/store.ts';
import { testRaces } from './processes/race-suite.ts';

testRaces({
  kind: 'postgres',
  store: (db) => createPgKeyStore(db),
  script: fileURLToPath(new URL('./processes/pg-process.ts', import.meta.url)),
});
