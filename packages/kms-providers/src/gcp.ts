// Google Cloud KMS by @google-cloud/kms, over gRPC or REST: Encrypt and Decrypt under a symmetric key, with the encoded
// wrap context as additional authenticated data and CRC-32C of everything both ways.
//
//   0x01 ‖ u32 number of the key version that encrypted ‖ ciphertext
import { encodeContext } from '@hammerwork/crypto-core';
import type { KmsProvider } from '@hammerwork/key-manager';
import { crc32c } from './crc32c.ts';
import { KmsError } from './errors.ts';
import { connectGcp, type GcpConnectOptions, type GcpKms } from './gcp-client.ts';
import { gcpError } from './gcp-errors.ts';
import { createKmsPolicy, type KmsPolicy, type KmsPolicyOptions } from './kms-policy.ts';
import { malformed } from './kms-uri.ts';
import { createRemoteProvider, takeBytes } from './remote-provider.ts';

export interface GcpProviderOptions extends GcpConnectOptions {
  /** `projects/P/locations/L/keyRings/R/cryptoKeys/K`: the key, not one of its versions. */
  key: string;
  policy?: KmsPolicyOptions;
}

interface Connection {
  readonly client: GcpKms;
  readonly policy: KmsPolicy;
  readonly name: string;
}

const namePattern =
  /^projects\/([a-z0-9.-]+:)?[a-z0-9-]{1,63}\/locations\/[a-z0-9-]{1,63}\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/;
const formatVersion = 1;
const headerBytes = 5;
/** What the service takes, for a software key. */
const maxCiphertextBytes = 65_536 + 1_024;

/** Errors: `uri_malformed`, `peer_missing`. */
export async function createGcpProvider(options: GcpProviderOptions): Promise<KmsProvider> {
  const { key: name } = options;
  if (!namePattern.test(name)) {
    throw malformed('a Google Cloud key is named projects/P/locations/L/keyRings/R/cryptoKeys/K');
  }
  const policy = createKmsPolicy('Google Cloud KMS', options.policy);
  const client = await connectGcp(options);
  const connection: Connection = { client, policy, name };
  return createRemoteProvider({
    id: `gcp/${name}`,
    wrap: (key, context) => wrap(connection, key, encodeContext(context)),
    unwrap: (wrapped, context) => unwrap(connection, wrapped, encodeContext(context)),
    describe: () => describe(connection),
    close: () => client.close(),
  });
}

async function wrap({ client, policy, name }: Connection, key: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
  return policy.run('Encrypt', async (signal) => {
    const request = {
      name,
      plaintext: exact(key),
      plaintextCrc32c: { value: crc32c(key) },
      additionalAuthenticatedData: exact(aad),
      additionalAuthenticatedDataCrc32c: { value: crc32c(aad) },
    };
    const answer = await client.encrypt(request, signal, policy.attemptMs).catch(fail('Encrypt', name));
    const version = versionOf(answer.name, name);
    const ciphertext = toBytes(answer.ciphertext);
    const intact =
      answer.verifiedPlaintextCrc32c === true &&
      answer.verifiedAdditionalAuthenticatedDataCrc32c === true &&
      ciphertext.length > 0 &&
      checksumOf(answer.ciphertextCrc32c) === crc32c(ciphertext);
    if (!intact) throw wrongAnswer();
    const wrapped = new Uint8Array(headerBytes + ciphertext.length);
    wrapped[0] = formatVersion;
    new DataView(wrapped.buffer).setUint32(1, version);
    wrapped.set(ciphertext, headerBytes);
    return wrapped;
  });
}

async function unwrap({ client, policy, name }: Connection, wrapped: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
  const ciphertext = wrapped.subarray(headerBytes);
  if (wrapped[0] !== formatVersion || ciphertext.length === 0 || ciphertext.length > maxCiphertextBytes) {
    throw new KmsError('wrap_broken', 'A wrapped key is not of the form that this provider writes.');
  }
  return policy.run('Decrypt', async (signal) => {
    const request = {
      name,
      ciphertext: exact(ciphertext),
      ciphertextCrc32c: { value: crc32c(ciphertext) },
      additionalAuthenticatedData: exact(aad),
      additionalAuthenticatedDataCrc32c: { value: crc32c(aad) },
    };
    const answer = await client.decrypt(request, signal, policy.attemptMs).catch(fail('Decrypt', name));
    const plaintext = toBytes(answer.plaintext);
    if (checksumOf(answer.plaintextCrc32c) === crc32c(plaintext)) return takeBytes(plaintext);
    plaintext.fill(0);
    throw wrongAnswer();
  });
}

async function describe({ client, policy, name }: Connection): Promise<string> {
  const key = await policy.run('GetCryptoKey', (signal) =>
    client.getCryptoKey({ name }, signal, policy.attemptMs).catch(fail('GetCryptoKey', name)),
  );
  if (key.name !== name) throw wrongAnswer();
  if (key.purpose !== 'ENCRYPT_DECRYPT' && key.purpose !== 1) {
    throw new KmsError('kms_key_unusable', 'It is not a key for symmetric encryption.');
  }
  if (!key.primary?.name) throw new KmsError('kms_key_unusable', 'It has no primary version.');
  if (key.primary.state !== 'ENABLED' && key.primary.state !== 1) {
    throw new KmsError('kms_key_unusable', 'Its primary version is not enabled.');
  }
  return `primary version ${versionOf(key.primary.name, name)} enabled`;
}

/** The number at the end of a version's name, which has to be a version of this very key. */
function versionOf(versionName: unknown, name: string): number {
  const prefix = `${name}/cryptoKeyVersions/`;
  const number = typeof versionName === 'string' && versionName.startsWith(prefix) && versionName.slice(prefix.length);
  if (number && /^[1-9][0-9]{0,8}$/.test(number)) return Number(number);
  throw wrongAnswer();
}

/** Wrapped numbers come as a decimal string, a number or an object of the `long` package. */
function checksumOf(value: { value?: unknown } | null | undefined): number | undefined {
  const text = String(value?.value ?? '');
  return /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
}

/**
 * Over REST the client (proto3-json-serializer 4.1) sends a view that is no Buffer from the start of what it is a view
 * of: other bytes than these, and perhaps other secrets.
 */
function exact(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

function wrongAnswer(): KmsError {
  return new KmsError(
    'kms_answer_wrong',
    'An answer of Google Cloud KMS fails its checksum or is for another key. It is not used.',
  );
}

function fail(operation: 'Encrypt' | 'Decrypt' | 'GetCryptoKey', name: string): (error: unknown) => never {
  return (error) => {
    throw gcpError(error, operation, name);
  };
}
