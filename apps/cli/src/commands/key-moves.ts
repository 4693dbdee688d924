// `hammerwork keys export|import|rewrap`: wrapped keys on their way to another store or another master key.
import type { KeyExport } from '@hammerwork/key-manager';
import type { Command } from 'commander';
import { reasonOption } from '../arguments.ts';
import { CliError } from '../errors.ts';
import { readText, writeNew } from '../files.ts';
import { assertNoneRefused, describeKey } from '../key-view.ts';
import { table } from '../output.ts';
import type { Run } from '../program.ts';
import { createProgress } from '../progress.ts';

export function addKeyMoves(keys: Command, run: Run): void {
  keys
    .command('export')
    .argument('<file>', 'a new file; its keys are wrapped by the master key')
    .option('--key <key-id>', 'only this key')
    .option(...reasonOption)
    .description('write wrapped versions to a file; each leaves an audit entry')
    .action(
      run(async (session, file: string, { key, ...options }: { key?: string; reason?: string }) => {
        const exported = await (await session.keys()).exportKeys(key === undefined ? {} : { keyId: key }, options);
        await writeNew(file, `${JSON.stringify(exported, null, 2)}\n`);
        session.output.result(
          { file, versions: exported.keys.length },
          () => `${exported.keys.length} versions are in ${file}. Who has it and the master key has the keys.`,
        );
      }),
    );

  keys
    .command('import')
    .argument('<file>', 'written by `keys export`')
    .option(...reasonOption)
    .description('add wrapped versions of another store under the same master key: all, or none')
    .action(
      run(async (session, file: string, options: { reason?: string }) => {
        const imported = await (await session.keys()).importKeys(parseExport(file, await readText(file)), options);
        session.output.result(imported.map(describeKey), () => table(imported.map(describeKey), 'The file is empty.'));
      }),
    );

  keys
    .command('rewrap')
    .option('--from <uri>', 'the master key to move away from; --master-key is the one to move to')
    .option('--refresh', 'wrap anew also what is under the right master key, for a new version of it in its KMS')
    .option(...reasonOption)
    .description('wrap every key version anew under --master-key; no job is touched. May be interrupted and repeated')
    .action(
      run(async (session, { from, ...options }: { from?: string; refresh?: boolean; reason?: string }) => {
        const manager = await session.keys(from);
        await manager.open();
        const before = (await manager.getStats()).kms;
        const progress = createProgress(session, 'key versions');
        const report = await manager.rewrapKeys({ ...options, onProgress: progress.at }).finally(() => progress.end());
        const { unwraps, wraps, rewraps } = (await manager.getStats()).kms;
        const kms = {
          unwraps: unwraps - before.unwraps,
          wraps: wraps - before.wraps,
          rewraps: rewraps - before.rewraps,
        };
        session.output.result({ ...report, kms }, () =>
          [
            `${report.rewrapped} versions rewrapped, ${report.unchanged} were so already; the store's own key: ${report.storeKey}.`,
            `The master keys were called ${kms.unwraps} times to unwrap, ${kms.wraps} to wrap and ${kms.rewraps} to rewrap.`,
          ].join('\n'),
        );
        assertNoneRefused(report.refused);
      }),
    );
}

function parseExport(file: string, text: string): KeyExport {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError('file_unreadable', `${file} is not JSON. Write it with \`hammerwork keys export\`.`);
  }
}
