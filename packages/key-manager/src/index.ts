export { parseCheckpoints } from './audit-checkpoint.ts';
export type { AuditDetails, AuditEntry, AuditEvent, AuditOperation, AuditRecord, AuditResult } from './audit-entry.ts';
export { auditOperations } from './audit-entry.ts';
export { exportAuditUnchecked, verifyAuditExport } from './audit-export.ts';
export { createEd25519Signer, createEd25519Verifier, generateAuditKeyPair } from './audit-signer.ts';
export type { AuditCheckpoint, AuditFault, AuditSigner, AuditVerdict, VerifyAuditOptions } from './audit-verdict.ts';
export { type Clock, systemClock } from './clock.ts';
export { KeyManagerError, type KeyManagerErrorCode } from './errors.ts';
export { tellingFirst } from './first-failure.ts';
export { createKeyManager } from './key-manager.ts';
export type { KeyRow } from './key-row.ts';
export type {
  AuditQuery,
  KeyCounts,
  KeyFilter,
  KeyStore,
  KeyStoreReader,
  KeyStoreTransaction,
  KeyUsage,
  StoreState,
} from './key-store.ts';
export { type KeyState, type KeyTransition, parseTransition } from './key-transition.ts';
export {
  type CompromisePolicy,
  type KeyPurpose,
  type KeySource,
  type KeyStatus,
  type KeyVersion,
  keyStatuses,
} from './key-version.ts';
export { type KmsGroup, type KmsHealth, type KmsProvider, migrating, multi, type WrapContext } from './kms-provider.ts';
export type {
  AuditTrailQuery,
  CompromiseKeyOptions,
  DestroyKeyOptions,
  DestroyReport,
  ExportedKey,
  GenerateKeyOptions,
  KeyExport,
  KeyManager,
  KeyManagerStats,
  KeySelector,
  ListKeysOptions,
  OperationOptions,
  ReconcileReport,
  RefusedKey,
  RetireKeyOptions,
  RotateKeyOptions,
} from './manager.ts';
export type {
  CheckpointPolicy,
  CountReferences,
  KeyManagerOptions,
  KeyManagerWarning,
  OpenAuditPolicy,
} from './manager-options.ts';
export { createMemoryKeyStore } from './memory-key-store.ts';
export { createSavepoints } from './savepoint.ts';
