// `hammerwork doctor`: is everything that a worker needs here, right and reachable? Says what to mend.
import { createCrypto, isCodedError } from '@hammerwork/crypto-core';
import { connectionSecurity, databaseFamily } from '@hammerwork/database';
import { migrationStatus } from '@hammerwork/migrations';
import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import { table } from '../output.ts';
import type { Run } from '../program.ts';
import { runtimeProblem } from '../runtime.ts';
import { clockAheadMs, heldLocks, isReadOnly, oldTransaction } from '../server-state.ts';
import type { Session } from '../session.ts';
import { describeOverdue, overdueMs, stoppedJobs } from '../stuck-jobs.ts';

interface Check {
  check: string;
  state: 'ok' | 'warning' | 'failed';
  finding: string;
}

const mostSkewSeconds = 5;
const oldMinutes = 5;
/** A table that is locked must not make this command wait with those that it is asked about. */
const silenceMs = 15_000;

const readOnly =
  'answers, but takes no change: it is a standby, or set to read-only. Name the primary in the URL, or end that setting';

const examine: Record<string, (session: Session) => Promise<Omit<Check, 'check'>>> = {
  runtime: async () => {
    const problem = runtimeProblem(process.versions.node);
    if (problem) return { state: 'failed', finding: problem };
    const { engine } = createCrypto();
    return { state: 'ok', finding: `Node ${process.versions.node}, cipher engine ${engine}` };
  },
  database: async (session) => {
    const db = await session.database();
    if (await isReadOnly(db, session.url ?? '')) return { state: 'failed', finding: readOnly };
    const { local, cipher } = await connectionSecurity(db, session.url ?? '');
    if (cipher) return { state: 'ok', finding: `answers, over TLS (${cipher})` };
    if (local) return { state: 'ok', finding: 'answers, on this machine' };
    return {
      state: 'warning',
      finding:
        'answers, but without TLS and not on this machine: who is on the way reads clear fields and changes what passes. ' +
        'Put sslmode=verify-full (postgresql://) or ssl-mode=verify_identity (mysql://) into the URL',
    };
  },
  migrations: async (session) => {
    const missing = (await migrationStatus(await session.database())).filter(({ appliedAt }) => appliedAt === null);
    if (missing.length === 0) return { state: 'ok', finding: 'up to date' };
    return { state: 'failed', finding: `${missing.length} missing: run \`hammerwork migrate\`` };
  },
  'key service': async (session) => {
    const { ok, detail } = await (await session.kms()).health();
    return { state: ok ? 'ok' : 'failed', finding: detail };
  },
  'master key': async (session) => {
    await requireTables(session);
    await (await session.keys()).open();
    return { state: 'ok', finding: 'opens the key store' };
  },
  'data keys': async (session) => {
    await requireTables(session);
    const stats = await (await session.keys()).getStats();
    if (stats.expiredKeys + stats.dueKeys > 0)
      return {
        state: 'warning',
        finding: `${stats.dueKeys} due, ${stats.expiredKeys} expired: run \`hammerwork keys rotate\``,
      };
    if (stats.unrecordedKeys > 0)
      return {
        state: 'warning',
        finding:
          `${stats.unrecordedKeys} versions ended before this program kept record of it, so that a former row of theirs would ` +
          'be taken: run `hammerwork keys reconcile` as key administrator',
      };
    if (stats.totalKeys === 0)
      return { state: 'warning', finding: 'there is no key: run `hammerwork keys generate default`' };
    return { state: 'ok', finding: `${stats.totalKeys} keys, ${stats.totalVersions} versions` };
  },
  clock: async (session) => {
    const aheadMs = await clockAheadMs(await session.database(), session.url ?? '');
    const seconds = Math.round(Math.abs(aheadMs) / 1000);
    if (seconds < mostSkewSeconds) return { state: 'ok', finding: "agrees with the database's" };
    const way = aheadMs > 0 ? 'ahead of' : 'behind';
    const finding = `${seconds} s ${way} the database's: what this machine enqueues with \`runAt\` starts at the wrong time, and keys rotate and expire so. Set the clock`;
    return { state: 'warning', finding };
  },
  locks: async (session) => {
    if (databaseFamily(session.url ?? '') !== 'postgres')
      return { state: 'ok', finding: 'not looked at on this database' };
    const db = await session.database();
    const found = [...(await heldLocks(db)), ...(await oldTransaction(db, oldMinutes))];
    if (found.length === 0) return { state: 'ok', finding: 'none in the way' };
    return { state: 'warning', finding: found.join('; ') };
  },
  jobs: async (session) => {
    if (databaseFamily(session.url ?? '') === 'mysql') return { state: 'ok', finding: 'none on this database' };
    await requireTables(session);
    const store = await session.jobs();
    const stopped = stoppedJobs(await store.countByCode());
    const waiting = (await store.countOverdue(overdueMs)).map(describeOverdue);
    if (stopped.length + waiting.length === 0)
      return { state: 'ok', finding: 'none stopped, held up or without a worker' };
    const told = stopped.length > 0 ? [`${stopped.join(', ')}: see \`hammerwork jobs codes\``] : [];
    return { state: 'warning', finding: [...told, ...waiting].join('; ') };
  },
};

/** What a driver says may repeat rows or the URL: only its code is told. */
export function told(error: unknown): string {
  if (isCodedError(error)) return `${error.message} (${error.code})`;
  if (!(error instanceof Error)) throw error;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' && error.constructor !== Error) throw error; // a mistake of ours
  const shown = /^[A-Z0-9_]{2,40}$/.test(code ?? '') ? ` (${code})` : '';
  return `The database did not answer${shown}. Check that it runs, and whether this user may ask`;
}

async function requireTables(session: Session): Promise<void> {
  const status = await migrationStatus(await session.database());
  if (status.every(({ appliedAt }) => appliedAt === null))
    throw new CliError('schema_missing', 'The database has none of the tables. Run `hammerwork migrate`.');
}

export function addDoctor(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('check runtime, database, migrations and keys; exit 1 when something fails')
    .action(
      run(async (session) => {
        await session.database({ silenceMs }).catch(() => {}); // each check says so
        const checks: Check[] = [];
        for (const [check, look] of Object.entries(examine)) {
          const found = await look(session).catch((error) => ({ state: 'failed' as const, finding: told(error) }));
          checks.push({ check, ...found });
        }
        session.output.result(checks, () =>
          table(
            checks.map((check) => ({ ...check })),
            '',
          ),
        );
        const failed = checks.filter(({ state }) => state === 'failed');
        if (failed.length > 0)
          throw new CliError(
            'check_failed',
            `Not healthy: ${failed.map(({ check }) => check).join(', ')}. See above for what to do.`,
          );
      }),
    );
}
