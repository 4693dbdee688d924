// A key store in memory, for tests and for programs that keep no keys. It behaves as the databases do: changes are
// transactions, one at a time; what is read is a copy.
import type { AuditEntry } from './audit-entry.ts';
import type { KeyRow } from './key-row.ts';
import type {
  AuditQuery,
  KeyCounts,
  KeyFilter,
  KeyStore,
  KeyStoreReader,
  KeyStoreTransaction,
  KeyUsage,
  StoreState,
} from './key-store.ts';
import { isEnded, type KeyTransition, stateOf } from './key-transition.ts';

interface Tables {
  state: StoreState | undefined;
  keys: Map<string, KeyRow>;
  /** The last one of each version. */
  transitions: Map<string, KeyTransition>;
  audit: AuditEntry[];
}

export function createMemoryKeyStore(): KeyStore {
  let tables: Tables = { state: undefined, keys: new Map(), transitions: new Map(), audit: [] };
  let lastChange: Promise<unknown> = Promise.resolve();
  const watchers = new Set<() => void>();

  async function commit<T>(work: (draft: Tables) => Promise<T>): Promise<T> {
    const turn = lastChange.then(async () => {
      const { state, keys, transitions, audit } = tables;
      const draft = { state, keys: new Map(keys), transitions: new Map(transitions), audit: [...audit] };
      const result = await work(draft);
      tables = draft;
      return result;
    });
    lastChange = turn.catch(() => {});
    return turn;
  }

  return {
    ...readerOf(() => tables),
    readState: async () => tables.state,
    async initialise(state, entries) {
      return commit(async (draft) => {
        if (!draft.state) {
          draft.state = state;
          draft.audit.push(...entries);
        }
        return draft.state;
      });
    },
    async change(work) {
      const before = tables.state?.revision;
      const result = await commit(async (draft) => work(transactionOn(draft)));
      if (tables.state?.revision !== before) for (const watcher of watchers) watcher();
      return result;
    },
    readAudit: async (query = {}) => selectAudit(tables.audit, query),
    async addUsage(usage) {
      await commit(async (draft) => addUsage(draft, usage));
    },
    count: async (nowMs) => countRows(await readerOf(() => tables).list({ limit: Number.POSITIVE_INFINITY }), nowMs),
    async watch(onChange) {
      watchers.add(onChange);
      return async () => void watchers.delete(onChange);
    },
  };
}

function readerOf(current: () => Tables): KeyStoreReader {
  const rows = () => [...current().keys.values()];
  const copied = (row: KeyRow): KeyRow => {
    const transition = current().transitions.get(rowKey(row.keyId, row.version));
    return { ...row, ...(transition && { transition }) };
  };
  const copy = (row: KeyRow | undefined) => row && copied(row);
  return {
    async findByHandles(handles) {
      const wanted = new Set(handles.map(hex));
      return rows()
        .filter((row) => wanted.has(hex(row.handle)))
        .map(copied);
    },
    findActive: async (keyId) => copy(rows().find((row) => row.keyId === keyId && row.status === 'active')),
    findVersion: async (keyId, version) => copy(current().keys.get(rowKey(keyId, version))),
    async findLatest(keyId) {
      const versions = rows().filter((row) => row.keyId === keyId);
      return copy(versions.sort((a, b) => b.version - a.version)[0]);
    },
    async list(filter = {}) {
      return rows()
        .filter((row) => matches(row, filter))
        .sort(byKeyAndVersion)
        .slice(0, filter.limit ?? 1000)
        .map(copied);
    },
  };
}

function transactionOn(draft: Tables): KeyStoreTransaction {
  if (!draft.state) throw new Error('The key store was not initialised');
  return {
    ...readerOf(() => draft),
    state: draft.state,
    async insertKey(row) {
      for (const other of draft.keys.values()) {
        if (other.keyId === row.keyId && other.version === row.version) return false;
        if (hex(other.handle) === hex(row.handle)) return false;
        if (other.keyId === row.keyId && other.status === 'active' && row.status === 'active') return false;
      }
      draft.keys.set(rowKey(row.keyId, row.version), { ...row, transition: undefined });
      return true;
    },
    async updateKey(row, expectedRevision) {
      const stored = draft.keys.get(rowKey(row.keyId, row.version));
      if (stored?.revision !== expectedRevision) return false;
      const { lastUsedAt, usageCount } = stored;
      draft.keys.set(rowKey(row.keyId, row.version), { ...row, lastUsedAt, usageCount, transition: undefined });
      return true;
    },
    async addTransitions(transitions) {
      for (const one of transitions) {
        const name = rowKey(one.keyId, one.version);
        if (one.revision > (draft.transitions.get(name)?.revision ?? 0)) draft.transitions.set(name, one);
      }
    },
    findTransition: async (keyId, version) => draft.transitions.get(rowKey(keyId, version)),
    appendAudit: async (entries) => void draft.audit.push(...entries),
    saveState: async (state) => {
      draft.state = state;
    },
  };
}

