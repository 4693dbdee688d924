// From a URI to a provider:
//
//   env:NAME                            the variable NAME (32 bytes in base64, base64url or hex)
//   file:PATH[?permissions=any]         a file with such text, or with the 32 bytes
//   passphrase:env:NAME[?...]           a passphrase; memoryKiB, iterations, parallelism for new key stores
//   passphrase:file:PATH[?...]          (the last line end of the file does not belong to it)
//   static:KEY                          tests only
//   aws://KEY, gcp://KEY, vault://MOUNT/PATH, vault-transit://MOUNT/KEY: see remote-from-uri.ts
import type { Crypto } from '@hammerwork/crypto-core';
import type { Clock, KmsProvider } from '@hammerwork/key-manager';
import type { Environment } from './env.ts';
import { KmsError } from './errors.ts';
import type { KmsPolicyOptions } from './kms-policy.ts';
import { assertParameters, type KmsUri, malformed, numberParameter, parseKmsUri } from './kms-uri.ts';
import { fromAws, fromGcp, fromVault, fromVaultTransit } from './remote-from-uri.ts';

export interface KmsFromUriOptions {
  /** Default `process.env`. */
  env?: Environment;
  /** Providers that are refused unless allowed by name. */
  allow?: readonly 'static'[];
  /** Where a warning goes. Default `process.emitWarning`. */
  warn?: (message: string) => void;
  crypto?: Crypto;
  /** Deadlines, retries and circuit breaker of calls to a KMS. */
  policy?: KmsPolicyOptions;
  /** More options for the client of a cloud's KMS, for instance `credentials`. */
  clientConfig?: object;
  /** Moves the renewal of tokens. Default: the machine's own time. */
  clock?: Clock;
}

/** Errors: `uri_malformed`, and those of the provider. */
export async function kmsFromUri(uri: string, options: KmsFromUriOptions = {}): Promise<KmsProvider> {
  const parsed = parseKmsUri(uri);
  const make = schemes.get(parsed.scheme);
  if (!make) throw malformed(`its scheme is none of ${[...schemes.keys()].join(', ')}`);
  return make(parsed, options);
}

type Make = (uri: KmsUri, options: KmsFromUriOptions) => Promise<KmsProvider>;

// A provider's module is loaded when its scheme is asked for.
const schemes: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['env', fromEnv],
  ['file', fromFile],
  ['passphrase', fromPassphrase],
  ['static', fromStatic],
  ['aws', fromAws],
  ['gcp', fromGcp],
  ['vault', fromVault],
  ['vault-transit', fromVaultTransit],
]);

async function fromEnv(uri: KmsUri, { env, crypto }: KmsFromUriOptions): Promise<KmsProvider> {
  assertParameters(uri, []);
  const { createEnvProvider } = await import('./env.ts');
  return createEnvProvider({
    variable: variableName(uri.target),
    ...(env ? { env } : {}),
    ...(crypto ? { crypto } : {}),
  });
}

async function fromFile(uri: KmsUri, { crypto }: KmsFromUriOptions): Promise<KmsProvider> {
  assertParameters(uri, ['permissions']);
  if (/^\/\/[^/]/.test(uri.target)) throw malformed('a file is named as file:PATH or file:///PATH');
  const { createFileProvider } = await import('./file.ts');
  return createFileProvider({ path: uri.target, anyPermissions: anyPermissions(uri), ...(crypto ? { crypto } : {}) });
}

async function fromStatic(uri: KmsUri, options: KmsFromUriOptions): Promise<KmsProvider> {
  assertParameters(uri, []);
  const { createStaticProvider } = await import('./static.ts');
  const { env, warn, crypto, allow = [] } = options;
  return createStaticProvider({
    key: uri.target,
    allowOutsideTests: allow.includes('static'),
    ...(env ? { env } : {}),
    ...(warn ? { warn } : {}),
    ...(crypto ? { crypto } : {}),
  });
}

async function fromPassphrase(uri: KmsUri, options: KmsFromUriOptions): Promise<KmsProvider> {
  assertParameters(uri, ['memoryKiB', 'iterations', 'parallelism', 'permissions']);
  const { createPassphraseProvider } = await import('./passphrase.ts');
  const memoryKiB = numberParameter(uri, 'memoryKiB');
  const iterations = numberParameter(uri, 'iterations');
  const parallelism = numberParameter(uri, 'parallelism');
  return createPassphraseProvider({
    passphrase: await readPassphrase(uri, options),
    source: `passphrase:${uri.target}`,
    ...(memoryKiB === undefined ? {} : { memoryKiB }),
    ...(iterations === undefined ? {} : { iterations }),
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(options.crypto ? { crypto: options.crypto } : {}),
  });
}

async function readPassphrase(uri: KmsUri, { env = process.env }: KmsFromUriOptions): Promise<Uint8Array> {
  const [, kind, target] = /^(env|file):(.+)$/s.exec(uri.target) ?? [];
  if (kind === 'env') {
    const { variableOf } = await import('./env.ts');
    const text = variableOf(env, variableName(target!));
    if (text) return new TextEncoder().encode(text);
    throw new KmsError('master_key_missing', `The environment variable ${target} with the passphrase is not set.`);
  }
  if (kind === 'file') {
    const { readSecretFile } = await import('./file.ts');
    const bytes = await readSecretFile(target!, anyPermissions(uri));
    const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length;
    return bytes.subarray(0, end);
  }
  throw malformed('a passphrase is named as passphrase:env:NAME or passphrase:file:PATH, never written down');
}

function anyPermissions(uri: KmsUri): boolean {
  const permissions = uri.parameters.get('permissions');
  if (permissions !== undefined && permissions !== 'any') throw malformed('"permissions" can only be "any"');
  return permissions === 'any';
}

function variableName(target: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(target)) throw malformed('it does not name an environment variable');
  return target;
}
