// Walks the audit chain from its first entry, then holds it against the store's state, checkpoints and key rows.
import { Buffer } from 'node:buffer';
import { chainStart, hashEntry, parseDetails } from './audit-chain.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { AuditCheckpoint, AuditFault, AuditSigner, AuditVerdict, VerifyAuditOptions } from './audit-verdict.ts';
import { KeyManagerError } from './errors.ts';
import { nameOf } from './key-status.ts';
import type { KeyStore, StoreState } from './key-store.ts';
import type { StoreSession } from './store-session.ts';

const pageSize = 10_000;

type Fault = NonNullable<AuditVerdict['fault']>;

/** Never throws because of what it finds; an unreachable store is `store_unavailable`. */
export async function verifyAudit(session: StoreSession, options: VerifyAuditOptions = {}): Promise<AuditVerdict> {
  const { checkpoints = [], verifySignature, rows = true } = options;
  if (checkpoints.length > 0 && !verifySignature) {
    throw new TypeError('verifyAudit needs verifySignature to hold the chain against checkpoints');
  }
  const walk = createWalk(new Set(checkpoints.map((checkpoint) => checkpoint.seq)));
  const state = await walkAll(session, walk);
  let fault = walk.fault ?? faultOfState(state, walk);
  let anchored = 0;
  for (const checkpoint of checkpoints) {
    const found = await faultOfCheckpoint(checkpoint, {
      storeId: state?.storeId,
      walk,
      verifySignature: verifySignature!,
    });
    fault ??= found;
    if (!found) anchored = Math.max(anchored, checkpoint.seq);
  }
  if (rows && !fault) fault = await faultOfRows(session, walk);
  return { ok: fault === undefined, entries: walk.seq, fault, unanchored: walk.seq - anchored };
}

/** The chain's end, signed. The chain is not verified by it. */
export async function createCheckpoint(session: StoreSession, signer: AuditSigner): Promise<AuditCheckpoint> {
  const { storeId, auditSeq, auditHash } = await session.readState();
  const unsigned: Omit<AuditCheckpoint, 'signature'> = {
    format: 'hammerwork/1 audit checkpoint',
    storeId,
    seq: auditSeq,
    hash: auditHash,
    at: new Date(session.clock.now()).toISOString(),
    signerId: signer.id,
  };
  const signature = await signer.sign(messageOf(unsigned));
  return { ...unsigned, signature: Buffer.from(signature).toString('base64url') };
}

interface Walk {
  /** Number of the last entry walked. */
  seq: number;
  hash: string;
  fault: Fault | undefined;
  /** Hashes at the numbers that checkpoints ask for. */
  readonly marks: Map<number, string>;
  /** Revision of the last change of each version, as the chain tells. */
  readonly revisions: Map<string, number>;
  step(entry: AuditEntry, page: readonly AuditEntry[]): boolean;
}

function createWalk(marked: ReadonlySet<number>): Walk {
  const walk: Walk = {
    seq: 0,
    hash: chainStart,
    fault: undefined,
    marks: new Map(),
    revisions: new Map(),
    step(entry, page) {
      walk.fault = faultOfEntry(walk, entry, page);
      if (walk.fault) return false;
      walk.seq = entry.seq;
      walk.hash = entry.hash;
      if (marked.has(entry.seq)) walk.marks.set(entry.seq, entry.hash);
      if (entry.result === 'ok' && entry.details.includes('"revision":')) {
        const { revision } = parseDetails(entry.details);
        if (typeof revision === 'number') walk.revisions.set(`${entry.version}\0${entry.keyId}`, revision);
      }
      return true;
    },
  };
  return walk;
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

function faultOfEntry(walk: Walk, entry: AuditEntry, page: readonly AuditEntry[]): Fault | undefined {
  const expected = walk.seq + 1;
  const at = (kind: AuditFault, seq: number, message: string): Fault => ({
    kind,
    seq,
    keyId: entry.keyId,
    ...(entry.version === undefined ? {} : { version: entry.version }),
    message,
  });
  if (entry.seq !== expected) return at('entry_missing', expected, `Entry ${expected} is missing.`);
  if (hashEntry(entry, walk.hash) === entry.hash) return undefined;
  const elsewhere = page.find((other) => hashEntry({ ...other, seq: expected }, walk.hash) === other.hash);
  if (elsewhere) {
    return at('entry_reordered', expected, `What stands as entry ${elsewhere.seq} belongs in place ${expected}.`);
  }
  return at('entry_changed', expected, `Entry ${expected} is not as it was written.`);
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

interface CheckpointQuestion {
  storeId: string | undefined;
  walk: Walk;
  verifySignature: NonNullable<VerifyAuditOptions['verifySignature']>;
}

async function faultOfCheckpoint(
  checkpoint: AuditCheckpoint,
  { storeId, walk, verifySignature }: CheckpointQuestion,
): Promise<Fault | undefined> {
  const { seq, signerId } = checkpoint;
  const signature = new Uint8Array(Buffer.from(checkpoint.signature, 'base64url'));
  if (!(await verifySignature(signerId, messageOf(checkpoint), signature))) {
    return {
      kind: 'checkpoint_unsigned',
      seq,
      message: `The checkpoint at entry ${seq} is not signed by "${signerId}".`,
    };
  }
  const hash = walk.marks.get(seq);
  const agrees = hash !== undefined && storeId === checkpoint.storeId && hash === checkpoint.hash;
  if (agrees) return undefined;
  if (seq > walk.seq) {
    const message = `The checkpoint was made at entry ${seq}, but the log ends after ${walk.seq}.`;
    return { kind: 'entries_cut_off', seq: walk.seq + 1, message };
  }
  const message = `The log up to entry ${seq} is not the one the checkpoint was made of.`;
  return { kind: 'checkpoint_mismatch', seq, message };
}

async function faultOfRows(session: StoreSession, walk: Walk): Promise<Fault | undefined> {
  let after: { keyId: string; version: number } | undefined;
  for (;;) {
    const rows = await session.store.list({ limit: pageSize, ...(after ? { after } : {}) });
    for (const row of rows) {
      const { keyId, version } = row;
      const told = walk.revisions.get(`${version}\0${keyId}`);
      walk.revisions.delete(`${version}\0${keyId}`);
      try {
        session.trusted(row);
      } catch (error) {
        if (!(error instanceof KeyManagerError)) throw error;
        return { kind: 'row_forged', seq: undefined, keyId, version, message: error.message };
      }
      // A row that is newer than the chain was written while the chain was read.
      if (told !== undefined && row.revision < told) {
        const message = `${nameOf(row)} is older than its last audit entry: a former row was put back.`;
        return { kind: 'row_differs', seq: undefined, keyId, version, message };
      }
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

function messageOf(checkpoint: Omit<AuditCheckpoint, 'signature'>): Uint8Array {
  const { format, storeId, seq, hash, at, signerId } = checkpoint;
  return new TextEncoder().encode(JSON.stringify([format, storeId, seq, hash, at, signerId]));
}
