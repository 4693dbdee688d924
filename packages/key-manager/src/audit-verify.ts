// Walks the audit chain from its first entry, then holds it against the store's state, checkpoints and key rows.
import { assertVerifier, holdAgainstCheckpoints } from './audit-checkpoint.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { AuditFault, AuditVerdict, Fault, VerifyAuditOptions } from './audit-verdict.ts';
import { createWalk, type Walk } from './audit-walk.ts';
import { KeyManagerError, type KeyManagerErrorCode } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import { nameOf } from './key-status.ts';
import type { KeyStore, StoreState } from './key-store.ts';
import { refusalOf } from './refused-key.ts';
import type { StoreSession } from './store-session.ts';

const pageSize = 10_000;

/** Never throws because of what it finds; an unreachable store is `store_unavailable`. */
export async function verifyAudit(session: StoreSession, options: VerifyAuditOptions = {}): Promise<AuditVerdict> {
  const { walk, verdict } = await verifyChain(session, options);
  if (!verdict.ok || options.rows === false) return verdict;
  const fault = await faultOfRows(session, walk);
  return { ...verdict, ok: fault === undefined, fault };
}

/** Without the key rows, and what the chain tells of them. */
export async function verifyChain(
  session: StoreSession,
  options: VerifyAuditOptions = {},
): Promise<{ walk: Walk; verdict: AuditVerdict }> {
  const walk = createWalk(options.checkpoints);
  assertVerifier(options);
  const state = await walkAll(session, walk);
  const found = walk.fault ?? faultOfState(state, walk);
  const verdict = await holdAgainstCheckpoints({ walk, fault: found, storeId: state?.storeId }, options);
  return { walk, verdict };
}

/** Walks to the end that the state, read after the last entry, names: both are written in one transaction. */
async function walkAll(session: StoreSession, walk: Walk): Promise<StoreState | undefined> {
  await session.open();
  for (;;) {
    for await (const page of pagesAfter(session.store, walk.seq)) {
      for (const entry of page) if (!walk.step(entry, page)) return session.store.readState();
    }
    const state = await readState(session, walk);
    if (!state || walk.fault || state.auditSeq <= walk.seq) return state;
    const more = await session.store.readAudit({ afterSeq: walk.seq, limit: 1 });
    if (more.length === 0) return state;
  }
}

async function readState(session: StoreSession, walk: Walk): Promise<StoreState | undefined> {
  try {
    return await session.readState();
  } catch (error) {
    if (!(error instanceof KeyManagerError) || error.code !== 'store_forged') throw error;
    walk.fault = { kind: 'state_forged', seq: undefined, message: error.message };
    return session.store.readState();
  }
}

/** The next page is fetched while the one before is checked. */
async function* pagesAfter(store: KeyStore, afterSeq: number): AsyncGenerator<AuditEntry[]> {
  let coming = store.readAudit({ afterSeq, limit: pageSize });
  for (;;) {
    const page = await coming;
    if (page.length === 0) return;
    coming = store.readAudit({ afterSeq: page.at(-1)!.seq, limit: pageSize });
    coming.catch(() => {}); // seen when it is awaited, unless the walk ended before
    yield page;
  }
}

function faultOfState(state: StoreState | undefined, walk: Walk): Fault | undefined {
  const auditSeq = state?.auditSeq ?? 0;
  if (auditSeq > walk.seq) {
    const message = `The log ends after entry ${walk.seq}, but ${auditSeq} entries were written.`;
    return { kind: 'entries_cut_off', seq: walk.seq + 1, message };
  }
  if (auditSeq < walk.seq) {
    const message = `Entries after ${auditSeq} were added by something else than a key manager.`;
    return { kind: 'entries_added', seq: auditSeq + 1, message };
  }
  if (state && state.auditHash !== walk.hash) {
    const message = `The chain was rewritten: its end, entry ${walk.seq}, is not the one that was written.`;
    return { kind: 'entry_changed', seq: walk.seq, message };
  }
  return undefined;
}

async function faultOfRows(session: StoreSession, walk: Walk): Promise<Fault | undefined> {
  let after: { keyId: string; version: number } | undefined;
  for (;;) {
    const rows = await session.store.list({ limit: pageSize, ...(after ? { after } : {}) });
    for (const row of rows) {
      const fault = faultOfRow(session, row, walk);
      if (fault) return fault;
      walk.revisions.delete(`${row.version}\0${row.keyId}`);
    }
    const last = rows.at(-1);
    if (!last) break;
    after = { keyId: last.keyId, version: last.version };
  }
  const [lost] = walk.revisions.keys();
  if (lost === undefined) return undefined;
  const [version, keyId] = lost.split('\0') as [string, string];
  const message = `The row of version ${version} of key "${keyId}" is missing.`;
  return { kind: 'row_missing', seq: undefined, keyId, version: Number(version), message };
}

function faultOfRow(session: StoreSession, row: KeyRow, { revisions, transitions }: Walk): Fault | undefined {
  const { keyId, version } = row;
  const name = `${version}\0${keyId}`;
  const fault = (kind: AuditFault, message: string): Fault => ({ kind, seq: undefined, keyId, version, message });
  const refused = refusalOf(session, row);
  if (refused) return fault(faultKinds[refused.code] ?? 'row_forged', refused.message);
  // A row that is newer than the chain was written while the chain was read.
  if (row.revision < (revisions.get(name) ?? 0)) {
    return fault('row_differs', `${nameOf(row)} is older than its last audit entry: a former row was put back.`);
  }
  if ((row.transition?.revision ?? 0) < (transitions.get(name) ?? 0)) {
    return fault(
      'transition_missing',
      `${nameOf(row)} lacks its last row in hammerwork_key_transitions: the owner of the tables deleted it, or one table ` +
        'was restored and not the others. Restore it.',
    );
  }
  return undefined;
}

const faultKinds: Partial<Record<KeyManagerErrorCode, AuditFault>> = {
  key_row_replayed: 'row_differs',
  key_transition_forged: 'transition_forged',
};
