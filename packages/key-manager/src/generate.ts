// Version 1 of a new key.
import { KeyManagerError } from './errors.ts';
import { assertScope } from './key-id.ts';
import type { KeyRow } from './key-row.ts';
import type { GenerateKeyOptions } from './manager.ts';
import { latestTimeMs, makeVersion } from './new-version.ts';
import type { Operations } from './operations.ts';

/** Errors: `key_exists`. */
export async function generateKey(ops: Operations, keyId: string, options: GenerateKeyOptions = {}): Promise<KeyRow> {
  const { session } = ops;
  const { algorithm = 'aes-256-gcm', purpose = 'encryption', scope = '', expiresAt } = options;
  const rotationIntervalDays = options.rotationIntervalDays ?? ops.rotationIntervalDays;
  assertSpec({ algorithm, purpose, scope, expiresAt }, session.clock.now());
  if (rotationIntervalDays !== undefined) assertDays(rotationIntervalDays);
  const intent = ops.intent('generate', keyId, { ...options, version: 1 });
  await session.open();
  if (await session.store.findLatest(keyId)) {
    // Refused before a master key is bothered; the change below says so again if the key appears meanwhile.
    return session.change(intent, () => Promise.reject(exists(keyId)));
  }
  const row = await makeVersion(session, {
    keyId,
    version: 1,
    algorithm,
    purpose,
    scope,
    createdBy: intent.actor,
    expiresAt: expiresAt?.getTime(),
    rotationIntervalDays,
    status: options.preActive ? 'pre_active' : 'active',
  });
  return session.change(intent, async (edit) => {
    const details = { algorithm, purpose, ...(scope === '' ? {} : { scope }) };
    if (!(await edit.insert(row, { operation: 'generate', details }))) throw exists(keyId);
    return edit.find(keyId, 1);
  });
}

/** The active version, or the latest where none is active; version 1 where the key is new. */
export async function ensureKey(ops: Operations, keyId: string, options: GenerateKeyOptions = {}): Promise<KeyRow> {
  const { session } = ops;
  await session.open();
  const find = async () => (await session.store.findActive(keyId)) ?? (await session.store.findLatest(keyId));
  const found = await find();
  if (found) return session.trusted(found);
  try {
    return await generateKey(ops, keyId, options);
  } catch (error) {
    const other = error instanceof KeyManagerError && error.code === 'key_exists' ? await find() : undefined;
    if (!other) throw error;
    return session.trusted(other);
  }
}

function exists(keyId: string): KeyManagerError {
  return new KeyManagerError('key_exists', `The key "${keyId}" exists. Rotate it to get a new version.`);
}

function assertSpec(
  spec: Record<'algorithm' | 'purpose' | 'scope', string> & { expiresAt: Date | undefined },
  nowMs: number,
) {
  const { algorithm, purpose, scope, expiresAt } = spec;
  assertScope(scope);
  if (algorithm !== 'aes-256-gcm' && algorithm !== 'chacha20-poly1305') {
    throw new TypeError('algorithm must be aes-256-gcm or chacha20-poly1305');
  }
  if (purpose !== 'encryption' && purpose !== 'mac') throw new TypeError('purpose must be encryption or mac');
  if (expiresAt !== undefined && !(expiresAt.getTime() > nowMs && expiresAt.getTime() <= latestTimeMs)) {
    throw new RangeError('expiresAt must be a date in the future, in the year 9999 at the latest');
  }
}

/** A rotation interval is a whole number of days, 1 to 36,500. */
export function assertDays(days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > 36_500) {
    throw new RangeError(`rotationIntervalDays must be a whole number from 1 to 36500, got ${days}`);
  }
}
