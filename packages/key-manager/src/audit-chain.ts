// How audit entries are hashed: SHA-256 over a JSON array of the hash of the entry before and everything the entry says,
// so that anyone can check an exported log without a key. The chain's end is authenticated in the store's state.
import { hash } from 'node:crypto';
import type { AuditDetails, AuditEntry, AuditEvent } from './audit-entry.ts';

/** What stands for the hash of an entry before the first. */
export const chainStart: string = '0'.repeat(64);

/** Gives an event its number and hash. */
export function chainEntry(event: AuditEvent, seq: number, previousHash: string): AuditEntry {
  const entry = { ...event, details: canonicalDetails(event.details), seq };
  return { ...entry, hash: hashEntry(entry, previousHash) };
}

/** 64 hex digits. */
export function hashEntry(entry: Omit<AuditEntry, 'hash'>, previousHash: string): string {
  const canonical = JSON.stringify([
    'hammerwork/1 audit',
    previousHash,
    entry.seq,
    entry.occurredAt,
    entry.operation,
    entry.keyId,
    entry.version,
    entry.actor,
    entry.result,
    entry.code,
    entry.details,
  ]);
  return hash('sha256', canonical, 'hex');
}

/** JSON with sorted members. */
function canonicalDetails(details: AuditDetails): string {
  return JSON.stringify(Object.fromEntries(Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** The details of an entry; what is no JSON object was not written here. */
export function parseDetails(text: string): AuditDetails {
  try {
    const details: unknown = JSON.parse(text);
    if (typeof details === 'object' && details !== null) return details as AuditDetails;
  } catch {}
  return { unreadable: true };
}
