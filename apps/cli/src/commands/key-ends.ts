// `hammerwork keys retire|compromise|destroy|approve|undo|destroy-due|reconcile`: how versions end, and stay so.
import type { CompromisePolicy } from '@hammerwork/key-manager';
import { type Command, Option } from 'commander';
import { positiveInteger, reasonOption } from '../arguments.ts';
import { confirm, confirmOption } from '../confirm.ts';
import { assertNoneRefused, describeKey, showDestruction, showKey } from '../key-view.ts';
import { table } from '../output.ts';
import type { Run } from '../program.ts';

const versionArgument = ['<version>', 'version number', positiveInteger] as const;

interface EndOptions {
  unchecked?: boolean;
  erasure?: boolean;
  confirm?: string;
  reason?: string;
}

export function addKeyEnds(keys: Command, run: Run): void {
  addRetire(keys, run);
  addCompromise(keys, run);
  addDestroy(keys, run);
  addSecondThoughts(keys, run);
  addReconcile(keys, run);
}

function addRetire(keys: Command, run: Run): void {
  keys
    .command('retire')
    .argument('<key-id>')
    .argument(...versionArgument)
    .option('--unchecked', 'also when jobs refer to it: they no longer open')
    .option(...confirmOption)
    .option(...reasonOption)
    .description('end a deactivated version that no job refers to: it no longer loads')
    .action(
      run(async (session, keyId: string, version: number, { confirm: given, ...options }: EndOptions) => {
        const manager = await session.keys();
        if (options.unchecked) {
          const question = `Version ${version} of ${keyId} will no longer load, whatever still needs it.`;
          await confirm(session, `${keyId}/${version}`, { given, question });
        }
        showKey(session.output, await manager.retireKey(keyId, version, options));
      }),
    );
}

function addCompromise(keys: Command, run: Run): void {
  const policy = new Option('--when-opening <policy>', 'what its jobs do: wait, or go on').choices([
    'hold',
    'continue',
  ]);
  keys
    .command('compromise')
    .argument('<key-id>')
    .argument(...versionArgument)
    .addOption(policy.default('hold'))
    .option(...confirmOption)
    .option(...reasonOption)
    .description('mark a version as known to others; an active one is replaced at once. Repeat it to change the policy')
    .action(
      run(
        async (
          session,
          keyId: string,
          version: number,
          { whenOpening, confirm: given, ...options }: EndOptions & { whenOpening: CompromisePolicy },
        ) => {
          const manager = await session.keys();
          const jobs = whenOpening === 'hold' ? 'wait, without using an attempt' : 'are opened as before';
          const question = `Version ${version} of ${keyId} is marked as compromised for good; its jobs ${jobs}.`;
          await confirm(session, `${keyId}/${version}`, { given, question });
          showKey(session.output, await manager.compromiseKey(keyId, version, { ...options, whenOpening }));
        },
      ),
    );
}

function addDestroy(keys: Command, run: Run): void {
  keys
    .command('destroy')
    .argument('<key-id>')
    .argument(...versionArgument)
    .option('--unchecked', 'also when jobs refer to it: what is sealed under it is lost')
    .option('--erasure', "to shred a data subject's records: at once, without a window to undo it")
    .option(...confirmOption)
    .option(...reasonOption)
    .description('end a version for good, after the undo window; says where copies of the wrapped key may live on')
    .action(
      run(async (session, keyId: string, version: number, { confirm: given, ...options }: EndOptions) => {
        const manager = await session.keys();
        const when = options.erasure ? 'at once and for good' : 'after the undo window';
        const lost =
          options.unchecked || options.erasure ? 'What it sealed is lost.' : 'It is refused if jobs need it.';
        const question = `The bytes of version ${version} of ${keyId} are destroyed ${when}. ${lost}`;
        await confirm(session, `${keyId}/${version}`, { given, question });
        showDestruction(session.output, await manager.destroyKey(keyId, version, options));
      }),
    );

  keys
    .command('destroy-due')
    .option(...reasonOption)
    .description('destroy what has reached the end of its undo window and is approved; workers do it too')
    .action(
      run(async (session, options: { reason?: string }) => {
        const destroyed = await (await session.keys()).performDueDestructions(options);
        session.output.result(destroyed.map(describeKey), () => table(destroyed.map(describeKey), 'Nothing is due.'));
      }),
    );
}

function addSecondThoughts(keys: Command, run: Run): void {
  keys
    .command('approve')
    .argument('<key-id>')
    .argument(...versionArgument)
    .option(...confirmOption)
    .option(...reasonOption)
    .description("the second person's yes to a destruction; --actor has to be another than who asked for it")
    .action(
      run(async (session, keyId: string, version: number, { confirm: given, reason }: EndOptions) => {
        const manager = await session.keys();
        const question = `You approve that version ${version} of ${keyId} is destroyed.`;
        await confirm(session, `${keyId}/${version}`, { given, question });
        const options = { actor: session.actor, ...(reason === undefined ? {} : { reason }) };
        showDestruction(session.output, await manager.approveDestruction(keyId, version, options));
      }),
    );

  keys
    .command('undo')
    .argument('<key-id>')
    .argument(...versionArgument)
    .option(...reasonOption)
    .description('take a destruction back within its window, or decline one that nobody has approved yet')
    .action(
      run(async (session, keyId: string, version: number, options: { reason?: string }) => {
        showKey(session.output, await (await session.keys()).undoDestruction(keyId, version, options));
      }),
    );
}

function addReconcile(keys: Command, run: Run): void {
  keys
    .command('reconcile')
    .option(...reasonOption)
    .description('end again what somebody put back, and record the ends of versions from before an upgrade; repeatable')
    .action(
      run(async (session, options: { reason?: string }) => {
        const report = await (await session.keys()).reconcileKeys(options);
        session.output.result(report, () =>
          [
            `${report.recorded} states recorded.`,
            ...report.restored.map(
              ({ keyId, version, from, to }) =>
                `Version ${version} of ${keyId} had been put back as ${from}: it is ${to} again.`,
            ),
          ].join('\n'),
        );
        assertNoneRefused(report.refused);
      }),
    );
}
