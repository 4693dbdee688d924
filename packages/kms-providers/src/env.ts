// The master key from an environment variable.
import type { Crypto } from '@hammerwork/crypto-core';
import type { KmsProvider } from '@hammerwork/key-manager';
import { KmsError } from './errors.ts';
import { createLocalProvider } from './local.ts';
import { decodeMasterKey } from './master-key-text.ts';

export const defaultVariable = 'HAMMERWORK_MASTER_KEY';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvProviderOptions {
  /** Default `HAMMERWORK_MASTER_KEY`. */
  variable?: string;
  /** Default `process.env`. */
  env?: Environment;
  crypto?: Crypto;
}

/** What the environment says, and not what every object has: `constructor`, `toString`. */
export function variableOf(env: Environment, variable: string): string | undefined {
  return Object.hasOwn(env, variable) ? env[variable] : undefined;
}

/** Errors: `master_key_missing`, `master_key_malformed`. */
export function createEnvProvider(options: EnvProviderOptions = {}): KmsProvider {
  const { variable = defaultVariable, env = process.env, crypto } = options;
  const text = variableOf(env, variable);
  if (text === undefined || text.trim() === '') {
    throw new KmsError(
      'master_key_missing',
      `The environment variable ${variable} is not set. Set it to 32 random bytes in base64: openssl rand -base64 32`,
    );
  }
  const source = `env:${variable}`;
  return createLocalProvider(decodeMasterKey(text, source), { source, ...(crypto ? { crypto } : {}) });
}
