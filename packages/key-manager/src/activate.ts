// A version that was made ahead of its time begins to seal.
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import { assertTransition, nameOf } from './key-status.ts';
import type { OperationOptions } from './manager.ts';
import { rotationAfter } from './new-version.ts';
import type { Operations } from './operations.ts';

/** A version that is active until then only opens from now on. Errors: `transition_forbidden`, `key_expired`. */
export async function activateKey(
  ops: Operations,
  { keyId, version }: { keyId: string; version: number },
  options: OperationOptions = {},
): Promise<KeyRow> {
  return ops.session.change(ops.intent('activate', keyId, { ...options, version }), async (edit) => {
    const row = await edit.find(keyId, version);
    assertTransition(row, 'active');
    if (row.destroyAt !== undefined) {
      throw new KeyManagerError('transition_forbidden', `${nameOf(row)} waits for its destruction. Undo that first.`);
    }
    if (row.expiresAt !== undefined && edit.nowMs >= row.expiresAt) {
      throw new KeyManagerError('key_expired', `${nameOf(row)} expired before it was used. Rotate the key instead.`);
    }
    const active = await edit.findActive(keyId);
    if (active && active.version > version) {
      throw new KeyManagerError(
        'transition_forbidden',
        `${nameOf(active)} is active and newer than version ${version}.`,
      );
    }
    if (active) {
      await edit.update(
        active,
        { status: 'deactivated', rotatedAt: edit.nowMs, nextRotationAt: undefined },
        { operation: 'deactivate', details: { replacedBy: version } },
      );
    }
    const nextRotationAt = rotationAfter(edit.nowMs, row.rotationIntervalDays);
    return edit.update(row, { status: 'active', nextRotationAt }, { operation: 'activate' });
  });
}
