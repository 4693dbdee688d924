// `hammerwork keys`: the life of data keys.
import type { Algorithm } from '@hammerwork/crypto-core';
import { handleToHex } from '@hammerwork/crypto-core';
import type { KeyManagerStats, KeyVersion } from '@hammerwork/key-manager';
import { type Command, Option } from 'commander';
import { positiveInteger } from '../arguments.ts';
import { table } from '../output.ts';
import type { Run } from '../program.ts';

const versionArgument = ['<version>', 'version number', positiveInteger] as const;

export function addKeys(program: Command, run: Run): void {
  const keys = program.command('keys').description('generate, list, rotate, retire and destroy data keys');

  keys
    .command('generate')
    .argument('<key-id>', 'name of the key, e.g. payments')
    .addOption(new Option('--algorithm <name>').choices(['aes-256-gcm', 'chacha20-poly1305']).default('aes-256-gcm'))
    .option('--rotate-every <days>', 'rotation interval in days', positiveInteger)
    .description('make version 1 of a new key')
    .action(
      run(async (session, keyId: string, options: { algorithm: Algorithm; rotateEvery?: number }) => {
        const manager = await session.keys();
        const interval = options.rotateEvery === undefined ? {} : { rotationIntervalDays: options.rotateEvery };
        show(session.output, await manager.generateKey(keyId, { algorithm: options.algorithm, ...interval }));
      }),
    );

  keys
    .command('list')
    .argument('[key-id]', 'only this key')
    .description('list key versions')
    .action(
      run(async (session, keyId?: string) => {
        const manager = await session.keys();
        const versions = await manager.listKeys(keyId === undefined ? {} : { keyId });
        session.output.result(versions.map(describe), () =>
          table(versions.map(describe), 'There are no keys. Make one with `hammerwork keys generate KEY-ID`.'),
        );
      }),
    );

  keys
    .command('rotate')
    .argument('[key-id]', 'the key; without it, every key that is due')
    .description('make a new version that seals from now on; older ones still open')
    .action(
      run(async (session, keyId?: string) => {
        const manager = await session.keys();
        if (keyId !== undefined) return show(session.output, await manager.rotateKey(keyId));
        const rotated = await manager.performAutomaticRotation();
        session.output.result({ rotated }, () =>
          rotated.length === 0 ? 'No key is due.' : rotated.map((id) => `rotated ${id}`).join('\n'),
        );
      }),
    );

  keys
    .command('retire')
    .argument('<key-id>')
    .argument(...versionArgument)
    .description('end a deactivated version that no job refers to: it no longer loads')
    .action(
      run(async (session, keyId: string, version: number) => {
        const manager = await session.keys();
        show(session.output, await manager.retireKey(keyId, version));
      }),
    );

  keys
    .command('destroy')
    .argument('<key-id>')
    .argument(...versionArgument)
    .option('--unchecked', 'also when jobs refer to it: what is sealed under it is lost')
    .option('--reason <text>', 'why, for the audit log; no personal data')
    .description('end a version for good, after the undo window')
    .action(
      run(async (session, keyId: string, version: number, options: { unchecked?: boolean; reason?: string }) => {
        const manager = await session.keys();
        const report = await manager.destroyKey(keyId, version, options);
        session.output.result({ state: report.state, at: report.at, cachesUntil: report.cachesUntil }, () =>
          report.state === 'destroyed'
            ? `Destroyed version ${version} of ${keyId}.`
            : `Version ${version} of ${keyId} is ${report.state.replace('_', ' ')}; its bytes go on ${report.at.toISOString()}.`,
        );
      }),
    );

  keys
    .command('stats')
    .description('count keys, uses and rotations')
    .action(
      run(async (session) => {
        const stats = await (await session.keys()).getStats();
        session.output.result(stats, () => table(statRows(stats), ''));
      }),
    );
}

function show(output: { result(value: unknown, people: () => string): void }, key: KeyVersion): void {
  output.result(describe(key), () => table([describe(key)], ''));
}

function describe(key: KeyVersion): Record<string, unknown> {
  return {
    key: key.keyId,
    version: key.version,
    status: key.retiredAt ? 'retired' : key.status,
    algorithm: key.algorithm,
    handle: handleToHex(key.handle),
    created: key.createdAt,
    rotated: key.rotatedAt,
    'next rotation': key.nextRotationAt,
    uses: key.usageCount,
  };
}

function statRows(stats: KeyManagerStats): Record<string, unknown>[] {
  return Object.entries(stats)
    .filter(([, value]) => typeof value !== 'object' || value instanceof Date)
    .map(([name, value]) => ({ figure: name, value }));
}
