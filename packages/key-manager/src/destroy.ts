// The end of a version's bytes. By default after a window in which it can be undone, and where so configured only with
// a second person's approval. What remains is a tombstone.

import { reportDestruction } from './destroy-report.ts';
import type { Edit, NewKeyRow } from './edit.ts';
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import { assertTransition, nameOf } from './key-status.ts';
import type { DestroyKeyOptions, DestroyReport, OperationOptions } from './manager.ts';
import type { Operations } from './operations.ts';
import { proveUnreferenced } from './retire.ts';

interface Target {
  keyId: string;
  version: number;
}

/** Errors: `transition_forbidden`, and without `unchecked` or `erasure` those of `retireKey`. */
export async function destroyKey(
  ops: Operations,
  target: Target,
  options: DestroyKeyOptions = {},
): Promise<DestroyReport> {
  const { session } = ops;
  const { keyId, version } = target;
  const intent = ops.intent('destroy', keyId, { ...options, version });
  const unproven = options.unchecked === true || options.erasure === true;
  const proof = unproven ? undefined : await proveUnreferenced(ops, target);
  const row = await session.change(intent, async (edit) => {
    let row = await edit.find(keyId, version);
    if (row.status === 'active' && options.erasure) row = await deactivate(edit, row);
    assertTransition(row, 'destroyed');
    if (row.retiredAt === undefined) proof?.(row);
    const erasure = options.erasure === true;
    // A row that waits for approval goes on waiting, whatever this process is configured to.
    const requireApproval = ops.requireApproval || row.destroyApprovedBy === '';
    if (erasure && !requireApproval) return shred(edit, row, { erasure });
    const destroyAt = edit.nowMs + (erasure ? 0 : ops.undoWindowMs);
    const destroyApprovedBy = requireApproval ? '' : undefined;
    const patch = { destroyAt, destroyRequestedBy: intent.actor, destroyApprovedBy };
    const details = { destroyAt, unchecked: unproven, erasure };
    return edit.update(row, patch, { operation: 'request_destroy', details });
  });
  return reportDestruction(ops, row);
}

/** Errors: `approval_required` (same actor), `transition_forbidden` (nothing was asked for). */
export async function approveDestruction(
  ops: Operations,
  target: Target,
  options: OperationOptions & { actor: string },
): Promise<DestroyReport> {
  const { keyId, version } = target;
  const intent = ops.intent('approve_destroy', keyId, { ...options, version });
  const row = await ops.session.change(intent, async (edit) => {
    const row = pending(await edit.find(keyId, version));
    if (row.destroyRequestedBy === intent.actor) {
      throw new KeyManagerError(
        'approval_required',
        `The destruction of ${nameOf(row)} was asked for by ${intent.actor}: another person has to approve it.`,
      );
    }
    const approved = await edit.update(row, { destroyApprovedBy: intent.actor }, { operation: 'approve_destroy' });
    return approved.destroyAt! <= edit.nowMs ? shred(edit, approved) : approved;
  });
  return reportDestruction(ops, row);
}

/** Errors: `transition_forbidden` (nothing was asked for, it is done, or the window to undo it is over). */
export async function undoDestruction(
  ops: Operations,
  target: Target,
  options: OperationOptions = {},
): Promise<KeyRow> {
  const { keyId, version } = target;
  return ops.session.change(ops.intent('undo_destroy', keyId, { ...options, version }), async (edit) => {
    const row = pending(await edit.find(keyId, version));
    if (row.destroyAt! <= edit.nowMs && row.destroyApprovedBy !== '') {
      throw new KeyManagerError(
        'transition_forbidden',
        `The destruction of ${nameOf(row)} can no longer be undone: its window is over.`,
      );
    }
    const patch = { destroyAt: undefined, destroyRequestedBy: undefined, destroyApprovedBy: undefined };
    return edit.update(row, patch, { operation: 'undo_destroy' });
  });
}

/** Destroys what has reached the end of its undo window and is approved, where that is required. */
export async function performDueDestructions(ops: Operations, options: OperationOptions = {}): Promise<KeyRow[]> {
  const { session } = ops;
  await session.open();
  const destroyed: KeyRow[] = [];
  let after: Target | undefined;
  for (;;) {
    const now = Math.floor(session.clock.now());
    const due = await session.store.list({ destroyAt: now, limit: 100, ...(after ? { after } : {}) });
    for (const target of due) {
      const row = await destroyDue(ops, target, options);
      if (row) destroyed.push(row);
    }
    const last = due.at(-1);
    if (!last) return destroyed;
    after = { keyId: last.keyId, version: last.version };
  }
}

/** A row that is refused (somebody forged it) does not keep the others from their end. */
async function destroyDue(
  ops: Operations,
  { keyId, version }: Target,
  options: OperationOptions,
): Promise<KeyRow | undefined> {
  try {
    return await ops.session.change(ops.intent('destroy', keyId, { ...options, version }), async (edit) => {
      const row = await edit.find(keyId, version);
      const isDue = row.status !== 'destroyed' && row.destroyAt !== undefined && row.destroyAt <= edit.nowMs;
      // Whoever asked was under the rule of two persons: that holds whatever this process is configured to.
      const mayGo = row.destroyApprovedBy !== '' && (!ops.requireApproval || row.destroyApprovedBy !== undefined);
      return isDue && mayGo ? shred(edit, row) : undefined; // another process may have been first
    });
  } catch (error) {
    if (!(error instanceof KeyManagerError) || error.retryable) throw error;
    ops.warn({ code: 'destruction_failed', keyId, version, message: error.message });
    return undefined;
  }
}

async function shred(edit: Edit, row: KeyRow, details: { erasure?: boolean } = {}): Promise<KeyRow> {
  assertTransition(row, 'destroyed');
  return edit.update(row, shredded(edit.nowMs), { operation: 'destroy', details });
}

/** What makes a row a tombstone. */
export function shredded(nowMs: number): Partial<NewKeyRow> {
  return { status: 'destroyed', encryptedKeyMaterial: new Uint8Array(), destroyAt: nowMs, nextRotationAt: undefined };
}

function deactivate(edit: Edit, row: KeyRow): Promise<KeyRow> {
  const patch = { status: 'deactivated' as const, rotatedAt: edit.nowMs, nextRotationAt: undefined };
  return edit.update(row, patch, { operation: 'deactivate' });
}

function pending(row: KeyRow): KeyRow {
  if (row.status !== 'destroyed' && row.destroyAt !== undefined) return row;
  throw new KeyManagerError('transition_forbidden', `No destruction of ${nameOf(row)} is waiting.`);
}
