// What is told of a store that fails: its code, and what to do.
import { createCrypto } from '@hammerwork/crypto-core';
import { expect, test } from 'vitest';
import { createMemoryKeyStore } from '../src/index.ts';
import { createKeyManager } from '../src/key-manager.ts';
import type { KeyStore } from '../src/key-store.ts';
import { createTestKms } from './test-kms.ts';

const crypto = createCrypto();
const failing = (code: string) => () => Promise.reject(Object.assign(new Error('planted'), { code }));
const manage = (store: KeyStore) => createKeyManager({ store, kms: createTestKms(), crypto });

test.each([
  ['ER_OPTION_PREVENTS_STATEMENT', 'read-only'],
  ['ER_READ_ONLY_MODE', 'read-only'],
  ['ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', 'read-only'],
  ['ER_DISK_FULL', 'make room'],
  ['ER_DISK_FULL_NOWAIT', 'make room'],
  ['ER_RECORD_FILE_FULL', 'make room'],
  ['ER_CON_COUNT_ERROR', 'no connection left'],
  ['ER_TOO_MANY_USER_CONNECTIONS', 'no connection left'],
  ['ER_USER_LIMIT_REACHED', 'no connection left'],
  ['ER_LOCK_DEADLOCK', 'waited for each other'],
  ['PROTOCOL_SEQUENCE_TIMEOUT', 'took too long'],
  ['ECONNREFUSED', 'reachable'],
])('%s: %s', async (code, advice) => {
  const store = { ...createMemoryKeyStore(), readState: failing(code) };
  await expect(manage(store).open()).rejects.toMatchObject({
    code: 'store_unavailable',
    message: expect.stringMatching(new RegExp(`\\(${code}\\).*${advice}`)),
  });
});
