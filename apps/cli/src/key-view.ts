// How key versions and reports about them look to people.
import { handleToHex } from '@hammerwork/crypto-core';
import type { DestroyReport, KeyVersion, RefusedKey } from '@hammerwork/key-manager';
import { CliError } from './errors.ts';
import { type Output, table } from './output.ts';

export function showKey(output: Output, key: KeyVersion): void {
  output.result(describeKey(key), () => table([describeKey(key)], ''));
}

export function describeKey(key: KeyVersion): Record<string, unknown> {
  return {
    key: key.keyId,
    version: key.version,
    status: statusOf(key),
    algorithm: key.algorithm,
    handle: handleToHex(key.handle),
    created: key.createdAt,
    rotated: key.rotatedAt,
    'next rotation': key.nextRotationAt,
    expires: key.expiresAt,
    uses: key.usageCount,
  };
}

export function describeRefused({ keyId, version, code }: RefusedKey): Record<string, unknown> {
  return { key: keyId, version, status: `not trusted (${code})` };
}

/** After the command has done what it could. */
export function assertNoneRefused(refused: readonly RefusedKey[]): void {
  if (refused.length === 0) return;
  const messages = refused.slice(0, 10).map(({ message }) => message);
  const more = refused.length > messages.length ? [`And ${refused.length - messages.length} more.`] : [];
  throw new CliError('check_failed', [`Not trusted: ${refused.length}.`, ...messages, ...more].join('\n'));
}

/** The SP 800-57 status, or the stronger word for what the version is in for. */
function statusOf({ status, retiredAt, compromisePolicy, destruction }: KeyVersion): string {
  if (destruction) return destruction.needsApproval ? 'destruction awaits approval' : 'destruction pending';
  if (retiredAt && status !== 'destroyed') return 'retired';
  return compromisePolicy ? `${status} (${compromisePolicy})` : status;
}

export function showDestruction(output: Output, report: DestroyReport): void {
  const { key, state, at, copies, cachesUntil, backupCopiesUntil } = report;
  const name = `version ${key.version} of ${key.keyId}`;
  const sentences: Record<DestroyReport['state'], string> = {
    destroyed: `Destroyed ${name}.`,
    pending: `The bytes of ${name} go after ${at.toISOString()}. Until then: hammerwork keys undo ${key.keyId} ${key.version}`,
    awaiting_approval: `A second person has to approve the end of ${name}: hammerwork --actor NAME keys approve ${key.keyId} ${key.version}`,
  };
  const result = { key: key.keyId, version: key.version, state, at, cachesUntil, backupCopiesUntil, copies };
  output.result(result, () => {
    const rows = copies.map(({ place, until, note }) => ({ place, until: until ?? 'not known', note }));
    return `${sentences[state]}\nWhere copies of the wrapped key may live on:\n${table(rows, '')}`;
  });
}
