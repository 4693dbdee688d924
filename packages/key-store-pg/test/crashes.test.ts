// kill -9 on PostgreSQL.
import { fileURLToPath } from 'node:url';
import { createPgKeyStore } from '../src/store.ts';
import { testCrashes } from './processes/crash-suite.ts';

testCrashes({
  kind: 'postgres',
  store: (db) => createPgKeyStore(db),
  script: fileURLToPath(new URL('./processes/pg-process.ts', import.meta.url)),
});
