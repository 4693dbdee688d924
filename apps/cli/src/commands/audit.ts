// `hammerwork audit`: what was done to the keys, and the proof that nobody changed the record of it.
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type AuditOperation,
  type AuditVerdict,
  auditOperations,
  createEd25519Signer,
  createEd25519Verifier,
  exportAuditUnchecked,
  generateAuditKeyPair,
  parseCheckpoints,
  verifyAuditExport,
} from '@hammerwork/key-manager';
import { type Command, Option } from 'commander';
import { dateArgument, positiveInteger } from '../arguments.ts';
import { CliError } from '../errors.ts';
import { appendLine, codeOf, readText, writeNew } from '../files.ts';
import { table } from '../output.ts';
import type { Run } from '../program.ts';
import type { Session } from '../session.ts';

const guide = `
For an auditor: make a key pair once (\`audit keygen\`) and keep the private key away from the database. Sign the end of
the log regularly (\`audit checkpoint\`, or a worker started with --audit-signing-key) into a file elsewhere. Then
\`audit verify --checkpoint FILE --public-key FILE\` shows any change, gap, cut or reordering up to the last checkpoint and
counts the entries after it, which nothing vouches for. With --chain-only it needs no master key; with --log it verifies a
file written by \`audit export\` and needs no database either.

Exit codes: 0 whole; 1 broken, with the first fault; 2 wrong call; 3 the database or the master key's service is away.`;

export function addAudit(program: Command, run: Run): void {
  const audit = program
    .command('audit')
    .description('read, export, sign and verify the key audit log')
    .addHelpText('after', guide);
  addList(audit, run);
  addFiles(audit, run);
  addVerify(audit, run);
}

interface ListOptions {
  limit: number;
  from?: Date;
  to?: Date;
  after?: number;
  operation?: AuditOperation;
}

function addList(audit: Command, run: Run): void {
  audit
    .command('list')
    .argument('[key-id]', 'only this key')
    .option('--from <date>', 'from this time on', dateArgument)
    .option('--to <date>', 'before this time', dateArgument)
    .option('--after <number>', 'entries after this one', positiveInteger)
    .addOption(new Option('--operation <name>', 'only this operation').choices(auditOperations))
    .option('--limit <number>', 'entries at the most', positiveInteger, 100)
    .description('list audit entries, the oldest first')
    .action(
      run(async (session, keyId: string | undefined, { operation, after, ...options }: ListOptions) => {
        const trail = await (await session.keys()).getAuditTrail({
          ...options,
          ...(keyId === undefined ? {} : { keyId }),
          ...(after === undefined ? {} : { afterSeq: after }),
          ...(operation === undefined ? {} : { operations: [operation] }),
        });
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
              reason: entry.details.reason,
            })),
            'There are no such entries.',
          ),
        );
      }),
    );
}

