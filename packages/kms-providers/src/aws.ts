// AWS KMS by @aws-sdk/client-kms: Encrypt, Decrypt and ReEncrypt under a symmetric key, with the wrap context as
// encryption context. The wrapped bytes are KMS's own ciphertext. An alias is resolved once, when the provider is made,
// and the key's ARN is its name from then on: an alias that is pointed elsewhere is another master key.
import { createHash } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { encodeContext } from '@hammerwork/crypto-core';
import type { KmsProvider, WrapContext } from '@hammerwork/key-manager';
import { awsError } from './aws-errors.ts';
import type { Environment } from './env.ts';
import { KmsError } from './errors.ts';
import { createKmsPolicy, type KmsPolicy, type KmsPolicyOptions } from './kms-policy.ts';
import { malformed } from './kms-uri.ts';
import { createRemoteProvider, importPeer, takeBytes } from './remote-provider.ts';
import { assertPrivate, parseServerUrl } from './server-url.ts';

type Sdk = typeof import('@aws-sdk/client-kms');

export interface AwsProviderOptions {
  /** `alias/NAME`, a key id, or the ARN of either. An ARN of a key needs no look-up. */
  key: string;
  /** Default: that of the ARN, else what the AWS SDK finds. */
  region?: string;
  /** Another endpoint: https, or http on this machine. */
  endpoint?: string;
  policy?: KmsPolicyOptions;
  /** More options for the SDK's client, for instance `credentials`. Retries and deadlines are this package's own. */
  clientConfig?: object;
  /** Default `process.env`. */
  env?: Environment;
}

interface Connection {
  readonly sdk: Sdk;
  readonly client: KMSClient;
  readonly policy: KmsPolicy;
  readonly arn: string;
}

const arnPattern = /^arn:[a-z-]+:kms:([a-z0-9-]+):\d{12}:(key|alias)\/([A-Za-z0-9/_-]{1,250})$/;

/** Errors: `uri_malformed`, `peer_missing`, and for an alias or key id those of looking it up. */
export async function createAwsProvider(options: AwsProviderOptions): Promise<KmsProvider> {
  const region = regionOf(options);
  checkEndpoint(options);
  const sdk = await importPeer('@aws-sdk/client-kms', () => import('@aws-sdk/client-kms'));
  const policy = createKmsPolicy('AWS KMS', options.policy);
  const client = new sdk.KMSClient({
    ...options.clientConfig,
    ...(region ? { region } : {}),
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    maxAttempts: 1,
  });
  refusePlainHttp(client);
  try {
    const arn =
      arnPattern.exec(options.key)?.[2] === 'key'
        ? options.key
        : await resolveArn({ sdk, client, policy, arn: options.key });
    return createRemoteProvider(awsKms({ sdk, client, policy, arn }));
  } catch (error) {
    client.destroy();
    throw error;
  }
}

/** Where the SDK found the address does not matter: its configuration file may name one as well. */
function refusePlainHttp(client: KMSClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      assertPrivate(args.request as { protocol: string; hostname: string }, 'the endpoint of AWS KMS');
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'high', name: 'hammerworkRefusePlainHttp' },
  );
}

function awsKms(connection: Connection): Parameters<typeof createRemoteProvider>[0] {
  const { sdk, client, policy, arn } = connection;
  return {
    id: `aws/${arn}`,
    async wrap(key, context) {
      const EncryptionContext = encryptionContextOf(context);
      return policy.run('Encrypt', async (abortSignal) => {
        const command = new sdk.EncryptCommand({ KeyId: arn, Plaintext: key, EncryptionContext });
        const answer = await client.send(command, { abortSignal }).catch(fail(arn));
        return checked(answer.CiphertextBlob, answer.KeyId, arn);
      });
    },
    async unwrap(wrapped, context) {
      const EncryptionContext = encryptionContextOf(context);
      assertWrapped(wrapped);
      return policy.run('Decrypt', async (abortSignal) => {
        const command = new sdk.DecryptCommand({ KeyId: arn, CiphertextBlob: wrapped, EncryptionContext });
        const answer = await client.send(command, { abortSignal }).catch(fail(arn));
        return checked(answer.Plaintext, answer.KeyId, arn);
      });
    },
    async rewrap(wrapped, context) {
      const encryptionContext = encryptionContextOf(context);
      assertWrapped(wrapped);
      return policy.run('ReEncrypt', async (abortSignal) => {
        const command = new sdk.ReEncryptCommand({
          CiphertextBlob: wrapped,
          SourceKeyId: arn,
          SourceEncryptionContext: encryptionContext,
          DestinationKeyId: arn,
          DestinationEncryptionContext: encryptionContext,
        });
        const answer = await client.send(command, { abortSignal }).catch(fail(arn));
        if (answer.SourceKeyId !== arn) throw wrongAnswer();
        return checked(answer.CiphertextBlob, answer.KeyId, arn);
      });
    },
    describe: () => describe(connection),
    close: () => client.destroy(),
  };
}

