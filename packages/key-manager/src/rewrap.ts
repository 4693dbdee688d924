// Moves wrapped keys under the master keys of this process. No record is touched: they are bound to the data key.
import { equalBytes } from '@hammerwork/crypto-core';
import { wrapContextOf } from './key-material.ts';
import type { KeyRow } from './key-row.ts';
import type { OperationOptions } from './manager.ts';
import type { Operations } from './operations.ts';

/** Goes through all versions with bytes. May be interrupted and repeated: what is done stays done. */
export async function rewrapKeys(
  ops: Operations,
  options: OperationOptions = {},
): Promise<{ rewrapped: number; unchanged: number }> {
  const { session } = ops;
  await session.open();
  let rewrapped = 0;
  let unchanged = 0;
  for await (const row of rowsWithBytes(ops)) {
    if (await rewrapRow(ops, row, options)) rewrapped++;
    else unchanged++;
  }
  await rewrapStoreKey(ops, options);
  return { rewrapped, unchanged };
}

async function* rowsWithBytes({ session }: Operations): AsyncGenerator<KeyRow> {
  let after: { keyId: string; version: number } | undefined;
  for (;;) {
    const rows = await session.store.list({
      status: ['pre_active', 'active', 'deactivated', 'compromised'],
      ...(after ? { after } : {}),
    });
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = { keyId: last.keyId, version: last.version };
  }
}

/** False when the row is as it should be, also because another process was first. */
async function rewrapRow(ops: Operations, found: KeyRow, options: OperationOptions): Promise<boolean> {
  const { session } = ops;
  const { keyId, version } = found;
  const row = session.trusted(found);
  const material = await session.wrapper.rewrap(row.encryptedKeyMaterial, wrapContextOf(row));
  if (!material) return false;
  const { masterKeyId } = session.wrapper;
  return session.change(ops.intent('rewrap', keyId, { ...options, version }), async (edit) => {
    const current = await edit.find(keyId, version);
    // Any other change of the row keeps its wraps, so only a rewrap (or destruction) in between makes ours void.
    if (!equalBytes(current.encryptedKeyMaterial, row.encryptedKeyMaterial)) return false;
    const details = { from: row.masterKeyId, to: masterKeyId };
    await edit.update(current, { encryptedKeyMaterial: material, masterKeyId }, { operation: 'rewrap', details });
    return true;
  });
}

async function rewrapStoreKey(ops: Operations, options: OperationOptions): Promise<void> {
  const { session } = ops;
  const state = await session.readState();
  const wrapped = await session.wrapper.rewrap(state.wrappedStoreKey, { purpose: 'store', store: state.storeId });
  if (!wrapped) return;
  const actor = ops.actorOf(options);
  await session.change({ operation: 'rewrap', keyId: '', actor, reason: options.reason }, async (edit) => {
    if (!equalBytes(edit.wrappedStoreKey, state.wrappedStoreKey)) return;
    edit.updateStoreKey(wrapped, { operation: 'rewrap', details: { to: session.wrapper.masterKeyId } });
  });
}
