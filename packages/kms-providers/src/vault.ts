// A master key in Vault's key/value store (version 2): the field `key` of a secret, 32 bytes as text. It is read for each
// wrap and unwrap and wiped after; wrapped keys are sealed records, as under a local master key, and name the version
// of the secret that wrapped them.
//
//   0x01 ‖ u32 version of the secret ‖ sealed record
import { type Crypto, createCrypto, type RecordKey } from '@hammerwork/crypto-core';
import type { KmsProvider } from '@hammerwork/key-manager';
import { KmsError } from './errors.ts';
import { importMasterKey, unwrapUnder, wrapUnder } from './local.ts';
import { decodeMasterKey } from './master-key-text.ts';
import { createRemoteProvider } from './remote-provider.ts';
import { vaultPath } from './vault-login.ts';
import { openVaultSession, type VaultConnectOptions, type VaultSession } from './vault-session.ts';
import { partOf } from './vault-token.ts';

export interface VaultProviderOptions extends VaultConnectOptions {
  /** Where the secrets engine is mounted: `secret`. */
  mount: string;
  /** The secret's path below the mount. */
  path: string;
  crypto?: Crypto;
}

interface Secret {
  readonly key: RecordKey;
  readonly version: number;
}

interface Place {
  readonly session: VaultSession;
  readonly mount: string;
  readonly path: string;
  readonly crypto: Crypto;
}

const formatVersion = 1;
const headerBytes = 5;

/** Errors: `uri_malformed`, `configuration_missing`, `peer_missing`. */
export async function createVaultProvider(options: VaultProviderOptions): Promise<KmsProvider> {
  const { crypto = createCrypto() } = options;
  const [mount, path] = [vaultPath(options.mount, 'the mount'), vaultPath(options.path, 'the path')];
  const session = await openVaultSession(options);
  const place: Place = { session, mount, path, crypto };
  return createRemoteProvider({
    id: `vault/${session.prefix}${options.mount}/${options.path}`,
    async wrap(dataKey, context) {
      const { key, version } = await readSecret(place);
      try {
        const record = wrapUnder(crypto, key, { dataKey, context });
        const wrapped = new Uint8Array(headerBytes + record.length);
        wrapped[0] = formatVersion;
        new DataView(wrapped.buffer).setUint32(1, version);
        wrapped.set(record, headerBytes);
        return wrapped;
      } finally {
        key.dispose();
      }
    },
    async unwrap(wrapped, context) {
      const { key } = await readSecret(place, versionOf(wrapped));
      try {
        return unwrapUnder(crypto, key, { wrapped: wrapped.subarray(headerBytes), context });
      } finally {
        key.dispose();
      }
    },
    describe: () => describe(place),
    close: () => session.close(),
  });
}

/** The newest version, or the one that is asked for and no other. */
async function readSecret({ session, mount, path, crypto }: Place, version?: number): Promise<Secret> {
  const query = version === undefined ? '' : `?version=${version}`;
  const request = { method: 'GET', path: `${mount}/data/${path}${query}` } as const;
  return session.request('read', request, (body) => {
    const data = partOf(body, 'data');
    const found = partOf(data, 'metadata').version;
    if (!Number.isInteger(found) || (version !== undefined && found !== version)) {
      throw new KmsError('kms_answer_wrong', 'Vault gave another version of the secret, or none. It is not used.');
    }
    const { key } = partOf(data, 'data');
    if (typeof key !== 'string') throw unusable(`The secret ${mount}/${path} has no field "key".`);
    return { key: importMasterKey(crypto, decodeKeyField(key, `${mount}/${path}`)), version: found as number };
  });
}

function decodeKeyField(text: string, source: string): Uint8Array {
  try {
    return decodeMasterKey(text, `the field "key" of ${source}`);
  } catch (error) {
    throw error instanceof KmsError ? unusable(error.message) : error;
  }
}

/** The oldest version that Vault still has says how long keys may stay wrapped under it. */
async function describe({ session, mount, path, crypto }: Place): Promise<string> {
  const { key, version } = await readSecret({ session, mount, path, crypto });
  key.dispose();
  const kept = await session
    .request('metadata', { method: 'GET', path: `${mount}/metadata/${path}` }, (body) => {
      const { oldest_version, max_versions } = partOf(body, 'data');
      const most = max_versions ? `${max_versions}` : 'by default 10';
      return `, versions from ${Math.max(1, Number(oldest_version))} on kept (${most} at most)`;
    })
    .catch(() => '');
  return `version ${version} in use${kept}`;
}

function versionOf(wrapped: Uint8Array): number {
  const view = new DataView(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength);
  const version = wrapped.length > headerBytes && wrapped[0] === formatVersion ? view.getUint32(1) : 0;
  if (version > 0) return version;
  throw new KmsError('wrap_broken', 'A wrapped key is not of the form that this provider writes.');
}

function unusable(message: string): KmsError {
  return new KmsError('kms_key_unusable', message);
}
