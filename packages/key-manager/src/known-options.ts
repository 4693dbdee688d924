// The options of each method of a key manager, so that no misspelt one passes for none, nor a filter of an export for all
// keys.
import { assertKnown } from '@hammerwork/crypto-core/known-options';
import type { VerifyAuditOptions } from './audit-verdict.ts';
import type { KeyFilter } from './key-store.ts';
import type {
  AuditTrailQuery,
  CompromiseKeyOptions,
  DestroyKeyOptions,
  GenerateKeyOptions,
  KeyManager,
  ListKeysOptions,
  OperationOptions,
  RetireKeyOptions,
  RewrapOptions,
  RotateKeyOptions,
} from './manager.ts';

const common = ['actor', 'reason'] satisfies (keyof OperationOptions)[];
const generate = [
  ...common,
  ...(['algorithm', 'purpose', 'rotationIntervalDays', 'expiresAt', 'scope', 'preActive'] as const),
] satisfies (keyof GenerateKeyOptions)[];
const listed = ['keyId', 'scope', 'status', 'notMasterKeyId', 'after', 'limit'] satisfies (keyof KeyFilter)[];

/** Of each method the places of its options among the parameters, and their names. */
const optionsOf = {
  generateKey: { 1: generate },
  ensureKey: { 1: generate },
  activateKey: { 2: common },
  listKeys: { 0: listed, 1: ['onRefused'] satisfies (keyof ListKeysOptions)[] },
  rotateKey: { 1: [...common, 'expectedVersion'] satisfies (keyof RotateKeyOptions)[] },
  performAutomaticRotation: { 0: common },
  retireKey: { 2: [...common, 'unchecked'] satisfies (keyof RetireKeyOptions)[] },
  destroyKey: { 2: [...common, 'unchecked', 'erasure'] satisfies (keyof DestroyKeyOptions)[] },
  approveDestruction: { 2: common },
  undoDestruction: { 2: common },
  performDueDestructions: { 0: common },
  compromiseKey: { 2: [...common, 'whenOpening'] satisfies (keyof CompromiseKeyOptions)[] },
  rewrapKeys: { 0: [...common, 'refresh', 'onProgress'] satisfies (keyof RewrapOptions)[] },
  reconcileKeys: { 0: common },
  exportKeys: { 0: [...listed, 'dueAt', 'destroyAt', 'changedAfter'] satisfies (keyof KeyFilter)[], 1: common },
  importKeys: { 1: common },
  getAuditTrail: {
    0: ['keyId', 'operations', 'from', 'to', 'afterSeq', 'limit'] satisfies (keyof AuditTrailQuery)[],
  },
  verifyAudit: { 0: ['checkpoints', 'verifySignature', 'rows'] satisfies (keyof VerifyAuditOptions)[] },
} satisfies Partial<Record<keyof KeyManager, Readonly<Record<number, readonly string[]>>>>;

/** The same manager; a method that is given an option it does not have rejects with TypeError and does nothing. */
export function checkingOptions(manager: KeyManager): KeyManager {
  const checked = Object.entries(optionsOf).map(([name, places]) => {
    const method = manager[name as keyof typeof optionsOf] as (...given: unknown[]) => Promise<unknown>;
    const checking = async (...given: unknown[]) => {
      for (const [place, names] of Object.entries(places)) assertKnown(name, given[Number(place)] ?? {}, names);
      return method(...given);
    };
    return [name, checking];
  });
  return { ...manager, ...Object.fromEntries(checked) };
}
