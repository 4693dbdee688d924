// The methods of the service that exist here; the others answer UNIMPLEMENTED, as a server does.
import { randomBytes } from 'node:crypto';
import { checksumOf } from './checksum.ts';
import { decrypt, encrypt } from './cipher.ts';
import type { Message } from './protocol.ts';
import {
  addVersion,
  assertAllowed,
  assertName,
  findKey,
  findVersion,
  keyMessage,
  type ProtectionLevel,
  type Resources,
  type StoredKey,
  timestamp,
  versionMessage,
} from './resources.ts';
import { StatusError } from './status.ts';

export type Operation = (resources: Resources, request: Message) => Message;

export const operations: Readonly<Record<string, Operation>> = {
  Encrypt: encrypt,
  Decrypt: decrypt,
  CreateKeyRing: createKeyRing,
  GetKeyRing: getKeyRing,
  ListKeyRings: listKeyRings,
  CreateCryptoKey: createCryptoKey,
  GetCryptoKey: (resources, { name }) => {
    assertAllowed(resources, 'cloudkms.cryptoKeys.get', name);
    return keyMessage(resources, findKey(resources, name));
  },
  ListCryptoKeys: listCryptoKeys,
  CreateCryptoKeyVersion: createCryptoKeyVersion,
  GetCryptoKeyVersion: (resources, { name }) => {
    const { key, version } = findVersion(resources, name);
    assertAllowed(resources, 'cloudkms.cryptoKeyVersions.get', key.name);
    return versionMessage(resources, key, version);
  },
  ListCryptoKeyVersions: listCryptoKeyVersions,
  UpdateCryptoKeyPrimaryVersion: updatePrimaryVersion,
  UpdateCryptoKeyVersion: updateVersion,
  DestroyCryptoKeyVersion: destroyVersion,
  RestoreCryptoKeyVersion: restoreVersion,
  GenerateRandomBytes: generateRandomBytes,
};

function createKeyRing({ keyRings, now }: Resources, { parent, keyRingId }: Message): Message {
  assertName(parent, 'location');
  const name = `${parent}/keyRings/${keyRingId}`;
  assertName(name, 'keyRing');
  if (keyRings.has(name)) throw new StatusError('ALREADY_EXISTS', `KeyRing ${name} already exists.`);
  keyRings.set(name, { name, createdMs: now() });
  return { name, createTime: timestamp(now()) };
}

function getKeyRing({ keyRings }: Resources, { name }: Message): Message {
  assertName(name, 'keyRing');
  const ring = keyRings.get(name);
  if (!ring) throw new StatusError('NOT_FOUND', `KeyRing ${name} not found.`);
  return { name, createTime: timestamp(ring.createdMs) };
}

function listKeyRings({ keyRings }: Resources, { parent, pageSize, pageToken }: Message): Message {
  assertName(parent, 'location');
  const all = [...keyRings.values()].filter(({ name }) => name.startsWith(`${parent}/`));
  const rings = all.map(({ name, createdMs }) => ({ name, createTime: timestamp(createdMs) }));
  const { items, ...rest } = page(rings, pageSize, pageToken);
  return { keyRings: items, ...rest };
}

function createCryptoKey(resources: Resources, request: Message): Message {
  const { parent, cryptoKeyId, cryptoKey, skipInitialVersionCreation } = request;
  getKeyRing(resources, { name: parent });
  const name = `${parent}/cryptoKeys/${cryptoKeyId}`;
  assertName(name, 'key');
  if (resources.keys.has(name)) throw new StatusError('ALREADY_EXISTS', `CryptoKey ${name} already exists.`);
  const purpose = cryptoKey?.purpose ?? 'CRYPTO_KEY_PURPOSE_UNSPECIFIED';
  if (purpose === 'CRYPTO_KEY_PURPOSE_UNSPECIFIED') {
    throw new StatusError('INVALID_ARGUMENT', 'A CryptoKey needs a purpose.');
  }
  const key: StoredKey = {
    name,
    purpose,
    protectionLevel: protectionLevelOf(cryptoKey.versionTemplate?.protectionLevel),
    algorithm: algorithmOf(purpose, cryptoKey.versionTemplate?.algorithm),
    createdMs: resources.now(),
    destroyAfterMs: Number(cryptoKey.destroyScheduledDuration?.seconds ?? 30 * 86_400) * 1_000,
    labels: cryptoKey.labels ?? {},
    fingerprint: randomBytes(16),
    versions: [],
    primary: undefined,
  };
  resources.keys.set(name, key);
  if (!skipInitialVersionCreation) {
    const { number } = addVersion(resources, key);
    if (purpose === 'ENCRYPT_DECRYPT') key.primary = number;
  }
  return keyMessage(resources, key);
}

function protectionLevelOf(level: string | undefined): ProtectionLevel {
  if (level === 'HSM') return 'HSM';
  if (!level || level === 'PROTECTION_LEVEL_UNSPECIFIED' || level === 'SOFTWARE') return 'SOFTWARE';
  throw new StatusError('UNIMPLEMENTED', `Protection level ${level} is not there.`);
}

