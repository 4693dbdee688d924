export { createMysqlKeyStore } from './store.ts';
export type { EncryptionKeysTable, KeyAuditLogTable, KeyStoreTable, KeyTables } from './tables.ts';
