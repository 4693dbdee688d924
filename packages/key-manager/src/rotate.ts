// A new version takes over: it seals from now on, the former one only opens. Records are not touched.
import type { Edit, NewKeyRow } from './edit.ts';
import { keyChanged } from './edit.ts';
import { KeyManagerError } from './errors.ts';
import type { KeyRow } from './key-row.ts';
import type { OperationOptions, RotateKeyOptions } from './manager.ts';
import { latestTimeMs, makeVersion } from './new-version.ts';
import type { Operations } from './operations.ts';
import { retireOldVersions } from './retire.ts';

/** Rotations of one key by several processes each get their turn, within this many tries. */
const maxTries = 100;

/** Errors: `key_unknown`, `key_changed` (only with `expectedVersion`, or after 100 lost races). */
export async function rotateKey(ops: Operations, keyId: string, options: RotateKeyOptions = {}): Promise<KeyRow> {
  const { session } = ops;
  const intent = ops.intent('rotate', keyId, options);
  await session.open();
  for (let tries = 0; tries < maxTries; tries++) {
    const latest = await session.store.findLatest(keyId);
    const next = latest && (await makeNextVersion(ops, session.trusted(latest), intent.actor));
    const rotated = await session.change(intent, async (edit) => {
      const active = await edit.findActive(keyId);
      if (options.expectedVersion !== undefined && active?.version !== options.expectedVersion) {
        throw keyChanged({ keyId, version: options.expectedVersion });
      }
      return replaceActive(edit, keyId, next);
    });
    if (!rotated) continue;
    await retireOldVersions(ops, keyId, intent.actor);
    return rotated;
  }
  throw new KeyManagerError('key_changed', `Too many processes rotate the key "${keyId}" at once. Try again.`);
}

/** The row after `latest`, wrapped; it becomes valid only by `replaceActive`. */
export async function makeNextVersion(ops: Operations, latest: KeyRow, actor: string): Promise<NewKeyRow> {
  const { expiresAt, createdAt } = latest;
  const now = Math.floor(ops.session.clock.now());
  return makeVersion(ops.session, {
    keyId: latest.keyId,
    version: latest.version + 1,
    algorithm: latest.algorithm,
    purpose: latest.purpose,
    scope: latest.scope,
    createdBy: actor,
    expiresAt: expiresAt === undefined ? undefined : Math.min(now + expiresAt - createdAt, latestTimeMs),
    rotationIntervalDays: latest.rotationIntervalDays,
  });
}

/** Puts `next` in place of the active version; undefined when another version came in between. */
export async function replaceActive(
  edit: Edit,
  keyId: string,
  next: NewKeyRow | undefined,
): Promise<KeyRow | undefined> {
  const latest = await edit.findLatest(keyId);
  if (!latest)
    throw new KeyManagerError('key_unknown', `There is no key "${keyId}". Make it: hammerwork keys generate ${keyId}`);
  if (latest.version + 1 !== next?.version) return undefined;
  const active = await edit.findActive(keyId);
  if (active) {
    await edit.update(
      active,
      { status: 'deactivated', rotatedAt: edit.nowMs, nextRotationAt: undefined },
      { operation: 'deactivate', details: { replacedBy: next.version } },
    );
  }
  const inserted = await edit.insert(next, { operation: 'rotate', details: { from: latest.version } });
  if (!inserted) throw keyChanged(latest);
  return edit.find(keyId, next.version);
}

/** Rotates active versions that are due or expired. The ids of those this call rotated. */
export async function performAutomaticRotation(ops: Operations, options: OperationOptions = {}): Promise<string[]> {
  const { session } = ops;
  await session.open();
  const rotated: string[] = [];
  let after: { keyId: string; version: number } | undefined;
  for (;;) {
    const due = await session.store.list({ dueAt: session.clock.now(), limit: 100, ...(after ? { after } : {}) });
    for (const row of due) {
      if (await rotateDue(ops, row, options)) rotated.push(row.keyId);
    }
    const last = due.at(-1);
    if (!last) return rotated;
    after = { keyId: last.keyId, version: last.version };
  }
}

/** One key's failure does not stop the others. */
async function rotateDue(ops: Operations, row: KeyRow, options: OperationOptions): Promise<boolean> {
  try {
    const reason = options.reason ?? 'due';
    await rotateKey(ops, row.keyId, { ...options, reason, expectedVersion: row.version });
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof KeyManagerError && error.code === 'key_changed') return false; // another process was first
    const message = error.message;
    ops.warn({ code: 'rotation_failed', keyId: row.keyId, version: row.version, message });
    return false;
  }
}