function matches(row: KeyRow, filter: KeyFilter): boolean {
  const { keyId, scope, status, dueAt, destroyAt, notMasterKeyId, changedAfter, after } = filter;
  if (keyId !== undefined && row.keyId !== keyId) return false;
  if (scope !== undefined && row.scope !== scope) return false;
  if (status && !status.includes(row.status)) return false;
  if (dueAt !== undefined && !isDue(row, dueAt)) return false;
  if (destroyAt !== undefined && (row.status === 'destroyed' || !(row.destroyAt! <= destroyAt))) return false;
  if (notMasterKeyId !== undefined && row.masterKeyId === notMasterKeyId) return false;
  if (changedAfter !== undefined && row.revision <= changedAfter) return false;
  return after === undefined || byKeyAndVersion(after, row) < 0;
}

function isDue(row: KeyRow, at: number): boolean {
  if (row.status !== 'active') return false;
  return row.nextRotationAt! <= at || row.expiresAt! <= at;
}

function byKeyAndVersion(a: { keyId: string; version: number }, b: { keyId: string; version: number }): number {
  return Buffer.compare(Buffer.from(a.keyId), Buffer.from(b.keyId)) || a.version - b.version;
}

function selectAudit(audit: readonly AuditEntry[], query: AuditQuery): AuditEntry[] {
  return audit
    .filter((entry) => entry.seq > (query.afterSeq ?? 0))
    .filter((entry) => query.keyId === undefined || entry.keyId === query.keyId)
    .filter((entry) => !query.operations || query.operations.includes(entry.operation))
    .filter((entry) => query.from === undefined || entry.occurredAt >= query.from)
    .filter((entry) => query.to === undefined || entry.occurredAt < query.to)
    .slice(0, query.limit ?? 1000);
}

function addUsage(draft: Tables, usage: readonly KeyUsage[]): void {
  for (const { handle, count, lastUsedAt } of usage) {
    for (const [key, row] of draft.keys) {
      if (hex(row.handle) !== hex(handle)) continue;
      const latest = Math.max(row.lastUsedAt ?? 0, lastUsedAt);
      draft.keys.set(key, { ...row, usageCount: row.usageCount + count, lastUsedAt: latest });
    }
  }
}

function countRows(rows: readonly KeyRow[], nowMs: number): KeyCounts {
  const living = rows.filter((row) => row.status !== 'destroyed');
  const having = (test: (row: KeyRow) => boolean) => rows.filter(test).length;
  const rotations = rows.flatMap((row) => (row.rotatedAt === undefined ? [] : [row.rotatedAt]));
  return {
    versions: rows.length,
    keys: new Set(rows.map((row) => row.keyId)).size,
    active: having((row) => row.status === 'active'),
    deactivated: having((row) => row.status === 'deactivated' && row.retiredAt === undefined),
    retired: having((row) => row.status === 'deactivated' && row.retiredAt !== undefined),
    compromised: having((row) => row.status === 'compromised'),
    destroyed: having((row) => row.status === 'destroyed'),
    expired: having((row) => row.status === 'active' && row.expiresAt! <= nowMs),
    due: having((row) => isDue(row, nowMs)),
    uses: rows.reduce((sum, row) => sum + row.usageCount, 0),
    rotations: rotations.length,
    unrecorded: having((row) => isEnded(stateOf(row)) && !row.transition),
    lastRotationAt: rotations.length > 0 ? Math.max(...rotations) : undefined,
    averageAgeMs: living.reduce((sum, row) => sum + (nowMs - row.createdAt), 0) / (living.length || 1),
  };
}

function rowKey(keyId: string, version: number): string {
  return `${version}\0${keyId}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
