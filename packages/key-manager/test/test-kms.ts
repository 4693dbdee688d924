// A master key in memory that counts calls and fails on order.
import { createCrypto, handleToHex } from '@hammerwork/crypto-core';
import type { KmsProvider } from '../src/kms-provider.ts';

export const crypto = createCrypto();

export interface TestKms extends KmsProvider {
  readonly calls: { wrap: number; unwrap: number };
  /** While set, every call fails with it. */
  failure: Error | undefined;
  /** While set, every call waits for it. */
  gate: Promise<void> | undefined;
}

export function createTestKms(masterKey: Uint8Array = crypto.randomBytes(32)): TestKms {
  const key = crypto.importKey(masterKey, { algorithm: 'aes-256-gcm' });
  const calls = { wrap: 0, unwrap: 0 };
  const kms: TestKms = {
    id: `test/${handleToHex(key.handle)}`,
    calls,
    failure: undefined,
    gate: undefined,
    async wrap(dataKey, context) {
      calls.wrap++;
      const copy = dataKey.slice();
      await kms.gate;
      if (kms.failure) throw kms.failure;
      return crypto.seal(key, copy, context);
    },
    async unwrap(wrapped, context) {
      calls.unwrap++;
      await kms.gate;
      if (kms.failure) throw kms.failure;
      return crypto.open(key, wrapped, context).plaintext;
    },
    health: async () => ({ ok: !kms.failure, detail: 'test' }),
  };
  return kms;
}
