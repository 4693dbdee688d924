// Embeds migrations/pg/*.sql and mysql/*.sql into migrations/src/*.generated.ts, so that the package needs no files at run
// time. `node tools/embed-migrations.ts` writes them; a test of the package fails while one is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableMadeBy } from '../migrations/src/mysql-statement.ts';

const folder = join(import.meta.dirname, '..', 'migrations');

export type Family = 'pg' | 'mysql';
export const families: readonly Family[] = ['pg', 'mysql'];

export function generatedFile(family: Family): string {
  return join(folder, 'src', `${family}.generated.ts`);
}

/** The text that `src/FAMILY.generated.ts` should have. */
export function embedMigrations(family: Family): string {
  const files = readdirSync(join(folder, family)).filter((file) => file !== 'roles.sql');
  const migrations = files.sort().map((file) => {
    if (!/^\d{3}_[a-z_]+\.sql$/.test(file)) throw new Error(`migrations/${family}/${file} is not named NNN_name.sql`);
    const name = file.slice(0, -4);
    const statements = splitStatements(readFileSync(join(folder, family, file), 'utf8'));
    if (family === 'mysql') for (const statement of statements) assertRepeatable(name, statement);
    return { name, statements };
  });
  const roles = splitStatements(readFileSync(join(folder, family, 'roles.sql'), 'utf8'));
  return `// Made from ${family}/*.sql by tools/embed-migrations.ts. Do not edit.
import type { SqlMigration } from './sql-migration.ts';

export const ${family}Migrations: readonly SqlMigration[] = ${JSON.stringify(migrations, null, 2)};

export const ${family}Roles: readonly string[] = ${JSON.stringify(roles, null, 2)};
`;
}

/** MySQL commits after each DDL statement: after a crash between two, the migration is run again from its beginning. */
export function assertRepeatable(name: string, statement: string): void {
  if (tableMadeBy(statement)?.mark !== `hammerwork ${name}`)
    throw new Error(
      `migrations/mysql/${name}.sql: not CREATE TABLE ... COMMENT = 'hammerwork ${name}'. Another statement needs its own way to be repeated after a crash: teach runMysqlStatement first.`,
    );
}

/** Cuts at each `;` outside quotes, comments and $$ bodies: PGlite runs one statement per call. */
export function splitStatements(text: string): string[] {
  const tokens = text.matchAll(/--[^\n]*|'(?:[^']|'')*'|"[^"]*"|\$\$[\s\S]*?\$\$|;|[^;]/g);
  const statements = [''];
  for (const [token] of tokens) {
    if (token === ';') statements.push('');
    else if (!token.startsWith('--')) statements[statements.length - 1] += token;
  }
  return statements.map((statement) => statement.replaceAll(/\n\s*\n/g, '\n').trim()).filter(Boolean);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const family of families) writeFileSync(generatedFile(family), embedMigrations(family));
