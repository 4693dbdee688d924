export { createPgKeyStore, keyChangeChannel, type Listen, type PgKeyStoreOptions } from './store.ts';
export type { EncryptionKeysTable, KeyAuditLogTable, KeyStoreTable, KeyTables, KeyTransitionsTable } from './tables.ts';
