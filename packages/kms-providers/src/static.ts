// A master key written into the program or its configuration. For tests: anyone who reads the configuration has it.
import type { Crypto } from '@hammerwork/crypto-core';
import type { KmsProvider } from '@hammerwork/key-manager';
import type { Environment } from './env.ts';
import { KmsError } from './errors.ts';
import { createLocalProvider } from './local.ts';
import { decodeMasterKey } from './master-key-text.ts';

export interface StaticProviderOptions {
  /** 32 bytes in base64, base64url or hex. */
  key: string;
  /** Allows it outside tests (`NODE_ENV=test`). Default false. */
  allowOutsideTests?: boolean;
  /** Default `process.env`. */
  env?: Environment;
  /** Where the warning goes. Default `process.emitWarning`. */
  warn?: (message: string) => void;
  crypto?: Crypto;
}

/** Errors: `provider_refused`, `master_key_malformed`. */
export function createStaticProvider(options: StaticProviderOptions): KmsProvider {
  const { key, allowOutsideTests = false, env = process.env, warn = process.emitWarning, crypto } = options;
  if (!allowOutsideTests && env.NODE_ENV !== 'test') {
    throw new KmsError(
      'provider_refused',
      'A static master key is for tests (NODE_ENV=test). Use env:, file: or a KMS, or allow "static" by name.',
    );
  }
  warn('The master key is static: whoever reads the configuration can read everything that is sealed.');
  return createLocalProvider(decodeMasterKey(key, 'static:'), { source: 'static:', ...(crypto ? { crypto } : {}) });
}
