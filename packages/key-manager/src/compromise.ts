// A version that others may know: it seals nothing more, and what opens under it waits or goes on, as the order says.
import { type Edit, keyChanged } from './edit.ts';
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import { assertTransition } from './key-status.ts';
import type { CompromiseKeyOptions } from './manager.ts';
import type { Operations } from './operations.ts';
import { makeNextVersion } from './rotate.ts';

const maxTries = 100;

/** An active version is replaced in the same step. Repeat it on a compromised version to change hold or continue. */
export async function compromiseKey(
  ops: Operations,
  { keyId, version }: { keyId: string; version: number },
  options: CompromiseKeyOptions = {},
): Promise<KeyRow> {
  const { session } = ops;
  const compromisePolicy = options.whenOpening ?? 'hold';
  if (compromisePolicy !== 'hold' && compromisePolicy !== 'continue') {
    throw new TypeError('whenOpening must be hold or continue');
  }
  const intent = ops.intent('compromise', keyId, { ...options, version });
  await session.open();
  for (let tries = 0; tries < maxTries; tries++) {
    const active = await session.store.findActive(keyId);
    const latest = active?.version === version ? await session.store.findLatest(keyId) : undefined;
    const next = latest && (await makeNextVersion(ops, session.trusted(latest), intent.actor));
    const done = await session.change(intent, async (edit) => {
      const row = await edit.find(keyId, version);
      if (row.status !== 'compromised') assertTransition(row, 'compromised');
      if (row.status === 'active' && (await edit.findLatest(keyId))!.version + 1 !== next?.version) return undefined;
      const marked = await mark(edit, row, compromisePolicy);
      if (row.status !== 'active') return marked;
      const inserted = await edit.insert(next!, { operation: 'rotate', details: { from: version } });
      if (!inserted) throw keyChanged(row);
      return marked;
    });
    if (done) return done;
  }
  throw new KeyManagerError('key_changed', `Too many processes change the key "${keyId}" at once. Try again.`);
}

function mark(edit: Edit, row: KeyRow, compromisePolicy: 'hold' | 'continue'): Promise<KeyRow> {
  const patch = {
    status: 'compromised' as const,
    compromisePolicy,
    nextRotationAt: undefined,
    rotatedAt: row.status === 'active' ? edit.nowMs : row.rotatedAt,
  };
  return edit.update(row, patch, { operation: 'compromise', details: { whenOpening: compromisePolicy } });
}
