export { createMysqlKeyStore } from './store.ts';
export type { EncryptionKeysTable, KeyAuditLogTable, KeyStoreTable, KeyTables, KeyTransitionsTable } from './tables.ts';
