// `hammerwork migrate`: brings the tables up to this version, or shows where they stand.
import { migrate, migrationStatus } from '@hammerwork/migrations';
import type { Command } from 'commander';
import { table } from '../output.ts';
import type { Run } from '../program.ts';

export function addMigrate(program: Command, run: Run): void {
  program
    .command('migrate')
    .description('create or upgrade the tables; harmless when repeated')
    .option('--status', 'only show which migrations are applied')
    .action(
      run(async ({ output, database }, { status }: { status?: boolean }) => {
        const db = await database();
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
        output.result({ applied }, () =>
          applied.length === 0 ? 'The tables are up to date.' : applied.map((name) => `applied ${name}`).join('\n'),
        );
      }),
    );
}
