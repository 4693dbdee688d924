export { createPgKeyStore, keyChangeChannel, type Listen, type PgKeyStoreOptions } from './store.ts';
export type { EncryptionKeysTable, KeyAuditLogTable, KeyStoreTable, KeyTables } from './tables.ts';
