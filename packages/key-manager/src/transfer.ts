// Wrapped keys on their way from one store to another. They stay wrapped: only who has the master key can use them.
import { Buffer } from 'node:buffer';
import type { Algorithm } from '@hammerwork/crypto-core';
import type { Edit, NewKeyRow } from './edit.ts';
import { endedAs } from './ended-again.ts';
import { KeyManagerError } from './errors.ts';
import { exportMac, holdsExportMac } from './export-mac.ts';
import { assertDays } from './generate.ts';
import { assertKeyId, assertScope, assertVersion } from './key-id.ts';
import { wrapContextOf } from './key-material.ts';
import type { KeyRow } from './key-row.ts';
import { nameOf } from './key-status.ts';
import type { KeyFilter } from './key-store.ts';
import { type KeyPurpose, type KeyStatus, keyStatuses } from './key-version.ts';
import { keyBytes } from './key-wrapper.ts';
import type { ExportedKey, KeyExport, OperationOptions } from './manager.ts';
import { latestTimeMs } from './new-version.ts';
import type { Operations } from './operations.ts';

const format = 'hammerwork/1 keys';
const rowsAtOnce = 1000;

/**
 * Versions that have bytes, each unwrapped once for its MAC: all of them, unless the filter has a limit. Each export is an
 * audit entry per version. Errors: the KMS's own.
 */
export async function exportKeys(
  ops: Operations,
  filter: KeyFilter = {},
  options: OperationOptions = {},
): Promise<KeyExport> {
  const { session } = ops;
  const { storeId } = await session.readState();
  const keys: ExportedKey[] = [];
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  let { after } = filter;
  while (left > 0) {
    const rows = await session.store.list({
      ...filter,
      limit: Math.min(left, rowsAtOnce),
      ...(after ? { after } : {}),
    });
    keys.push(...(await exportRows(ops, { storeId, rows, options })));
    const last = rows.at(-1);
    if (!last) break;
    after = { keyId: last.keyId, version: last.version };
    left -= rows.length;
  }
  return { format, storeId, keys };
}

async function exportRows(
  ops: Operations,
  { storeId, rows, options }: { storeId: string; rows: readonly KeyRow[]; options: OperationOptions },
): Promise<ExportedKey[]> {
  const { session } = ops;
  const living = rows.filter((row) => row.status !== 'destroyed').map(session.trusted);
  const keys: ExportedKey[] = [];
  for (const row of living) {
    const key = await session.wrapper.unwrap(row.encryptedKeyMaterial, wrapContextOf(row));
    const shown = exported(row);
    keys.push({ ...shown, mac: exportMac(key, storeId, shown) });
    key.fill(0);
  }
  for (const { keyId, version } of living) {
    await session.change(ops.intent('export', keyId, { ...options, version }), async (edit) => {
      edit.note({ operation: 'export' });
    });
  }
  return keys;
}

/**
 * Adds exported versions, after each has been unwrapped once: what this master key cannot open, or was edited since its
 * export, does not come in. All or nothing. Errors: `import_malformed`, `key_exists`, `master_key_mismatch`, and the KMS's own.
 */
export async function importKeys(ops: Operations, from: KeyExport, options: OperationOptions = {}): Promise<KeyRow[]> {
  const { session } = ops;
  if (from?.format !== format || !Array.isArray(from.keys)) throw malformed('the format is not "hammerwork/1 keys"');
  const actor = ops.actorOf(options);
  const rows = from.keys.map((key) => imported(key, session.wrapper.masterKeyId));
  await session.open();
  for (const [i, row] of rows.entries()) {
    const key = await session.wrapper.unwrap(row.encryptedKeyMaterial, wrapContextOf(row));
    const holds = holdsExportMac(key, from.storeId, from.keys[i]!);
    key.fill(0);
    if (!holds) throw malformed(`${nameOf(row)} was edited after its export, or exported by an older program`);
  }
  return session.change({ operation: 'import', keyId: '', actor, reason: options.reason }, async (edit) => {
    const written: KeyRow[] = [];
    for (const file of rows) {
      const row = await asKnownHere(edit, file);
      const details = { storeId: String(from.storeId), status: row.status };
      if (!(await edit.insert(row, { operation: 'import', details }))) {
        throw new KeyManagerError(
          'key_exists',
          `Version ${row.version} of key "${row.keyId}", its handle or another active version is in this store already.`,
        );
      }
      written.push(await edit.find(row.keyId, row.version));
    }
    return written;
  });
}

