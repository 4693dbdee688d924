// Moves wrapped keys under the master keys of this process. No record is touched: they are bound to the data key.
import { equalBytes } from '@hammerwork/crypto-core';
import { observer } from '@hammerwork/crypto-core/observer';
import { wrapContextOf } from './key-material.ts';
import type { KeyRow } from './key-row.ts';
import { type KeyStatus, keyStatuses } from './key-version.ts';
import type { RefusedKey, RewrapOptions, RewrapReport } from './manager.ts';
import type { Operations } from './operations.ts';
import { refusalOf } from './refused-key.ts';

const living: readonly KeyStatus[] = keyStatuses.filter((status) => status !== 'destroyed');

/** Goes through all versions with bytes. May be interrupted and repeated: what is done stays done. */
export async function rewrapKeys(ops: Operations, options: RewrapOptions = {}): Promise<RewrapReport> {
  const { session } = ops;
  const progressed = observer<[done: number, total: number]>('onProgress', (told) => options.onProgress?.(...told));
  await session.open();
  const { versions, destroyed } = await session.store.count(Math.floor(session.clock.now()));
  let rewrapped = 0;
  let unchanged = 0;
  const refused: RefusedKey[] = [];
  for await (const row of rowsWithBytes(ops)) {
    const distrusted = refusalOf(session, row);
    if (distrusted) refused.push(distrusted);
    else if (await rewrapRow(ops, row, options)) rewrapped++;
    else unchanged++;
    progressed([rewrapped + unchanged + refused.length, versions - destroyed]);
  }
  const storeKey = (await rewrapStoreKey(ops, options)) ? 'rewrapped' : 'unchanged';
  return { rewrapped, unchanged, refused, storeKey };
}

async function* rowsWithBytes({ session }: Operations): AsyncGenerator<KeyRow> {
  let after: { keyId: string; version: number } | undefined;
  for (;;) {
    const rows = await session.store.list({
      status: living,
      ...(after ? { after } : {}),
    });
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = { keyId: last.keyId, version: last.version };
  }
}

/** False when the row is as it should be, also because another process was first. */
async function rewrapRow(ops: Operations, row: KeyRow, options: RewrapOptions): Promise<boolean> {
  const { session } = ops;
  const { keyId, version } = row;
  const material = await session.wrapper.rewrap(row.encryptedKeyMaterial, wrapContextOf(row), {
    refresh: options.refresh ?? false,
  });
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

/** The store key is in memory since the store was opened: no KMS has to unwrap it again. */
async function rewrapStoreKey(ops: Operations, options: RewrapOptions): Promise<boolean> {
  const { session } = ops;
  const state = await session.readState();
  const wrapped = await session.rewrapStoreKey(state, options.refresh ?? false);
  if (!wrapped) return false;
  const actor = ops.actorOf(options);
  return session.change({ operation: 'rewrap', keyId: '', actor, reason: options.reason }, async (edit) => {
    if (!equalBytes(edit.wrappedStoreKey, state.wrappedStoreKey)) return false;
    edit.updateStoreKey(wrapped, { operation: 'rewrap', details: { to: session.wrapper.masterKeyId } });
    return true;
  });
}
