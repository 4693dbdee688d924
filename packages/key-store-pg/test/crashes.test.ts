// kill -9 on PostgreSQL, and on PGlite in a folder.
import { fileURLToPath } from 'node:url';
import type { KeyStore } from '@hammerwork/key-manager';
import type { Kysely } from 'kysely';
import { describe } from 'vitest';
import { createPgKeyStore } from '../src/store.ts';
import { testCrashes } from './processes/crash-suite.ts';

const path = (file: string) => fileURLToPath(new URL(`./processes/${file}`, import.meta.url));
// biome-ignore lint/suspicious/noExplicitAny: any tables
const store = (db: Kysely<any>): KeyStore => createPgKeyStore(db);

describe('postgres', () => testCrashes({ kind: 'postgres', store, script: path('pg-process.ts') }));

describe('pglite', () =>
  testCrashes({ kind: 'pglite', store, script: path('pglite-process.ts') }, { only: 'commits' }));
