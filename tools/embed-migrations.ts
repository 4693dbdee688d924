// Embeds migrations/pg/*.sql into migrations/src/pg.generated.ts, so that the package needs no files at run time.
// `node tools/embed-migrations.ts` writes it; a test of the package fails while it is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(import.meta.dirname, '..', 'migrations');
export const generatedFile: string = join(folder, 'src', 'pg.generated.ts');

/** The text that `src/pg.generated.ts` should have. */
export function embedMigrations(): string {
  const files = readdirSync(join(folder, 'pg')).sort();
  const migrations = files.map((file) => {
    if (!/^\d{3}_[a-z_]+\.sql$/.test(file)) throw new Error(`migrations/pg/${file} is not named NNN_name.sql`);
    return { name: file.slice(0, -4), statements: splitStatements(readFileSync(join(folder, 'pg', file), 'utf8')) };
  });
  return `// Made from pg/*.sql by tools/embed-migrations.ts. Do not edit.
import type { SqlMigration } from './sql-migration.ts';

export const pgMigrations: readonly SqlMigration[] = ${JSON.stringify(migrations, null, 2)};
`;
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

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(generatedFile, embedMigrations());
