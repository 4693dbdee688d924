// The end of a version's service: it no longer loads. Only with the proof that nothing refers to it, or by an order
// that says otherwise.
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import { nameOf } from './key-status.ts';
import type { RetireKeyOptions } from './manager.ts';
import type { Operations } from './operations.ts';

/** Errors: `key_in_use`, `references_unknown`, `too_early`, `transition_forbidden`, `key_unknown`. */
export async function retireKey(
  ops: Operations,
  target: { keyId: string; version: number },
  options: RetireKeyOptions = {},
): Promise<KeyRow> {
  const { session } = ops;
  const { keyId, version } = target;
  const intent = ops.intent('retire', keyId, { ...options, version });
  const proof = options.unchecked ? undefined : await proveUnreferenced(ops, target);
  return session.change(intent, async (edit) => {
    const row = await edit.find(keyId, version);
    if (row.status !== 'deactivated') {
      throw new KeyManagerError(
        'transition_forbidden',
        `${nameOf(row)} is ${row.status}; only a deactivated version can be retired.${row.status === 'active' ? ' Rotate the key first.' : ''}`,
      );
    }
    if (row.retiredAt !== undefined) return row;
    proof?.(row);
    return edit.update(
      row,
      { retiredAt: edit.nowMs },
      { operation: 'retire', details: { unchecked: options.unchecked === true } },
    );
  });
}

/**
 * Asks what refers to the version. The returned check runs inside the change and throws when the answer was that
 * something does, or came from before the version could no longer seal.
 */
export async function proveUnreferenced(
  ops: Operations,
  { keyId, version }: { keyId: string; version: number },
): Promise<(row: KeyRow) => void> {
  const { session, countReferences, settleMs } = ops;
  await session.open();
  const askedAt = session.clock.now();
  const row = await session.store.findVersion(keyId, version);
  const references = row && countReferences ? await countReferences(row.handle) : undefined;
  return (current) => {
    if (references === undefined) {
      throw new KeyManagerError(
        'references_unknown',
        `Nothing tells whether records still refer to ${nameOf(current)}. Configure countReferences, or order it unchecked.`,
      );
    }
    if (references > 0) {
      throw new KeyManagerError('key_in_use', `${references} records still refer to ${nameOf(current)}.`);
    }
    const settledAt = (current.rotatedAt ?? current.createdAt) + settleMs;
    if (askedAt < settledAt) {
      throw new KeyManagerError(
        'too_early',
        `Other processes may still seal with ${nameOf(current)}. Repeat after ${new Date(settledAt).toISOString()}.`,
      );
    }
  };
}

/** Keeps the newest `maxVersions` loadable: older ones are retired if nothing refers to them, else it warns. */
export async function retireOldVersions(ops: Operations, keyId: string, actor: string): Promise<void> {
  const { session, maxVersions } = ops;
  if (maxVersions === undefined) return;
  const refused = (error: unknown, version?: number) => {
    const message = error instanceof Error ? error.message : 'unknown';
    ops.warn({ code: 'retire_refused', keyId, ...(version === undefined ? {} : { version }), message });
  };
  // The rotation is done: a store that fails now must not make it look as if it were not.
  const rows = await session.store.list({ keyId, status: ['active', 'deactivated'] }).catch((error: unknown) => {
    refused(error);
    return [];
  });
  const loadable = rows.filter((row) => row.retiredAt === undefined);
  for (const row of loadable.slice(0, -maxVersions)) {
    await retireKey(ops, row, { actor, reason: `more than ${maxVersions} versions` }).catch((error: unknown) =>
      refused(error, row.version),
    );
  }
}
