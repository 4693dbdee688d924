// The URIs of key management services. Each takes its own parameters and no others; none takes a credential.
//
//   aws://alias/NAME?region=R                 aws://KEY-ID?region=R, aws://ARN; endpoint=URL
//   gcp://projects/P/locations/L/keyRings/R/cryptoKeys/K      transport=grpc|rest; endpoint=URL
//   vault://MOUNT/PATH                        key/value store, version 2
//   vault-transit://MOUNT/KEY
//     both: addr=URL, namespace=N, cluster=NAME, transport=fetch|node-vault,
//           auth=token|approle|kubernetes, auth-mount=M, role=R, jwt-file=PATH
import type { KmsProvider } from '@hammerwork/key-manager';
import type { KmsFromUriOptions } from './kms-from-uri.ts';
import { assertParameters, type KmsUri, malformed } from './kms-uri.ts';
import type { VaultConnectOptions } from './vault-session.ts';

type Make = (uri: KmsUri, options: KmsFromUriOptions) => Promise<KmsProvider>;

export const fromAws: Make = async (uri, options) => {
  assertParameters(uri, ['region', 'endpoint']);
  const { createAwsProvider } = await import('./aws.ts');
  return createAwsProvider({
    key: nameOf(uri),
    ...pick(options, ['policy', 'clientConfig', 'env']),
    ...parametersOf(uri, { region: 'region', endpoint: 'endpoint' }),
  });
};

export const fromGcp: Make = async (uri, options) => {
  assertParameters(uri, ['transport', 'endpoint']);
  assertOneOf(uri, 'transport', ['grpc', 'rest']);
  const { createGcpProvider } = await import('./gcp.ts');
  return createGcpProvider({
    key: nameOf(uri),
    ...pick(options, ['policy', 'clientConfig']),
    ...parametersOf(uri, { transport: 'transport', endpoint: 'endpoint' }),
  });
};

export const fromVault: Make = async (uri, options) => {
  const connect = vaultOptions(uri, options);
  const { createVaultProvider } = await import('./vault.ts');
  return createVaultProvider({ ...splitTarget(uri), ...connect, ...pick(options, ['crypto']) });
};

export const fromVaultTransit: Make = async (uri, options) => {
  const connect = vaultOptions(uri, options);
  const { createVaultTransitProvider } = await import('./vault-transit.ts');
  const { mount, path: key } = splitTarget(uri);
  if (key.includes('/')) throw malformed('a transit key is named as vault-transit://MOUNT/KEY');
  return createVaultTransitProvider({ mount, key, ...connect });
};

const vaultParameters = {
  addr: 'addr',
  namespace: 'namespace',
  cluster: 'cluster',
  transport: 'transport',
  auth: 'auth',
  'auth-mount': 'authMount',
  role: 'role',
  'jwt-file': 'jwtFile',
} as const;

function vaultOptions(uri: KmsUri, options: KmsFromUriOptions): VaultConnectOptions {
  assertParameters(uri, Object.keys(vaultParameters));
  assertOneOf(uri, 'auth', ['token', 'approle', 'kubernetes']);
  assertOneOf(uri, 'transport', ['fetch', 'node-vault']);
  const cluster = uri.parameters.get('cluster');
  if (cluster && !/^[\w.-]{1,63}$/.test(cluster))
    throw malformed('"cluster" has letters, digits, ".", "_" and "-" only');
  return { ...pick(options, ['policy', 'env', 'clock', 'warn']), ...parametersOf(uri, vaultParameters) };
}

/** The mount is the first segment. */
function splitTarget(uri: KmsUri): { mount: string; path: string } {
  const [, mount, path] = /^([^/]+)\/(.+)$/.exec(nameOf(uri)) ?? [];
  if (!mount || !path) throw malformed(`it is not of the form ${uri.scheme}://MOUNT/NAME`);
  return { mount, path };
}

function nameOf({ scheme, target }: KmsUri): string {
  if (!/^\/\/[^/]/.test(target)) throw malformed(`it is not of the form ${scheme}://NAME`);
  if (target.includes('@')) throw malformed('it has credentials in it; they belong into the environment');
  return target.slice(2);
}

function assertOneOf(uri: KmsUri, name: string, values: readonly string[]): void {
  const value = uri.parameters.get(name);
  if (value !== undefined && !values.includes(value)) throw malformed(`"${name}" is one of ${values.join(', ')}`);
}

/** The parameters that are there, under the names that options have. */
function parametersOf(uri: KmsUri, names: Readonly<Record<string, string>>): object {
  const given = Object.entries(names).filter(([name]) => uri.parameters.has(name));
  return Object.fromEntries(given.map(([name, option]) => [option, uri.parameters.get(name)]));
}

function pick<T extends object, K extends keyof T>(
  options: T,
  names: readonly K[],
): { [N in K]?: Exclude<T[N], undefined> } {
  const given = names.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]])) as { [N in K]?: Exclude<T[N], undefined> };
}