function addFiles(audit: Command, run: Run): void {
  audit
    .command('keygen')
    .argument('<file>', 'a new file for the private key; the public one goes to FILE.pub')
    .description('make an Ed25519 key pair that signs checkpoints')
    .action(
      run(async ({ output }, file: string) => {
        const { privateKey, publicKey } = generateAuditKeyPair();
        await writeNew(file, privateKey);
        await writeNew(`${file}.pub`, publicKey, 0o644);
        const { id } = createEd25519Signer(privateKey);
        output.result(
          { file, publicKey: `${file}.pub`, signerId: id },
          () => `${id}\nKeep ${file} away from the database.`,
        );
      }),
    );

  audit
    .command('checkpoint')
    .requiredOption('--signing-key <where>', 'FILE, or env:NAME, with the Ed25519 private key in PEM')
    .option('--out <file>', 'add it to this file, one line each; without it, it is printed')
    .description("sign the log's end, to be kept where the database's owner cannot change it")
    .action(
      run(async (session, { signingKey, out }: { signingKey: string; out?: string }) => {
        const signer = createEd25519Signer(await readSigningKey(session, signingKey));
        const checkpoint = await (await session.keys()).createCheckpoint(signer);
        if (out === undefined) return session.output.result(checkpoint, () => JSON.stringify(checkpoint));
        await appendLine(out, JSON.stringify(checkpoint));
        session.output.result(checkpoint, () => `Signed the log up to entry ${checkpoint.seq} as ${signer.id}.`);
      }),
    );

  audit
    .command('export')
    .argument('<file>', 'a new file')
    .description('write the whole log as lines of JSON, to be verified elsewhere; needs no master key')
    .action(
      run(async (session, file: string) => {
        const lines = exportAuditUnchecked(await session.keyStore());
        let entries = -1; // the first line is the header
        async function* text() {
          for await (const line of lines) {
            entries++;
            yield `${line}\n`;
          }
        }
        await pipeline(Readable.from(text()), createWriteStream(file, { flags: 'wx', mode: 0o640 })).catch((error) => {
          if (codeOf(error) !== 'EEXIST') throw error;
          throw new CliError('file_unwritable', `${file} exists. Name a file that does not.`);
        });
        session.output.result({ file, entries }, () => `${entries} entries are in ${file}.`);
      }),
    );
}

interface VerifyOptions {
  checkpoint?: string[];
  publicKey?: string[];
  log?: string;
  chainOnly?: boolean;
}

function addVerify(audit: Command, run: Run): void {
  audit
    .command('verify')
    .option('--checkpoint <file...>', 'checkpoints that were kept elsewhere')
    .option('--public-key <file...>', 'public keys (PEM) of those who may sign checkpoints')
    .option('--log <file>', 'an exported log instead of the database')
    .option('--chain-only', "needs no master key: leaves out the key rows and the log's authenticated end")
    .description('walk the hash chain; exit 1 and name the first broken, missing, cut-off or reordered entry, if any')
    .action(
      run(async (session, { checkpoint = [], publicKey = [], log, chainOnly }: VerifyOptions) => {
        if (checkpoint.length > 0 && publicKey.length === 0) {
          throw new CliError(
            'option_malformed',
            'With --checkpoint give --public-key: a signature is checked against it.',
          );
        }
        const checkpoints = (await Promise.all(checkpoint.map(readText))).flatMap(parseCheckpoints);
        const verifySignature = createEd25519Verifier(...(await Promise.all(publicKey.map(readText))));
        const options = { checkpoints, verifySignature };
        const lines = log ? linesOf(log) : chainOnly && exportAuditUnchecked(await session.keyStore());
        const verdict = lines
          ? await verifyAuditExport(lines, options)
          : await (await session.keys()).verifyAudit(options);
        session.output.result(verdict, () => (verdict.ok ? wholeness(verdict) : ''));
        if (!verdict.ok)
          throw new CliError('check_failed', `The audit log is broken: ${verdict.fault?.message ?? 'unknown fault'}`);
      }),
    );
}

function wholeness({ entries, anchored, unanchored }: AuditVerdict): string {
  const whole = `The chain of ${entries} entries is whole.`;
  if (entries === 0) return 'The log is empty. No checkpoint vouches for that.';
  if (unanchored === 0) return `${whole} A checkpoint vouches for all of them.`;
  if (anchored === 0) return `${whole} No checkpoint vouches for it: all ${unanchored} entries are unanchored.`;
  return `${whole} A checkpoint vouches for entries 1 to ${anchored}; the ${unanchored} after them are unanchored.`;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new CliError('file_unreadable', `${file} cannot be read (${codeOf(error)}).`);
  }
}

async function readSigningKey({ env }: Session, where: string): Promise<string> {
  if (!where.startsWith('env:')) return readText(where);
  const text = env[where.slice(4)];
  if (text) return text;
  throw new CliError('file_unreadable', `The variable ${where.slice(4)} is empty.`);
}
