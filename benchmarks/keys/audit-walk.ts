// How long the verification of a long audit log takes. The log is written by the key manager's own session, in bulk.
import { createCrypto } from '@hammerwork/crypto-core';
import { createKeyManager, type KeyStore, systemClock } from '@hammerwork/key-manager';
import { createStaticProvider } from '@hammerwork/kms-providers/static';
import { createKeyWrapper } from '../../packages/key-manager/src/key-wrapper.ts';
import { createStoreSession } from '../../packages/key-manager/src/store-session.ts';

const atOnce = 20_000;

export interface AuditWalk {
  entries: number;
  seconds: number;
}

/** A log of `entries` entries over ten versions, and the time until `verifyAudit` has called it good. */
export async function measureAuditWalk(store: KeyStore, entries: number): Promise<AuditWalk> {
  const crypto = createCrypto();
  const key = Buffer.from(crypto.randomBytes(32)).toString('base64');
  const kms = createStaticProvider({ key, allowOutsideTests: true, warn: () => {}, crypto });
  const manager = createKeyManager({ store, kms, crypto });
  await manager.generateKey('payment');
  const session = createStoreSession({
    store,
    wrapper: createKeyWrapper(kms),
    crypto,
    clock: systemClock,
    actor: 'bench',
  });
  const intent = { operation: 'export' as const, keyId: 'payment', version: 1, actor: 'night-shift', reason: 'drill' };
  for (let written = 2; written < entries; written += atOnce) {
    const count = Math.min(atOnce, entries - written);
    await session.change(intent, async (edit) => {
      for (let i = 0; i < count; i++) edit.note({ operation: 'export', details: { batch: written, number: i } });
    });
  }
  session.close();
  const started = performance.now();
  const verdict = await manager.verifyAudit();
  const seconds = (performance.now() - started) / 1000;
  if (!verdict.ok) throw new Error(`The log is not good: ${verdict.fault?.message}`);
  await manager.close();
  return { entries: verdict.entries, seconds };
}
