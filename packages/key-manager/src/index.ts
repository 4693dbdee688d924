export type { AuditDetails, AuditEntry, AuditEvent, AuditOperation, AuditRecord, AuditResult } from './audit-entry.ts';
export type { AuditCheckpoint, AuditFault, AuditSigner, AuditVerdict, VerifyAuditOptions } from './audit-verdict.ts';
export { type Clock, systemClock } from './clock.ts';
export { KeyManagerError, type KeyManagerErrorCode } from './errors.ts';
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
export type { CompromisePolicy, KeyPurpose, KeySource, KeyStatus, KeyVersion } from './key-version.ts';
export { type KmsGroup, type KmsHealth, type KmsProvider, migrating, multi, type WrapContext } from './kms-provider.ts';
export type {
  AuditTrailQuery,
  CompromiseKeyOptions,
  CountReferences,
  DestroyKeyOptions,
  DestroyReport,
  ExportedKey,
  GenerateKeyOptions,
  KeyExport,
  KeyManager,
  KeyManagerOptions,
  KeyManagerStats,
  KeyManagerWarning,
  KeySelector,
  OperationOptions,
  RetireKeyOptions,
  RotateKeyOptions,
} from './manager.ts';
export { createMemoryKeyStore } from './memory-key-store.ts';
