// One change of the key store in the making: rows are signed and compared before they are set, each written row has an
// audit entry that names it and a transition where its version changed, and the state row moves on with them.
import { chainEntry } from './audit-chain.ts';
import type { AuditDetails, AuditEvent, AuditOperation } from './audit-entry.ts';
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import { nameOf } from './key-status.ts';
import type { KeyStoreTransaction } from './key-store.ts';
import { isEnded, type KeyTransition, stateOf } from './key-transition.ts';
import type { StoreMac } from './store-mac.ts';
import { authenticRow, isReplayed, trustedTransition } from './trusted-row.ts';

/** Who does what, to which key: what a refusal's audit entry says as well. */
export interface Intent {
  operation: AuditOperation;
  keyId: string;
  version?: number | undefined;
  actor: string;
  reason?: string | undefined;
}

export interface AuditNote {
  operation: AuditOperation;
  details?: AuditDetails;
}

/** A row as an operation makes it; revision and MAC are added when it is written. */
export type NewKeyRow = Omit<KeyRow, 'revision' | 'rowMac' | 'lastUsedAt' | 'usageCount' | 'transition'>;

export interface Edit {
  /** Epoch milliseconds, the same throughout the change. */
  readonly nowMs: number;
  /** Errors: `key_unknown`, and those of `trustedRow`. */
  find(keyId: string, version: number): Promise<KeyRow>;
  /** A row that is from before its last transition. Errors: `key_unknown`, `key_row_forged`, `key_transition_forged`. */
  findReplayed(keyId: string, version: number): Promise<KeyRow | undefined>;
  findActive(keyId: string): Promise<KeyRow | undefined>;
  findLatest(keyId: string): Promise<KeyRow | undefined>;
  /** What is known of a version that may have no row. Errors: `key_transition_forged`. */
  findTransition(keyId: string, version: number): Promise<KeyTransition | undefined>;
  /** False when the version is already there. */
  insert(row: NewKeyRow, note: AuditNote): Promise<boolean>;
  /** Compare-and-set on `row` as it was read. Errors: `key_changed`. */
  update(row: KeyRow, patch: Partial<NewKeyRow>, note: AuditNote): Promise<KeyRow>;
  /** The store key's container as it stands. */
  readonly wrappedStoreKey: Uint8Array;
  updateStoreKey(wrapped: Uint8Array, note: AuditNote): void;
  /** An entry that describes no row: about the intent's key now, or about `about`. */
  note(note: AuditNote, about?: NotedUse): void;
}

/** What an entry is about that was noted before it is written. */
export interface NotedUse {
  keyId: string;
  version: number;
  /** Epoch milliseconds. */
  nowMs: number;
}

export interface EditInProgress {
  edit: Edit;
  /** What was written so far. */
  rows: KeyRow[];
  /** Adds the entry of a refusal. */
  refuse(error: KeyManagerError): void;
  /** Writes the audit entries and the state. */
  finish(): Promise<void>;
}

export interface EditOptions {
  tx: KeyStoreTransaction;
  intent: Intent;
  mac: StoreMac;
  /** Throws unless the row is as it was written last. */
  trusted(row: KeyRow): KeyRow;
  nowMs: number;
}

