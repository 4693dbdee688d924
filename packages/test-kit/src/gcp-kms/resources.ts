// What the service stores: key rings, keys and their versions with states, and who may do what.
import { randomBytes } from 'node:crypto';
import type { Message } from './protocol.ts';
import { StatusError } from './status.ts';

export type VersionState = 'ENABLED' | 'DISABLED' | 'DESTROYED' | 'DESTROY_SCHEDULED';
export type ProtectionLevel = 'SOFTWARE' | 'HSM';

export interface StoredVersion {
  readonly name: string;
  readonly number: number;
  readonly createdMs: number;
  state: VersionState;
  /** Empty once destroyed. */
  material: Buffer;
  destroyAtMs: number | undefined;
  destroyedMs: number | undefined;
}

export interface StoredKey {
  readonly name: string;
  readonly purpose: string;
  readonly protectionLevel: ProtectionLevel;
  readonly algorithm: string;
  readonly createdMs: number;
  readonly destroyAfterMs: number;
  readonly labels: Record<string, string>;
  /** In every ciphertext, so that a key tells its own. */
  readonly fingerprint: Buffer;
  readonly versions: StoredVersion[];
  primary: number | undefined;
}

export interface Resources {
  readonly now: () => number;
  readonly keyRings: Map<string, { name: string; createdMs: number }>;
  readonly keys: Map<string, StoredKey>;
  /** `permission resource`: refused. */
  readonly denied: Set<string>;
}

export const patterns: Readonly<Record<'location' | 'keyRing' | 'key' | 'version', RegExp>> = {
  location: /^projects\/[^/]+\/locations\/[^/]+$/,
  keyRing: /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[\w-]{1,63}$/,
  key: /^(projects\/[^/]+\/locations\/[^/]+\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63})$/,
  version:
    /^(projects\/[^/]+\/locations\/[^/]+\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63})\/cryptoKeyVersions\/(\d+)$/,
};

export function assertName(name: string, kind: keyof typeof patterns): void {
  if (!patterns[kind].test(name)) {
    throw new StatusError('INVALID_ARGUMENT', `Resource name [${name}] is not a valid ${kind} name.`);
  }
}

export function assertAllowed({ denied }: Resources, permission: string, resource: string): void {
  if (!denied.has(`${permission} ${resource}`)) return;
  throw new StatusError(
    'PERMISSION_DENIED',
    `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`,
  );
}

export function findKey({ keys }: Resources, name: string): StoredKey {
  assertName(name, 'key');
  const key = keys.get(name);
  if (key) return key;
  throw new StatusError('NOT_FOUND', `CryptoKey ${name} not found.`);
}

export function findVersion(resources: Resources, name: string): { key: StoredKey; version: StoredVersion } {
  assertName(name, 'version');
  const [, keyName, number] = patterns.version.exec(name)!;
  const key = findKey(resources, keyName!);
  const version = key.versions.find((one) => one.number === Number(number));
  if (!version) throw new StatusError('NOT_FOUND', `CryptoKeyVersion ${name} not found.`);
  settle(resources, version);
  return { key, version };
}

/** What was scheduled for destruction is destroyed when its time has come. */
export function settle({ now }: Resources, version: StoredVersion): StoredVersion {
  if (version.state === 'DESTROY_SCHEDULED' && now() >= version.destroyAtMs!) {
    version.state = 'DESTROYED';
    version.destroyedMs = version.destroyAtMs;
    version.material.fill(0);
    version.material = Buffer.alloc(0);
  }
  return version;
}

export function addVersion({ now }: Resources, key: StoredKey): StoredVersion {
  const number = key.versions.length + 1;
  const version: StoredVersion = {
    name: `${key.name}/cryptoKeyVersions/${number}`,
    number,
    createdMs: now(),
    state: 'ENABLED',
    material: randomBytes(32),
    destroyAtMs: undefined,
    destroyedMs: undefined,
  };
  key.versions.push(version);
  return version;
}

export function keyMessage(resources: Resources, key: StoredKey): Message {
  const primary = key.versions.find(({ number }) => number === key.primary);
  const { name, purpose, labels, protectionLevel, algorithm } = key;
  return {
    name,
    purpose,
    labels,
    primary: primary ? versionMessage(resources, key, primary) : null,
    createTime: timestamp(key.createdMs),
    versionTemplate: { protectionLevel, algorithm },
    destroyScheduledDuration: { seconds: String(key.destroyAfterMs / 1000), nanos: 0 },
  };
}

export function versionMessage(resources: Resources, key: StoredKey, version: StoredVersion): Message {
  const { name, state, createdMs, destroyAtMs, destroyedMs } = settle(resources, version);
  const { protectionLevel, algorithm } = key;
  return {
    name,
    state,
    protectionLevel,
    algorithm,
    createTime: timestamp(createdMs),
    generateTime: timestamp(createdMs),
    ...(state === 'DESTROY_SCHEDULED' ? { destroyTime: timestamp(destroyAtMs!) } : {}),
    ...(destroyedMs === undefined ? {} : { destroyEventTime: timestamp(destroyedMs) }),
  };
}

export function timestamp(ms: number): Message {
  return { seconds: String(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1e6 };
}