async function describe({ sdk, client, policy, arn }: Connection): Promise<string> {
  const key = await policy.run('DescribeKey', async (abortSignal) => {
    const answer = await client.send(new sdk.DescribeKeyCommand({ KeyId: arn }), { abortSignal }).catch(fail(arn));
    return answer.KeyMetadata;
  });
  const suitable = key?.KeyUsage === 'ENCRYPT_DECRYPT' && key.KeySpec === 'SYMMETRIC_DEFAULT';
  if (!suitable) throw new KmsError('kms_key_unusable', 'It is not a symmetric key for encryption.');
  if (key.KeyState !== 'Enabled') throw new KmsError('kms_key_unusable', `Its state is ${key.KeyState}.`);
  return 'enabled';
}

async function resolveArn({ sdk, client, policy, arn: name }: Connection): Promise<string> {
  const found = await policy.run('DescribeKey', async (abortSignal) => {
    const answer = await client.send(new sdk.DescribeKeyCommand({ KeyId: name }), { abortSignal }).catch(fail(name));
    return answer.KeyMetadata?.Arn;
  });
  if (!found || arnPattern.exec(found)?.[2] !== 'key') throw wrongAnswer();
  return found;
}

/**
 * The pairs, for IAM conditions and CloudTrail, without empty ones; and the digest of all of them as they are serialised
 * everywhere else, which binds exactly, whatever a service makes of the map.
 */
export function encryptionContextOf(context: WrapContext): Record<string, string> {
  if ('hammerwork' in context) throw new TypeError('The name "hammerwork" of a wrap context is taken');
  const digest = createHash('sha256').update(encodeContext(context)).digest('base64url');
  const pairs = Object.entries(context).filter(([, value]) => value !== '');
  return { ...Object.fromEntries(pairs), hammerwork: `1 ${digest}` };
}

/** KMS takes 1 to 6,144 bytes; anything else is not its work. */
function assertWrapped(wrapped: Uint8Array): void {
  if (wrapped.length === 0 || wrapped.length > 6_144) {
    throw new KmsError('wrap_broken', 'A wrapped key has a size that AWS KMS never gives.');
  }
}

function checked(bytes: Uint8Array | undefined, keyId: string | undefined, arn: string): Uint8Array {
  if (bytes && bytes.length > 0 && keyId === arn) return takeBytes(bytes);
  bytes?.fill(0);
  throw wrongAnswer();
}

function wrongAnswer(): KmsError {
  return new KmsError(
    'kms_answer_wrong',
    'AWS KMS answered without bytes, or for another key. The answer is not used.',
  );
}

function fail(name: string): (error: unknown) => never {
  return (error) => {
    throw awsError(error, name);
  };
}

function regionOf({ key, region }: AwsProviderOptions): string | undefined {
  const [, ofArn] = arnPattern.exec(key) ?? [];
  if (!ofArn && !/^(alias\/[A-Za-z0-9/_-]{1,250}|[a-z0-9-]{1,64})$/.test(key)) {
    throw malformed('an AWS key is named by alias/NAME, its id or its ARN');
  }
  if (region !== undefined && !/^[a-z]{2}(-[a-z0-9]+)+$/.test(region)) throw malformed('"region" is no AWS region');
  if (ofArn && region && ofArn !== region) throw malformed('"region" is not the region of the ARN');
  return ofArn ?? region;
}

function checkEndpoint({ endpoint, env = process.env }: AwsProviderOptions): void {
  if (endpoint) parseServerUrl(endpoint, '"endpoint"');
  for (const name of ['AWS_ENDPOINT_URL_KMS', 'AWS_ENDPOINT_URL']) {
    if (!endpoint && env[name]) parseServerUrl(env[name], name);
  }
}
