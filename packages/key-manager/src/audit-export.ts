// The audit log as a file: lines of JSON, first what it is of and where it ends, then every entry. Whoever has the file,
// a checkpoint and the signer's public key can verify it, without the database and without the master key.
import { assertVerifier, holdAgainstCheckpoints } from './audit-checkpoint.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { AuditVerdict, Fault, VerifyAuditOptions } from './audit-verdict.ts';
import { createWalk, type Walk } from './audit-walk.ts';
import { guardedStore } from './guarded-store.ts';
import type { KeyStore, StoreState } from './key-store.ts';
import type { StoreSession } from './store-session.ts';

const format = 'hammerwork/1 audit log';
const pageSize = 10_000;
/** How far apart entries may have been swapped to be told from changed ones. */
const windowSize = 1000;

interface Header {
  format: typeof format;
  storeId: string;
  /** Number of entries. */
  entries: number;
  /** Hash of the last one. */
  hash: string;
}

/** Lines without their line ends. Stops where the log ended when it began. Errors: `store_forged`, `store_unavailable`. */
export async function* exportAudit(session: StoreSession): AsyncGenerator<string> {
  yield* linesOf(session.store, await session.readState());
}

/**
 * The same without a master key, for an auditor who has none: nothing vouches for the log's end but checkpoints.
 * Errors: `store_unavailable`.
 */
export async function* exportAuditUnchecked(store: KeyStore): AsyncGenerator<string> {
  const guarded = guardedStore(store);
  const state = await guarded.readState();
  if (state) yield* linesOf(guarded, state);
}

async function* linesOf(store: KeyStore, { storeId, auditSeq, auditHash }: StoreState): AsyncGenerator<string> {
  const header: Header = { format, storeId, entries: auditSeq, hash: auditHash };
  yield JSON.stringify(header);
  let at = 0;
  while (at < auditSeq) {
    const page = await store.readAudit({ afterSeq: at, limit: Math.min(pageSize, auditSeq - at) });
    for (const entry of page) if (entry.seq <= auditSeq) yield JSON.stringify(entry);
    const last = page.at(-1);
    if (!last) return; // the verdict on the file says what is missing
    at = last.seq;
  }
}

/** As `verifyAudit`, over an exported file: chain, header and checkpoints. `rows` has no meaning here. */
export async function verifyAuditExport(
  lines: AsyncIterable<string> | Iterable<string>,
  options: Omit<VerifyAuditOptions, 'rows'> = {},
): Promise<AuditVerdict> {
  assertVerifier(options);
  const walk = createWalk(options.checkpoints);
  const coming: AuditEntry[] = [];
  let header: Header | undefined;
  let fault: Fault | undefined;
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    const value = parsed(text);
    if (line === 1) {
      header = headerOf(value);
      if (!header) return unreadable('entry_missing', 'The first line is not that of an exported audit log.');
      continue;
    }
    const entry = entryOf(value);
    if (!entry) {
      fault = { kind: 'entry_changed', seq: walk.seq + coming.length + 1, message: `Line ${line} is not an entry.` };
      break;
    }
    coming.push(entry);
    if (coming.length > windowSize && !stepOne(walk, coming)) break;
  }
  while (!walk.fault && coming.length > 0) if (!stepOne(walk, coming)) break;
  fault = walk.fault ?? fault ?? faultOfEnd(header, walk);
  return holdAgainstCheckpoints({ walk, fault, storeId: header?.storeId }, options);
}

/** The entry stays among `coming` for the step: it may be one that stands in the wrong place. */
function stepOne(walk: Walk, coming: AuditEntry[]): boolean {
  const good = walk.step(coming[0]!, coming);
  coming.shift();
  return good;
}

function faultOfEnd(header: Header | undefined, walk: Walk): Fault | undefined {
  if (!header) return { kind: 'entry_missing', seq: 1, message: 'The file is empty.' };
  if (header.entries > walk.seq) {
    const message = `The file ends after entry ${walk.seq}, but says that it holds ${header.entries}.`;
    return { kind: 'entries_cut_off', seq: walk.seq + 1, message };
  }
  if (header.entries < walk.seq) {
    const message = `The file says that it holds ${header.entries} entries: what comes after them was added.`;
    return { kind: 'entries_added', seq: header.entries + 1, message };
  }
  if (header.hash === walk.hash) return undefined;
  const message = `The chain was rewritten: its end, entry ${walk.seq}, is not the one that was exported.`;
  return { kind: 'entry_changed', seq: walk.seq, message };
}

function unreadable(kind: Fault['kind'], message: string): AuditVerdict {
  return { ok: false, entries: 0, fault: { kind, seq: 1, message }, anchored: 0, unanchored: 0 };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function headerOf(value: Record<string, unknown>): Header | undefined {
  const { storeId, entries, hash } = value;
  const isHeader = value.format === format && typeof storeId === 'string' && typeof hash === 'string';
  return isHeader && Number.isSafeInteger(entries) ? (value as unknown as Header) : undefined;
}

function entryOf(value: Record<string, unknown>): AuditEntry | undefined {
  const texts = [value.operation, value.keyId, value.actor, value.result, value.details, value.hash];
  const isEntry = Number.isSafeInteger(value.seq) && texts.every((text) => typeof text === 'string');
  return isEntry ? (value as unknown as AuditEntry) : undefined;
}
