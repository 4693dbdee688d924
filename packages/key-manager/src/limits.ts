// The manager's defaults and what they may be.
import { assertKnown } from '@hammerwork/crypto-core/known-options';
import { assertDays } from './generate.ts';
import { assertKeyId } from './key-id.ts';
import type { KeyManagerOptions, OpenAuditPolicy } from './manager-options.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Polled more rarely, a revoked key could stay in use for longer than 5 seconds. */
const maxPollIntervalMs = 4000;

export interface Limits {
  ttlMs: number;
  maxEntries: number;
  pollIntervalMs: number;
  maxStalenessMs: number;
  negativeTtlMs: number;
  loadTimeoutMs: number;
  usageFlushMs: number;
  settleMs: number;
  undoWindowMs: number;
}

const managerNames = [
  ...[
    'store',
    'kms',
    'crypto',
    'clock',
    'actor',
    'onWarning',
    'countReferences',
    'rotationIntervalDays',
    'maxVersions',
  ],
  ...['settleMs', 'usageFlushMs', 'automaticRotationMs'],
];
const cacheNames = ['ttlMs', 'maxEntries', 'pollIntervalMs', 'maxStalenessMs', 'negativeTtlMs', 'loadTimeoutMs'];

/** A misspelt one must not mean that openings of other keys leave entries, or that none do. */
function assertOpenAudit(policy: OpenAuditPolicy): void {
  assertKnown('openAudit', policy, ['opens', 'keyIds', 'flushMs', 'maxPending']);
  const { opens, keyIds, flushMs = 1, maxPending = 1 } = policy;
  if (opens !== 'each' && opens !== 'counted') throw new TypeError("openAudit.opens must be 'each' or 'counted'");
  if (keyIds !== undefined && !Array.isArray(keyIds)) throw new TypeError('openAudit.keyIds must be a list');
  keyIds?.forEach(assertKeyId);
  for (const [name, value] of Object.entries({ flushMs, maxPending })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`openAudit.${name} must be a whole number from 1, got ${value}`);
    }
  }
}

/** Throws `RangeError` or `TypeError` for what cannot work; a misspelt `requireApproval` must not mean that one is enough. */
export function limitsOf(options: KeyManagerOptions): Limits {
  const { cache = {}, destruction = {}, openAudit, checkpoints, ...others } = options;
  assertKnown('createKeyManager', others, managerNames);
  assertKnown('cache', cache, cacheNames);
  assertKnown('destruction', destruction, ['undoWindowMs', 'requireApproval', 'backupRetentionDays']);
  if (openAudit) assertOpenAudit(openAudit);
  if (checkpoints) assertKnown('checkpoints', checkpoints, ['signer', 'everyMs', 'write']);
  if (typeof (destruction.requireApproval ?? false) !== 'boolean') {
    throw new TypeError('destruction.requireApproval must be true or false');
  }
  const maxStalenessMs = cache.maxStalenessMs ?? minuteMs;
  const limits: Limits = {
    ttlMs: cache.ttlMs ?? hourMs,
    maxEntries: cache.maxEntries ?? 10_000,
    pollIntervalMs: cache.pollIntervalMs ?? 2000,
    maxStalenessMs,
    negativeTtlMs: cache.negativeTtlMs ?? 1000,
    loadTimeoutMs: cache.loadTimeoutMs ?? 15_000,
    usageFlushMs: options.usageFlushMs ?? minuteMs,
    settleMs: options.settleMs ?? 2 * maxStalenessMs,
    undoWindowMs: destruction.undoWindowMs ?? 7 * dayMs,
  };
  for (const [name, value] of Object.entries(limits)) {
    const least = name === 'settleMs' || name === 'undoWindowMs' ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`${name} must be a whole number from ${least}, got ${value}`);
    }
  }
  if (limits.pollIntervalMs > maxPollIntervalMs) {
    throw new RangeError(`pollIntervalMs must be at most ${maxPollIntervalMs}, got ${limits.pollIntervalMs}`);
  }
  if (options.rotationIntervalDays !== undefined) assertDays(options.rotationIntervalDays);
  const { maxVersions } = options;
  if (maxVersions !== undefined && !(Number.isInteger(maxVersions) && maxVersions >= 1)) {
    throw new RangeError(`maxVersions must be a whole number from 1, got ${maxVersions}`);
  }
  return limits;
}
