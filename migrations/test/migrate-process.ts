// Migrates the database whose URL is given and prints what it applied: one of several processes at once.
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { migrate } from '../src/index.ts';

const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: process.argv[2] }) }) });
process.stdout.write(JSON.stringify(await migrate(db)));
await db.destroy();
