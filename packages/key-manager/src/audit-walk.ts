// One walk along the hash chain: entry by entry from the first, up to the first that is not as it was written.
import { chainStart, hashEntry, parseDetails } from './audit-chain.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { AuditCheckpoint, AuditFault, Fault } from './audit-verdict.ts';

export interface Walk {
  /** Number of the last entry walked. */
  seq: number;
  hash: string;
  fault: Fault | undefined;
  /** Hashes at the numbers that checkpoints ask for. */
  readonly marks: Map<number, string>;
  /** Revision of the last change of each version, as the chain tells. */
  readonly revisions: Map<string, number>;
  /** Revision of the last transition of each version, likewise. */
  readonly transitions: Map<string, number>;
  /** False at the first fault. `page` holds entries around it, to tell a wrong place from a change. */
  step(entry: AuditEntry, page: readonly AuditEntry[]): boolean;
}

/** A walk that has not begun. */
export function createWalk(checkpoints: readonly AuditCheckpoint[] = []): Walk {
  const marked = new Set(checkpoints.map((checkpoint) => checkpoint.seq));
  const walk: Walk = {
    seq: 0,
    hash: chainStart,
    fault: undefined,
    marks: new Map(),
    revisions: new Map(),
    transitions: new Map(),
    step(entry, page) {
      walk.fault = faultOfEntry(walk, entry, page);
      if (walk.fault) return false;
      walk.seq = entry.seq;
      walk.hash = entry.hash;
      if (marked.has(entry.seq)) walk.marks.set(entry.seq, entry.hash);
      if (entry.result === 'ok' && entry.details.includes('"revision":')) {
        const { revision, state } = parseDetails(entry.details);
        const version = `${entry.version}\0${entry.keyId}`;
        if (typeof revision === 'number') walk.revisions.set(version, revision);
        if (typeof revision === 'number' && state !== undefined) walk.transitions.set(version, revision);
      }
      return true;
    },
  };
  return walk;
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