export function createEdit({ tx, intent, mac, trusted, nowMs }: EditOptions): EditInProgress {
  const revision = tx.state.revision + 1;
  const rows: KeyRow[] = [];
  const events: AuditEvent[] = [];
  /** Of a version that changed twice, the last. */
  const transitions = new Map<string, KeyTransition>();
  let wrappedStoreKey = tx.state.wrappedStoreKey;

  function sign(row: Omit<KeyRow, 'rowMac'>): KeyRow {
    const unsigned = { ...row, revision, rowMac: new Uint8Array() };
    return { ...unsigned, rowMac: mac.ofRow(unsigned) };
  }

  /** Adds what goes with a written row. `moved`: the version is in another state than former rows of it say. */
  function wrote(written: KeyRow, note: AuditNote, moved: boolean): KeyRow {
    const { keyId, version } = written;
    const transition = moved ? transitionTo(written) : undefined;
    if (transition) transitions.set(`${version}\0${keyId}`, transition);
    const row = { ...written, ...(transition && { transition }) };
    rows.push(row);
    const details = { ...note.details, revision, ...(transition && { state: transition.state }) };
    events.push(eventOf(intent, { ...note, details }, { keyId, version, nowMs }));
    return row;
  }

  function transitionTo(row: KeyRow): KeyTransition {
    const bare = { keyId: row.keyId, version: row.version, revision, state: stateOf(row) };
    return { ...bare, transitionMac: mac.ofTransition(bare) };
  }

  async function findRow(keyId: string, version: number): Promise<KeyRow> {
    const row = await tx.findVersion(keyId, version);
    if (row) return row;
    throw new KeyManagerError('key_unknown', `There is no version ${version} of key "${keyId}".`);
  }

  const edit: Edit = {
    nowMs,
    find: async (keyId, version) => trusted(await findRow(keyId, version)),
    async findReplayed(keyId, version) {
      const row = authenticRow(mac, await findRow(keyId, version));
      return isReplayed(row) ? row : undefined;
    },
    findActive: (keyId) => tx.findActive(keyId).then((row) => row && trusted(row)),
    findLatest: (keyId) => tx.findLatest(keyId).then((row) => row && trusted(row)),
    async findTransition(keyId, version) {
      const found = await tx.findTransition(keyId, version);
      return found && trustedTransition(mac, found);
    },
    async insert(bare, note) {
      const row = sign({ ...bare, revision, lastUsedAt: undefined, usageCount: 0 });
      const inserted = await tx.insertKey(row);
      if (inserted) wrote(row, note, isEnded(stateOf(row)));
      return inserted;
    },
    async update(row, patch, note) {
      const next = sign({ ...row, ...patch });
      if (!(await tx.updateKey(next, row.revision))) throw keyChanged(row);
      // A row from before a rewrap is as good: it says the same of the same key.
      return wrote(next, note, note.operation !== 'rewrap');
    },
    wrappedStoreKey,
    updateStoreKey(wrapped, note) {
      wrappedStoreKey = wrapped;
      events.push(eventOf(intent, note, { keyId: '', nowMs }));
    },
    note: (note, about) => void events.push(eventOf(intent, note, about ?? { ...intent, nowMs })),
  };

  async function finish(): Promise<void> {
    if (events.length === 0) return;
    if (transitions.size > 0) await tx.addTransitions([...transitions.values()]);
    let { auditSeq, auditHash } = tx.state;
    const entries = events.map((event) => {
      const entry = chainEntry(event, ++auditSeq, auditHash);
      auditHash = entry.hash;
      return entry;
    });
    await tx.appendAudit(entries);
    const raised = rows.length > 0 ? revision : tx.state.revision;
    const next = { ...tx.state, wrappedStoreKey, revision: raised, auditSeq, auditHash };
    await tx.saveState({ ...next, stateMac: mac.ofState(next) });
  }

  return {
    edit,
    rows,
    finish,
    refuse: (error) => void events.push(eventOf(intent, intent, { ...intent, nowMs, code: error.code })),
  };
}

interface AuditTarget {
  keyId: string;
  version?: number | undefined;
  nowMs: number;
  code?: string;
}

function eventOf(intent: Intent, note: AuditNote, { keyId, version, nowMs, code }: AuditTarget): AuditEvent {
  return {
    operation: note.operation,
    keyId,
    version,
    actor: intent.actor,
    occurredAt: nowMs,
    result: code === undefined ? 'ok' : 'refused',
    code,
    details: { ...note.details, ...(intent.reason === undefined ? {} : { reason: intent.reason }) },
  };
}

/** The row was changed by someone else in between. */
export function keyChanged(row: { keyId: string; version: number }): KeyManagerError {
  return new KeyManagerError('key_changed', `${nameOf(row)} was changed meanwhile. Look at it again and repeat.`);
}
