// A manager over a store in memory, with time and master key in the test's hands.

import { createKeyManager } from '../src/key-manager.ts';
import type { KeyStore } from '../src/key-store.ts';
import type { KeyManager } from '../src/manager.ts';
import type { KeyManagerOptions, KeyManagerWarning } from '../src/manager-options.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { createTestClock, type TestClock } from './test-clock.ts';
import { createTestKms, crypto, type TestKms } from './test-kms.ts';

export interface Setting {
  manager: KeyManager;
  store: KeyStore;
  kms: TestKms;
  clock: TestClock;
  warnings: KeyManagerWarning[];
  /** Another process over the same store, with the same master key unless told otherwise. */
  another(options?: Partial<KeyManagerOptions>): KeyManager;
}

export function createSetting(options: Partial<KeyManagerOptions> = {}): Setting {
  const store = options.store ?? createMemoryKeyStore();
  const kms = createTestKms();
  const clock = createTestClock();
  const warnings: KeyManagerWarning[] = [];
  const base = { store, kms, crypto, clock, onWarning: (warning: KeyManagerWarning) => void warnings.push(warning) };
  const another = (other: Partial<KeyManagerOptions> = {}) => createKeyManager({ ...base, ...options, ...other });
  return { manager: another(), store, kms, clock, warnings, another };
}

const context = { job: 'x' };
const text = new TextEncoder();

export async function seal(manager: KeyManager, keyId: string, plaintext = 'secret value'): Promise<Uint8Array> {
  return manager.keyRing.withSealingKey(keyId, (key) => crypto.seal(key, text.encode(plaintext), context));
}

export async function openRecord(manager: KeyManager, record: Uint8Array): Promise<string> {
  const handle = record.slice(4, 12);
  const opened = await manager.keyRing.withOpeningKey(handle, (key) => crypto.open(key, record, context));
  return new TextDecoder().decode(opened.plaintext);
}

/** The code with which a call is refused. */
export async function codeOf(call: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof call === 'function' ? call() : call);
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).constructor.name;
  }
  return 'no error';
}
