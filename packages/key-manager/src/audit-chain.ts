// How audit entries are hashed: SHA-256 over the hash of the entry before and the canonical JSON of the entry, so that
// anyone can check an exported log without a key. The end of the chain is authenticated in the store's state.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { AuditDetails, AuditEntry, AuditEvent } from './audit-entry.ts';

/** The hash before the first entry. */
export const chainStart: Uint8Array = new Uint8Array(32);

/** Gives an event its number and hash. */
export function chainEntry(event: AuditEvent, seq: number, previousHash: Uint8Array): AuditEntry {
  return { ...event, seq, previousHash, hash: hashEntry(event, seq, previousHash) };
}

/** 32 bytes. */
export function hashEntry(event: AuditEvent, seq: number, previousHash: Uint8Array): Uint8Array {
  const canonical = JSON.stringify([
    'hammerwork/1 audit',
    seq,
    event.occurredAt,
    event.operation,
    event.keyId,
    event.version,
    event.actor,
    event.result,
    event.code,
    canonicalDetails(event.details),
  ]);
  return new Uint8Array(createHash('sha256').update(previousHash).update(canonical).digest());
}

/** JSON with sorted members, as it is stored and hashed. */
export function canonicalDetails(details: AuditDetails): string {
  return JSON.stringify(Object.fromEntries(Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1))));
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
