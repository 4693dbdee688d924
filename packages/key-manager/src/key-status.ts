// Which state a key version may go to, and what each state allows (NIST SP 800-57 part 1 revision 5, section 7).
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import type { KeyStatus } from './key-version.ts';

const allowed: Record<KeyStatus, readonly KeyStatus[]> = {
  pre_active: ['active', 'compromised', 'destroyed'],
  active: ['deactivated', 'compromised'],
  deactivated: ['compromised', 'destroyed'],
  compromised: ['destroyed'],
  destroyed: [],
};

const advice: Partial<Record<`${KeyStatus}>${KeyStatus}`, string>> = {
  'active>destroyed': 'Rotate the key first, so that new records go to another version.',
  'deactivated>active': 'Rotate the key: a version that was replaced never comes back.',
  'compromised>active': 'Rotate the key: a compromised version never comes back.',
};

/** Throws `transition_forbidden` unless `row` may go to `next`. */
export function assertTransition(row: KeyRow, next: KeyStatus): void {
  if (allowed[row.status].includes(next)) return;
  const hint = advice[`${row.status}>${next}`];
  throw new KeyManagerError(
    'transition_forbidden',
    `${nameOf(row)} is ${row.status} and cannot become ${next}.${hint ? ` ${hint}` : ''}`,
  );
}

/** Why records cannot be opened with this version, or undefined when they can. */
export function refusalToOpen(row: KeyRow): KeyManagerError | undefined {
  const name = nameOf(row);
  if (row.status === 'destroyed') {
    return new KeyManagerError('key_destroyed', `${name} was destroyed: what it sealed can no longer be read.`);
  }
  if (row.purpose !== 'encryption') {
    return new KeyManagerError('key_unusable', `${name} has the purpose ${row.purpose}: it opens no records.`);
  }
  if (row.destroyAt !== undefined) {
    return new KeyManagerError('destruction_pending', `${name} waits for its destruction. Undo that to use it again.`);
  }
  if (row.retiredAt !== undefined) {
    return new KeyManagerError('key_unusable', `${name} is retired: it no longer loads.`);
  }
  if (row.status === 'pre_active') {
    return new KeyManagerError('key_unusable', `${name} is not active yet: nothing can be sealed under it.`);
  }
  if (row.status === 'compromised' && row.compromisePolicy !== 'continue') {
    return new KeyManagerError(
      'key_held',
      `${name} is compromised and its records are held. To let them open, mark it again with whenOpening continue.`,
    );
  }
  return undefined;
}

/** Why nothing can be sealed with this version at `nowMs`, or undefined when it can. */
export function refusalToSeal(row: KeyRow, nowMs: number): KeyManagerError | undefined {
  const refusal = refusalToOpen(row);
  if (refusal) return refusal;
  if (row.status !== 'active') {
    return new KeyManagerError('key_unusable', `${nameOf(row)} is ${row.status}: it seals nothing.`);
  }
  if (row.expiresAt !== undefined && nowMs >= row.expiresAt) {
    return new KeyManagerError('key_expired', `${nameOf(row)} has expired. Rotate the key to seal again.`);
  }
  return undefined;
}

/** How messages name a version. */
export function nameOf(row: { keyId: string; version: number }): string {
  return `Version ${row.version} of key "${row.keyId}"`;
}
