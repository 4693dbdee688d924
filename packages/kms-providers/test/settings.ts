// Providers on real servers (moto, Vault) and on the fake Google Cloud KMS, with keys of their own for each caller.
import { randomBytes, randomUUID } from 'node:crypto';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { KmsProvider } from '@hammerwork/key-manager';
import { callVault, type ServerAddress, sharedServer } from '@hammerwork/test-kit';
import { type FakeGcpKms, startFakeGcpKms } from '@hammerwork/test-kit/gcp-kms';
import { type KmsFromUriOptions, kmsFromUri } from '../src/kms-from-uri.ts';

/** One kind of provider, and what a test needs to make several of them. */
export interface Setting {
  /** Where its server listens, for a proxy before it. */
  readonly server: string;
  /** Secrets that must not be seen anywhere. */
  readonly secrets: readonly string[];
  /** What a process needs in its environment to use `uri`. */
  readonly environment: Readonly<Record<string, string>>;
  uri(key: string, server?: string): Promise<string>;
  /** A provider of a key with that name, made when first asked for; `server` goes through a proxy. */
  provider(key: string, options?: { server?: string } & KmsFromUriOptions): Promise<KmsProvider>;
}

export const transports = ['fetch', 'node-vault'] as const;

/** Undefined where the server cannot be had, which `sharedServer` has told. */
export async function openSetting(name: string, gcp: FakeGcpKms): Promise<Setting | undefined> {
  if (name === 'aws') return awsSetting(await sharedServer('moto'));
  if (name === 'gcp-grpc') return gcpSetting(gcp, 'grpc');
  if (name === 'gcp-rest') return gcpSetting(gcp, 'rest');
  const [kind, transport] = name.split(' over ') as ['vault' | 'vault-transit', string];
  return vaultSetting(kind, transport, await sharedServer('vault'));
}

export { startFakeGcpKms };

/** In no message, whatever happens. */
export const awsSecret = 'PlantedAwsSecretAccessKey0123456789abcdef';
const awsEnvironment = { AWS_ACCESS_KEY_ID: 'AKIAPLANTED000000001', AWS_SECRET_ACCESS_KEY: awsSecret };

function memo<T>(make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}

function awsSetting(moto: ServerAddress | undefined): Setting | undefined {
  if (!moto) return undefined;
  const credentials = { accessKeyId: awsEnvironment.AWS_ACCESS_KEY_ID, secretAccessKey: awsSecret };
  const client = new KMSClient({ region: 'eu-west-1', endpoint: moto.url, credentials });
  const arnOf = memo(
    async () => (await client.send(new CreateKeyCommand({ KeyUsage: 'ENCRYPT_DECRYPT' }))).KeyMetadata!.Arn!,
  );
  const uri = async (key: string, server = moto.url) => `aws://${await arnOf(key)}?endpoint=${server}`;
  return {
    server: moto.url,
    secrets: [awsSecret],
    environment: awsEnvironment,
    uri,
    provider: async (key, { server, ...options } = {}) =>
      kmsFromUri(await uri(key, server), { clientConfig: { credentials }, ...options }),
  };
}

function gcpSetting(gcp: FakeGcpKms, transport: 'grpc' | 'rest'): Setting {
  const keyOf = memo(() => gcp.createKey(`key-${randomUUID()}`));
  const own = transport === 'grpc' ? gcp.grpcUrl : gcp.restUrl;
  const uri = async (key: string, server = own) =>
    `gcp://${await keyOf(key)}?transport=${transport}&endpoint=${server}`;
  return {
    server: own,
    secrets: [],
    environment: {},
    uri,
    provider: async (key, { server, ...options } = {}) => kmsFromUri(await uri(key, server), options),
  };
}

function vaultSetting(
  kind: 'vault' | 'vault-transit',
  transport: string,
  vault: ServerAddress | undefined,
): Setting | undefined {
  if (!vault) return undefined;
  const masterKeys: string[] = [];
  const makeSecret = async (path: string) => {
    const key = randomBytes(32).toString('base64');
    masterKeys.push(key);
    await callVault(vault, `secret/data/${path}`, { body: { data: { key } } });
    return `secret/${path}`;
  };
  const makeKey = async (name: string) => {
    await callVault(vault, `transit/keys/${name}`, { body: { derived: true } });
    return `transit/${name}`;
  };
  const pathOf = memo(() => (kind === 'vault' ? makeSecret : makeKey)(`key-${randomUUID()}`));
  const uri = async (key: string, server = vault.url) =>
    `${kind}://${await pathOf(key)}?addr=${server}&transport=${transport}`;
  const environment = { VAULT_TOKEN: vault.token! };
  return {
    server: vault.url,
    get secrets() {
      return [vault.token!, ...masterKeys];
    },
    environment,
    uri,
    provider: async (key, { server, ...options } = {}) =>
      kmsFromUri(await uri(key, server), { env: environment, ...options }),
  };
}