function algorithmOf(purpose: string, algorithm: string | undefined): string {
  const given = algorithm && algorithm !== 'CRYPTO_KEY_VERSION_ALGORITHM_UNSPECIFIED' ? algorithm : undefined;
  if (purpose !== 'ENCRYPT_DECRYPT') {
    if (given) return given;
    throw new StatusError('INVALID_ARGUMENT', `A key with purpose ${purpose} needs an algorithm.`);
  }
  if (!given || given === 'GOOGLE_SYMMETRIC_ENCRYPTION') return 'GOOGLE_SYMMETRIC_ENCRYPTION';
  throw new StatusError('INVALID_ARGUMENT', `Algorithm ${given} does not fit the purpose ${purpose}.`);
}

function listCryptoKeys(resources: Resources, { parent, pageSize, pageToken }: Message): Message {
  getKeyRing(resources, { name: parent });
  const all = [...resources.keys.values()].filter(({ name }) => name.startsWith(`${parent}/`));
  const messages = all.map((key) => keyMessage(resources, key));
  const { items, ...rest } = page(messages, pageSize, pageToken);
  return { cryptoKeys: items, ...rest };
}

function createCryptoKeyVersion(resources: Resources, { parent }: Message): Message {
  const key = findKey(resources, parent);
  return versionMessage(resources, key, addVersion(resources, key));
}

function listCryptoKeyVersions(resources: Resources, { parent, pageSize, pageToken }: Message): Message {
  const key = findKey(resources, parent);
  const messages = key.versions.map((version) => versionMessage(resources, key, version));
  const { items, ...rest } = page(messages, pageSize, pageToken);
  return { cryptoKeyVersions: items, ...rest };
}

function updatePrimaryVersion(resources: Resources, { name, cryptoKeyVersionId }: Message): Message {
  const key = findKey(resources, name);
  if (key.purpose !== 'ENCRYPT_DECRYPT') {
    throw new StatusError('FAILED_PRECONDITION', `${name} has purpose ${key.purpose} and so no primary version.`);
  }
  const { version } = findVersion(resources, `${name}/cryptoKeyVersions/${cryptoKeyVersionId}`);
  if (version.state !== 'ENABLED') {
    throw new StatusError('FAILED_PRECONDITION', `${version.name} is not enabled, current state is: ${version.state}.`);
  }
  key.primary = version.number;
  return keyMessage(resources, key);
}

function updateVersion(resources: Resources, { cryptoKeyVersion, updateMask }: Message): Message {
  const { key, version } = findVersion(resources, cryptoKeyVersion?.name ?? '');
  if (updateMask?.paths?.join() !== 'state') {
    throw new StatusError('INVALID_ARGUMENT', 'Only "state" of a CryptoKeyVersion can be updated.');
  }
  const { state } = cryptoKeyVersion;
  if (state !== 'ENABLED' && state !== 'DISABLED') {
    throw new StatusError('INVALID_ARGUMENT', `A state cannot be set to ${state}.`);
  }
  if (version.state !== 'ENABLED' && version.state !== 'DISABLED') {
    throw new StatusError('FAILED_PRECONDITION', `${version.name} cannot be changed, its state is: ${version.state}.`);
  }
  version.state = state;
  return versionMessage(resources, key, version);
}

function destroyVersion(resources: Resources, { name }: Message): Message {
  const { key, version } = findVersion(resources, name);
  if (version.state !== 'ENABLED' && version.state !== 'DISABLED') {
    throw new StatusError('FAILED_PRECONDITION', `${name} cannot be destroyed, its state is: ${version.state}.`);
  }
  version.state = 'DESTROY_SCHEDULED';
  version.destroyAtMs = resources.now() + key.destroyAfterMs;
  return versionMessage(resources, key, version);
}

function restoreVersion(resources: Resources, { name }: Message): Message {
  const { key, version } = findVersion(resources, name);
  if (version.state !== 'DESTROY_SCHEDULED') {
    throw new StatusError('FAILED_PRECONDITION', `${name} is not scheduled for destruction.`);
  }
  version.state = 'DISABLED';
  version.destroyAtMs = undefined;
  return versionMessage(resources, key, version);
}

function generateRandomBytes(_: Resources, { location, lengthBytes, protectionLevel }: Message): Message {
  assertName(location, 'location');
  if (protectionLevel !== 'HSM')
    throw new StatusError('INVALID_ARGUMENT', 'Only the protection level HSM is possible.');
  if (lengthBytes < 8 || lengthBytes > 1024) {
    throw new StatusError('INVALID_ARGUMENT', 'length_bytes has to be between 8 and 1024.');
  }
  const data = randomBytes(lengthBytes);
  return { data, dataCrc32c: checksumOf(data) };
}

/** Pages are named by the number of items before them. */
function page<T>(
  all: readonly T[],
  size: number,
  token: string,
): { items: T[]; nextPageToken: string; totalSize: number } {
  if (!/^\d*$/.test(token)) throw new StatusError('INVALID_ARGUMENT', 'The page token is invalid.');
  const start = Number(token);
  const end = start + Math.min(size || 100, 1_000);
  return {
    items: all.slice(start, end),
    nextPageToken: end < all.length ? String(end) : '',
    totalSize: all.length,
  };
}
