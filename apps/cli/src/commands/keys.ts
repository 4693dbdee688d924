// `hammerwork keys`: the life of data keys.
import { type Algorithm, handleFromHex } from '@hammerwork/crypto-core';
import { type KeyManagerStats, type KeyStatus, keyStatuses, type RefusedKey } from '@hammerwork/key-manager';
import { type Command, Option } from 'commander';
import { dateArgument, positiveInteger, reasonOption } from '../arguments.ts';
import { CliError } from '../errors.ts';
import { assertNoneRefused, describeKey, describeRefused, showKey } from '../key-view.ts';
import { table } from '../output.ts';
import type { Run } from '../program.ts';
import { addKeyEnds } from './key-ends.ts';
import { addKeyMoves } from './key-moves.ts';

const guide = `
What to do when
  a key leaked                 hammerwork keys compromise KEY-ID VERSION     (replaces it, holds its jobs)
  held jobs must go on         hammerwork keys compromise KEY-ID VERSION --when-opening continue
                               (they do within two minutes)
  a key is due or expired      hammerwork keys rotate                        (without KEY-ID: all that are)
  the KMS changes              hammerwork --master-key NEW keys rewrap --from OLD
  a destruction was a mistake  hammerwork keys undo KEY-ID VERSION           (within its window)
  key_row_replayed             hammerwork keys reconcile                     (ends again what somebody put back)

Exit codes: 0 done; 1 refused, with the reason; 2 wrong call or not confirmed, nothing was done; 3 the database or the
master key's service is away, the same call may succeed later.`;

export function addKeys(program: Command, run: Run): void {
  const keys = program
    .command('keys')
    .description('generate, list, rotate, retire, move and destroy data keys')
    .addHelpText('after', guide);
  addBirth(keys, run);
  addLooks(keys, run);
  addKeyEnds(keys, run);
  addKeyMoves(keys, run);
}

interface GenerateOptions {
  algorithm: Algorithm;
  rotateEvery?: number;
  expires?: Date;
  scope?: string;
  preActive?: boolean;
  reason?: string;
}

function addBirth(keys: Command, run: Run): void {
  keys
    .command('generate')
    .argument('<key-id>', 'name of the key, e.g. payments')
    .addOption(new Option('--algorithm <name>').choices(['aes-256-gcm', 'chacha20-poly1305']).default('aes-256-gcm'))
    .option('--rotate-every <days>', 'rotation interval in days', positiveInteger)
    .option('--expires <date>', 'from then on it seals nothing', dateArgument)
    .option('--scope <name>', 'the tenant, or the keyed hash of a data subject')
    .option('--pre-active', 'make it ahead of its time: it seals nothing until `keys activate`')
    .option(...reasonOption)
    .description('make version 1 of a new key')
    .action(
      run(async (session, keyId: string, { rotateEvery, expires, ...options }: GenerateOptions) => {
        const manager = await session.keys();
        const key = await manager.generateKey(keyId, {
          ...options,
          ...(rotateEvery === undefined ? {} : { rotationIntervalDays: rotateEvery }),
          ...(expires === undefined ? {} : { expiresAt: expires }),
        });
        showKey(session.output, key);
      }),
    );

  keys
    .command('activate')
    .argument('<key-id>')
    .argument('<version>', 'a pre-active version', positiveInteger)
    .option(...reasonOption)
    .description('let a version seal that was made ahead of its time')
    .action(
      run(async (session, keyId: string, version: number, options: { reason?: string }) => {
        showKey(session.output, await (await session.keys()).activateKey(keyId, version, options));
      }),
    );

  keys
    .command('rotate')
    .argument('[key-id]', 'the key; without it, every key that is due')
    .option('--expect-version <version>', 'only if this is the active version still', positiveInteger)
    .option(...reasonOption)
    .description('make a new version that seals from now on; older ones still open')
    .action(
      run(async (session, keyId: string | undefined, options: { expectVersion?: number; reason?: string }) => {
        const manager = await session.keys();
        const { expectVersion, ...rest } = options;
        if (keyId !== undefined) {
          const expected = expectVersion === undefined ? {} : { expectedVersion: expectVersion };
          return showKey(session.output, await manager.rotateKey(keyId, { ...rest, ...expected }));
        }
        const rotated = await manager.performAutomaticRotation(rest);
        session.output.result({ rotated }, () =>
          rotated.length === 0 ? 'No key is due.' : rotated.map((id) => `rotated ${id}`).join('\n'),
        );
      }),
    );
}

function addLooks(keys: Command, run: Run): void {
  keys
    .command('list')
    .argument('[key-id]', 'only this key')
    .addOption(new Option('--status <status>', 'only in this status').choices(keyStatuses))
    .option('--limit <number>', 'versions at the most', positiveInteger, 1000)
    .description('list key versions')
    .action(
      run(async (session, keyId: string | undefined, { status, limit }: { status?: KeyStatus; limit: number }) => {
        const manager = await session.keys();
        const refused: RefusedKey[] = [];
        const filter = {
          limit,
          ...(keyId === undefined ? {} : { keyId }),
          ...(status === undefined ? {} : { status: [status] }),
        };
        const versions = await manager.listKeys(filter, { onRefused: (one) => void refused.push(one) });
        const shown = [...versions.map(describeKey), ...refused.map(describeRefused)];
        session.output.result(shown, () =>
          table(shown, 'There are no such keys. Make one with `hammerwork keys generate KEY-ID`.'),
        );
        assertNoneRefused(refused);
      }),
    );

  keys
    .command('show')
    .argument('[key-id]', 'its active version, else its latest')
    .argument('[version]', 'this version', positiveInteger)
    .option('--handle <hex>', 'the version that a record names, 16 hex digits')
    .description('show all that is known of one version; never its bytes')
    .action(
      run(async (session, keyId: string | undefined, version: number | undefined, { handle }: { handle?: string }) => {
        if ((keyId === undefined) === (handle === undefined)) {
          throw new CliError('option_malformed', 'Give either KEY-ID [VERSION] or --handle HEX.');
        }
        const named = { keyId: keyId ?? '', ...(version === undefined ? {} : { version }) };
        const selector = handle === undefined ? named : { handle: handleBytes(handle) };
        const key = await (await session.keys()).getKey(selector);
        const { handle: _, ...facts } = key;
        const shown = { ...facts, handle: describeKey(key).handle };
        session.output.result(shown, () =>
          table(
            Object.entries(shown)
              .filter(([, value]) => value !== undefined && value !== '')
              .map(([fact, value]) => ({ fact, value: isPlainObject(value) ? JSON.stringify(value) : value })),
            '',
          ),
        );
      }),
    );

  keys
    .command('stats')
    .description('count keys, uses and rotations; cache and KMS figures are those of this process')
    .action(
      run(async (session) => {
        const stats = await (await session.keys()).getStats();
        session.output.result(stats, () => table(statRows(stats), ''));
      }),
    );
}

function handleBytes(hex: string): Uint8Array {
  if (!/^[0-9a-f]{16}$/i.test(hex)) throw new CliError('option_malformed', 'A handle has 16 hex digits.');
  return handleFromHex(hex);
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && !(value instanceof Date);
}

function statRows(stats: KeyManagerStats): Record<string, unknown>[] {
  return Object.entries(stats).flatMap(([name, value]) =>
    isPlainObject(value)
      ? Object.entries(value).map(([inner, figure]) => ({ figure: `${name}: ${inner}`, value: figure }))
      : [{ figure: name, value }],
  );
}
