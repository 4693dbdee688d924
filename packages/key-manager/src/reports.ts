// Key versions, statistics and the audit trail, as people ask for them.
import { parseDetails } from './audit-chain.ts';
import type { AuditRecord } from './audit-entry.ts';
import type { CachedKeyRing } from './cached-key-ring.ts';
import { describeKey } from './key-row.ts';
import type { KeyFilter } from './key-store.ts';
import type { KeyVersion } from './key-version.ts';
import type { AuditTrailQuery, KeyManagerStats, ListKeysOptions } from './manager.ts';
import { refusalOf } from './refused-key.ts';
import type { StoreSession } from './store-session.ts';

const dayMs = 86_400_000;

export async function listKeys(
  session: StoreSession,
  filter?: KeyFilter,
  { onRefused }: ListKeysOptions = {},
): Promise<KeyVersion[]> {
  await session.open();
  const rows = await session.store.list(filter);
  if (!onRefused) return rows.map(session.trusted).map(describeKey);
  return rows.flatMap((row) => {
    const refused = refusalOf(session, row);
    if (!refused) return describeKey(row);
    onRefused(refused);
    return [];
  });
}

/** Counts come from the store, cache and KMS figures from this process. */
export async function gatherStats(session: StoreSession, ring: CachedKeyRing): Promise<KeyManagerStats> {
  await session.open();
  const counts = await session.store.count(Math.floor(session.clock.now()));
  const { entries, hits, misses } = ring.counters;
  const { wraps, unwraps, rewraps, failures, unwrapped, unwrapMs } = session.wrapper.counters;
  return {
    totalKeys: counts.keys,
    totalVersions: counts.versions,
    activeKeys: counts.active,
    deactivatedKeys: counts.deactivated,
    retiredKeys: counts.retired,
    compromisedKeys: counts.compromised,
    destroyedKeys: counts.destroyed,
    expiredKeys: counts.expired,
    dueKeys: counts.due,
    unrecordedKeys: counts.unrecorded,
    averageKeyAgeDays: counts.averageAgeMs / dayMs,
    totalAccessOperations: counts.uses,
    rotationsPerformed: counts.rotations,
    lastRotationAt: counts.lastRotationAt === undefined ? undefined : new Date(counts.lastRotationAt),
    cache: { entries, hits, misses, hitRate: hits / (hits + misses || 1) },
    kms: { wraps, unwraps, rewraps, failures, averageUnwrapMs: unwrapMs / (unwrapped || 1) },
  };
}

export async function auditTrail(session: StoreSession, query: AuditTrailQuery = {}): Promise<AuditRecord[]> {
  await session.open();
  const { keyId, operations, from, to, afterSeq, limit } = query;
  const entries = await session.store.readAudit({
    ...(keyId === undefined ? {} : { keyId }),
    ...(operations === undefined ? {} : { operations }),
    ...(from === undefined ? {} : { from: from.getTime() }),
    ...(to === undefined ? {} : { to: to.getTime() }),
    ...(afterSeq === undefined ? {} : { afterSeq }),
    ...(limit === undefined ? {} : { limit }),
  });
  return entries.map(({ occurredAt, hash: _, details, ...entry }) => ({
    ...entry,
    details: parseDetails(details),
    timestamp: new Date(occurredAt),
  }));
}