/** A file may be from before the end of its version in this store: it brings the bytes back, and not the time. */
async function asKnownHere(edit: Edit, row: NewKeyRow): Promise<NewKeyRow> {
  const known = await edit.findTransition(row.keyId, row.version);
  if (!known || known.state === 'active' || known.state === 'pre_active') return row;
  if (known.state === 'destroyed' || known.state === 'destruction_pending') {
    const done =
      known.state === 'destroyed' ? 'was destroyed in this store' : 'waits for its destruction in this store';
    throw new KeyManagerError('transition_forbidden', `${nameOf(row)} ${done}: no file brings it back.`);
  }
  return { ...row, ...endedAs(row, known.state, edit.nowMs) };
}

function exported(row: KeyRow): Omit<ExportedKey, 'mac'> {
  return {
    keyId: row.keyId,
    version: row.version,
    handle: Buffer.from(row.handle).toString('base64'),
    algorithm: row.algorithm,
    purpose: row.purpose,
    scope: row.scope,
    status: row.status,
    retiredAt: row.retiredAt ?? null,
    compromisePolicy: row.compromisePolicy ?? null,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    expiresAt: row.expiresAt ?? null,
    rotatedAt: row.rotatedAt ?? null,
    rotationIntervalDays: row.rotationIntervalDays ?? null,
    nextRotationAt: row.nextRotationAt ?? null,
    masterKeyId: row.masterKeyId,
    encryptedKeyMaterial: Buffer.from(row.encryptedKeyMaterial).toString('base64'),
  };
}

function imported(key: ExportedKey, fallbackMasterKeyId: string): NewKeyRow {
  try {
    assertKeyId(key.keyId);
    assertVersion(key.version);
    assertScope(key.scope);
    if (key.rotationIntervalDays !== null) assertDays(key.rotationIntervalDays);
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : 'a name is not valid');
  }
  const compromised = key.status === 'compromised';
  return {
    keyId: key.keyId,
    version: key.version,
    handle: bytes(key.handle, 8),
    algorithm: oneOf<Algorithm>('algorithm', key.algorithm, ['aes-256-gcm', 'chacha20-poly1305']),
    purpose: oneOf<KeyPurpose>('purpose', key.purpose, ['encryption', 'mac']),
    source: 'imported',
    scope: key.scope,
    status: oneOf<KeyStatus>(
      'status',
      key.status,
      keyStatuses.filter((status) => status !== 'destroyed'),
    ),
    retiredAt: time(key.retiredAt),
    compromisePolicy:
      compromised && key.compromisePolicy === 'continue' ? 'continue' : compromised ? 'hold' : undefined,
    createdAt: time(key.createdAt) ?? 0,
    createdBy: String(key.createdBy).slice(0, 255),
    expiresAt: time(key.expiresAt),
    rotatedAt: time(key.rotatedAt),
    rotationIntervalDays: key.rotationIntervalDays ?? undefined,
    nextRotationAt: time(key.nextRotationAt),
    keyStrength: keyBytes * 8,
    masterKeyId: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key.masterKeyId)
      ? key.masterKeyId
      : fallbackMasterKeyId,
    destroyAt: undefined,
    destroyRequestedBy: undefined,
    destroyApprovedBy: undefined,
    encryptedKeyMaterial: bytes(key.encryptedKeyMaterial),
  };
}

function time(value: unknown): number | undefined {
  if (value === null) return undefined;
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= latestTimeMs)
    return value as number;
  throw malformed('a time is not in epoch milliseconds');
}

function bytes(value: unknown, length?: number): Uint8Array {
  const decoded = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
  if (!decoded || decoded.toString('base64') !== value || (length !== undefined && decoded.length !== length)) {
    throw malformed('bytes are not in base64 of the right length');
  }
  return new Uint8Array(decoded);
}

function oneOf<T extends string>(what: string, value: unknown, known: readonly T[]): T {
  const found = known.find((item) => item === value);
  if (found === undefined) throw malformed(`the ${what} is none of ${known.join(', ')}`);
  return found;
}

function malformed(what: string): KeyManagerError {
  return new KeyManagerError('import_malformed', `The keys cannot be imported: ${what}. Export them again.`);
}
