import { type Crypto, createCrypto, createDirectKeyRing, type KeyRing } from '@hammerwork/crypto-core';
import { expect } from 'vitest';
import {
  createPayloadProtection,
  type Detector,
  type Limits,
  type PayloadProtection,
  type ProtectionErrorCode,
} from '../src/index.ts';

export const context = { job: new Uint8Array(16).fill(1), kind: 'payment', surface: 'payload' };

export const crypto: Crypto = createCrypto({ engine: 'native' });

export function keyRing(): KeyRing {
  return createDirectKeyRing({ crypto, key: new Uint8Array(32).fill(7), algorithm: 'aes-256-gcm' });
}

export function protect(options: { detector?: Detector; limits?: Partial<Limits> } = {}): PayloadProtection {
  return createPayloadProtection({ crypto, keyRing: keyRing(), ...options });
}

/** As a database gives it back. */
export function stored<T extends object>(sealed: T): T {
  return Object.fromEntries(
    Object.entries(sealed).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? value.slice() : JSON.parse(JSON.stringify(value)),
    ]),
  ) as T;
}

/** The error of a call, which has to be a ProtectionError (or CryptoError) of this code. */
export async function failure(
  call: () => unknown,
  code: ProtectionErrorCode | 'seal_broken' | 'record_malformed' | 'key_unknown',
): Promise<Error> {
  let error: unknown;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code });
  return error as Error;
}
