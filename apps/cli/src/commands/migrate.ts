// `hammerwork migrate`: brings the tables up to this version, or shows where they stand.
import { databaseFamily } from '@hammerwork/database';
import { grantRoles, migrate, migrationStatus, type RoleOptions, rolesSql } from '@hammerwork/migrations';
import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import { table } from '../output.ts';
import type { Run } from '../program.ts';

export function addMigrate(program: Command, run: Run): void {
  program
    .command('migrate')
    .description('create or upgrade the tables; harmless when repeated')
    .option('--status', 'only show which migrations are applied')
    .option('--roles [prefix]', 'also create roles with the rights of producer, worker, key_admin and auditor')
    .option('--print-roles [prefix]', 'only print the SQL that creates the roles')
    .action(
      run(async ({ output, database, url }, { status, roles, printRoles }: MigrateOptions) => {
        if (printRoles) {
          const family = databaseFamily(url ?? 'postgresql://') === 'mysql' ? 'mysql' : 'pg';
          const text = rolesSql(family, prefixOf(printRoles));
          return output.result({ sql: text }, () => text);
        }
        const db = await database({ create: !status });
        if (status) {
          const migrations = await migrationStatus(db);
          output.result(migrations, () =>
            table(
              migrations.map(({ name, appliedAt }) => ({ migration: name, applied: appliedAt ?? 'not yet' })),
              'no migrations',
            ),
          );
          return;
        }
        const applied = await migrate(db);
        const granted = roles ? await grantRoles(db, prefixOf(roles)) : [];
        const next = nextSteps(applied);
        const lines = [...applied.map((name) => `applied ${name}`), ...granted.map((name) => `role ${name}`), ...next];
        output.result({ applied, roles: granted, next }, () => lines.join('\n') || 'The tables are up to date.');
      }),
    );
}

/** What an upgrade, unlike a first run, leaves to be done by who has the master key. Workers may go on meanwhile. */
function nextSteps(applied: readonly string[]): string[] {
  const upgraded = applied.includes('005_key_transitions') && !applied.includes('002_encryption_keys');
  return upgraded
    ? ['When every program is upgraded, as key administrator, record what ended before: hammerwork keys reconcile']
    : [];
}

interface MigrateOptions {
  status?: boolean;
  /** True without a prefix. */
  roles?: string | true;
  printRoles?: string | true;
}

function prefixOf(given: string | true): RoleOptions {
  if (given === true) return {};
  if (/^[a-z][a-z0-9_]{0,21}$/.test(given)) return { prefix: given };
  throw new CliError(
    'option_malformed',
    'A role prefix has 1 to 22 characters a-z, 0-9 and _, and begins with a letter.',
  );
}
