// `hammerwork audit`: what was done to the keys, and the proof that nobody changed the record of it.
import type { Command } from 'commander';
import { positiveInteger } from '../arguments.ts';
import { CliError } from '../errors.ts';
import { table } from '../output.ts';
import type { Run } from '../program.ts';

export function addAudit(program: Command, run: Run): void {
  const audit = program.command('audit').description('read and verify the key audit log');

  audit
    .command('list')
    .argument('[key-id]', 'only this key')
    .option('--limit <number>', 'entries at the most', positiveInteger, 100)
    .description('list audit entries')
    .action(
      run(async (session, keyId: string | undefined, { limit }: { limit: number }) => {
        const manager = await session.keys();
        const trail = await manager.getAuditTrail({ limit, ...(keyId === undefined ? {} : { keyId }) });
        session.output.result(trail, () =>
          table(
            trail.map((entry) => ({
              number: entry.seq,
              when: entry.timestamp,
              actor: entry.actor,
              operation: entry.operation,
              key: entry.keyId,
              version: entry.version,
              result: entry.code ?? entry.result,
            })),
            'The audit log is empty.',
          ),
        );
      }),
    );

  audit
    .command('verify')
    .description('walk the hash chain; exit 1 and name the first broken entry, if any')
    .action(
      run(async (session) => {
        const verdict = await (await session.keys()).verifyAudit();
        session.output.result(verdict, () =>
          verdict.ok
            ? `The chain of ${verdict.entries} entries is whole; ${verdict.unanchored} of them are not anchored by a checkpoint.`
            : '',
        );
        if (!verdict.ok)
          throw new CliError('check_failed', `The audit log is broken: ${verdict.fault?.message ?? 'unknown fault'}`);
      }),
    );
}
