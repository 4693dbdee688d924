// What a destruction leaves behind: where copies of the wrapped key may live on. The key itself is never among them, but
// with the master key a wrapped copy can still be opened.
import { parseDetails } from './audit-chain.ts';
import { describeKey, type KeyRow } from './key-row.ts';
import type { DestroyReport, WrappedCopy } from './manager.ts';
import type { Operations } from './operations.ts';

const dayMs = 86_400_000;

export async function reportDestruction(ops: Operations, row: KeyRow): Promise<DestroyReport> {
  const at = row.destroyAt!;
  const waiting = row.destroyApprovedBy === '' ? 'awaiting_approval' : 'pending';
  const { backupRetentionDays } = ops;
  const backupCopiesUntil = backupRetentionDays === undefined ? undefined : new Date(at + backupRetentionDays * dayMs);
  const cachesUntil = new Date(ops.session.clock.now() + ops.maxStalenessMs);
  return {
    state: row.status === 'destroyed' ? 'destroyed' : waiting,
    at: new Date(at),
    copies: await copiesOf(ops, row, { backupCopiesUntil, cachesUntil }),
    backupCopiesUntil,
    cachesUntil,
    key: describeKey(row),
  };
}

type Dates = Pick<DestroyReport, 'backupCopiesUntil' | 'cachesUntil'>;

async function copiesOf(ops: Operations, row: KeyRow, dates: Dates): Promise<WrappedCopy[]> {
  const copies: WrappedCopy[] = [
    {
      place: 'caches',
      until: dates.cachesUntil,
      note: 'Processes that cannot reach the key store may use the unwrapped key until then; others 5 seconds.',
    },
    {
      place: 'database',
      until: undefined,
      note: 'Former row versions, write-ahead or binary logs and replicas hold the wrapped key until they are purged.',
    },
    {
      place: 'backups',
      until: dates.backupCopiesUntil,
      note: 'Backups of the key store hold the wrapped key. After a restore, destroy the version again.',
    },
  ];
  for (const entry of await exportsOf(ops, row)) {
    const when = new Date(entry.occurredAt).toISOString();
    copies.push({ place: 'exports', until: undefined, note: `${entry.actor} exported the wrapped key at ${when}.` });
  }
  if (row.source === 'imported') {
    const [entry] = await ops.session.store.readAudit({ keyId: row.keyId, operations: ['import'], limit: 1 });
    const from = entry ? String(parseDetails(entry.details).storeId ?? 'unknown') : 'unknown';
    copies.push({ place: 'origin', until: undefined, note: `The key store ${from}, from which it was imported.` });
  }
  return copies;
}

async function exportsOf(ops: Operations, { keyId, version }: KeyRow) {
  const entries = await ops.session.store.readAudit({ keyId, operations: ['export'], limit: 1000 });
  return entries.filter((entry) => entry.version === version && entry.result === 'ok');
}
