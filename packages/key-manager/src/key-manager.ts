// The key manager: the operations over one opened store, the key ring with its cache, and what repeats while it runs.

import { observer } from '@hammerwork/crypto-core/observer';
import { activateKey } from './activate.ts';
import { createCheckpoint } from './audit-checkpoint.ts';
import { exportAudit } from './audit-export.ts';
import { verifyAudit } from './audit-verify.ts';
import { createCachedKeyRing } from './cached-key-ring.ts';
import { systemClock } from './clock.ts';
import { compromiseKey } from './compromise.ts';
import { approveDestruction, destroyKey, performDueDestructions, undoDestruction } from './destroy.ts';
import { KeyManagerError } from './errors.ts';
import { ensureKey, generateKey } from './generate.ts';
import { assertActor, assertKeyId, assertVersion } from './key-id.ts';
import { describeKey, type KeyRow } from './key-row.ts';
import { createKeyWrapper } from './key-wrapper.ts';
import { checkingOptions } from './known-options.ts';
import { limitsOf } from './limits.ts';
import { startMaintenance } from './maintenance.ts';
import type { KeyManager, KeySelector } from './manager.ts';
import type { KeyManagerOptions } from './manager-options.ts';
import { createOpenAudit } from './open-audit.ts';
import { makeIntent, type Operations } from './operations.ts';
import { reconcileKeys } from './reconcile.ts';
import { auditTrail, gatherStats, listKeys } from './reports.ts';
import { retireKey } from './retire.ts';
import { rewrapKeys } from './rewrap.ts';
import { performAutomaticRotation, rotateKey } from './rotate.ts';
import { createStoreSession } from './store-session.ts';
import { exportKeys, importKeys } from './transfer.ts';

/**
 * A key manager over `store`. It does nothing until it is used; `start` lets it follow changes by itself.
 * `RangeError` or `TypeError` for options that cannot work.
 */
export function createKeyManager(options: KeyManagerOptions): KeyManager {
  const { store, kms, crypto, clock = systemClock, actor = 'system' } = options;
  assertActor(actor);
  const limits = limitsOf(options);
  const warn = observer('onWarning', options.onWarning);
  const wrapper = createKeyWrapper(kms);
  const session = createStoreSession({ store, wrapper, crypto, clock, actor });
  const openAudit = options.openAudit && createOpenAudit({ session, policy: options.openAudit, actor, warn });
  const ring = createCachedKeyRing({ session, limits, actor, warn, openAudit });
  const ops: Operations = {
    session,
    rotationIntervalDays: options.rotationIntervalDays,
    maxVersions: options.maxVersions,
    countReferences: options.countReferences,
    settleMs: limits.settleMs,
    undoWindowMs: limits.undoWindowMs,
    requireApproval: options.destruction?.requireApproval ?? false,
    backupRetentionDays: options.destruction?.backupRetentionDays,
    maxStalenessMs: limits.maxStalenessMs,
    warn,
    actorOf: (given) => given?.actor ?? actor,
    intent: (operation, keyId, given) =>
      makeIntent(operation, keyId, { ...given, actor: given?.actor ?? actor, version: given?.version }),
  };
  const { automaticRotationMs, checkpoints } = options;
  const maintenance = startMaintenance({ ops, ring, limits, automaticRotationMs, checkpoints, openAudit });

  return checkingOptions({
    keyRing: { withSealingKey: ring.withSealingKey, withOpeningKey: ring.withOpeningKey, prefetch: ring.prefetch },
    open: () => session.open().then(() => {}),
    start: maintenance.start,
    async close() {
      ring.close(); // first, so that what is written last holds every use
      await maintenance.stop();
      ring.close(); // wipes what a load brought meanwhile
      await session.close();
    },
    generateKey: (keyId, given) => generateKey(ops, keyId, given).then(describeKey),
    ensureKey: (keyId, given) => ensureKey(ops, keyId, given).then(describeKey),
    getKey: (selector) => findKey(ops, selector).then(describeKey),
    listKeys: (filter, given) => listKeys(session, filter, given),
    activateKey: (keyId, version, given) => activateKey(ops, { keyId, version }, given).then(describeKey),
    rotateKey: (keyId, given) => rotateKey(ops, keyId, given).then(describeKey),
    performAutomaticRotation: (given) => performAutomaticRotation(ops, given),
    retireKey: (keyId, version, given) => retireKey(ops, { keyId, version }, given).then(describeKey),
    destroyKey: (keyId, version, given) => destroyKey(ops, { keyId, version }, given),
    approveDestruction: (keyId, version, given) => approveDestruction(ops, { keyId, version }, given),
    undoDestruction: (keyId, version, given) => undoDestruction(ops, { keyId, version }, given).then(describeKey),
    performDueDestructions: (given) => performDueDestructions(ops, given).then((rows) => rows.map(describeKey)),
    compromiseKey: (keyId, version, given) => compromiseKey(ops, { keyId, version }, given).then(describeKey),
    rewrapKeys: (given) => rewrapKeys(ops, given),
    reconcileKeys: (given) => reconcileKeys(ops, given),
    exportKeys: (filter, given) => exportKeys(ops, filter, given),
    importKeys: (exported, given) => importKeys(ops, exported, given).then((rows) => rows.map(describeKey)),
    getStats: () => gatherStats(session, ring),
    getAuditTrail: (query) => auditTrail(session, query),
    verifyAudit: (given) => verifyAudit(session, given),
    exportAudit: () => exportAudit(session),
    createCheckpoint: (signer) => createCheckpoint(session, signer),
  });
}

async function findKey({ session }: Operations, selector: KeySelector): Promise<KeyRow> {
  await session.open();
  const row = await lookUp(session.store, selector);
  if (!row) throw new KeyManagerError('key_unknown', 'There is no such key. List the keys to see what there is.');
  return session.trusted(row);
}

async function lookUp(store: KeyManagerOptions['store'], selector: KeySelector): Promise<KeyRow | undefined> {
  if (typeof selector === 'object' && 'handle' in selector) {
    if (selector.handle.length !== 8) throw new RangeError(`A key handle has 8 bytes, got ${selector.handle.length}`);
    return (await store.findByHandles([selector.handle]))[0];
  }
  const { keyId, version } = typeof selector === 'string' ? { keyId: selector, version: undefined } : selector;
  assertKeyId(keyId);
  if (version === undefined) return (await store.findActive(keyId)) ?? store.findLatest(keyId);
  assertVersion(version);
  return store.findVersion(keyId, version);
}
