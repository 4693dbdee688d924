// Encrypt and Decrypt: AES-256-GCM with a random nonce. A ciphertext names its key and version in front, as the service's
// own do, and both are authenticated with the caller's data.
//
//   0x0a 0x24 0x00 ‖ key fingerprint(16) ‖ u32 version ‖ zeros(15) ‖ nonce(12) ‖ ciphertext ‖ tag(16)
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { checksumOf, verifyChecksum } from './checksum.ts';
import type { Message } from './protocol.ts';
import {
  assertAllowed,
  assertName,
  findKey,
  findVersion,
  patterns,
  type Resources,
  type StoredKey,
  type StoredVersion,
} from './resources.ts';
import { StatusError } from './status.ts';

const prefix = Buffer.from([0x0a, 0x24, 0x00]);
const headerBytes = 38;
const algorithm = 'aes-256-gcm';
const maxBytes = 65_536;
const maxHsmBytes = 8_192;

export function encrypt(resources: Resources, request: Message): Message {
  const keyName = request.name.replace(/\/cryptoKeyVersions\/.*/, '');
  assertAllowed(resources, 'cloudkms.cryptoKeyVersions.useToEncrypt', keyName);
  const { key, version } = versionForEncryption(resources, request.name);
  const { plaintext, additionalAuthenticatedData: aad } = request;
  const verified = {
    verifiedPlaintextCrc32c: verifyChecksum(plaintext, request.plaintextCrc32c, 'plaintext'),
    verifiedAdditionalAuthenticatedDataCrc32c: verifyAad(request),
  };
  assertSize(key, plaintext, aad);
  assertPurpose(key);
  assertEnabled(version);
  const header = Buffer.alloc(headerBytes);
  prefix.copy(header);
  key.fingerprint.copy(header, 3);
  header.writeUInt32BE(version.number, 19);
  const nonce = randomBytes(12);
  const cipher = createCipheriv(algorithm, version.material, nonce, { authTagLength: 16 });
  cipher.setAAD(Buffer.concat([header, aad]));
  const ciphertext = Buffer.concat([header, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return {
    name: version.name,
    ciphertext,
    ciphertextCrc32c: checksumOf(ciphertext),
    ...verified,
    protectionLevel: key.protectionLevel,
  };
}

export function decrypt(resources: Resources, request: Message): Message {
  assertName(request.name, 'key');
  assertAllowed(resources, 'cloudkms.cryptoKeyVersions.useToDecrypt', request.name);
  const key = findKey(resources, request.name);
  const { ciphertext, additionalAuthenticatedData: aad } = request;
  verifyChecksum(ciphertext, request.ciphertextCrc32c, 'ciphertext');
  verifyAad(request);
  if (aad.length > maxBytes) throw tooLarge('additional_authenticated_data');
  assertPurpose(key);
  const version = versionOfCiphertext(resources, key, ciphertext);
  assertEnabled(version);
  const plaintext = open(version, ciphertext, aad);
  return {
    plaintext,
    plaintextCrc32c: checksumOf(plaintext),
    usedPrimary: version.number === key.primary,
    protectionLevel: key.protectionLevel,
  };
}

function versionForEncryption(resources: Resources, name: string): { key: StoredKey; version: StoredVersion } {
  if (patterns.version.test(name)) return findVersion(resources, name);
  const key = findKey(resources, name);
  assertPurpose(key);
  if (key.primary === undefined) {
    throw new StatusError('FAILED_PRECONDITION', `CryptoKey ${name} does not have a primary version.`);
  }
  return findVersion(resources, `${name}/cryptoKeyVersions/${key.primary}`);
}

function versionOfCiphertext(resources: Resources, key: StoredKey, ciphertext: Buffer): StoredVersion {
  const ours =
    ciphertext.length >= headerBytes + 28 &&
    ciphertext.subarray(0, 3).equals(prefix) &&
    ciphertext.subarray(3, 19).equals(key.fingerprint);
  const number = ours ? ciphertext.readUInt32BE(19) : 0;
  if (!key.versions.some((version) => version.number === number)) {
    const what = "Decryption failed: verify that 'name' refers to the correct CryptoKey.";
    throw new StatusError('INVALID_ARGUMENT', what);
  }
  return findVersion(resources, `${key.name}/cryptoKeyVersions/${number}`).version;
}

function open({ material }: StoredVersion, ciphertext: Buffer, aad: Buffer): Buffer {
  const nonce = ciphertext.subarray(headerBytes, headerBytes + 12);
  const decipher = createDecipheriv(algorithm, material, nonce, { authTagLength: 16 });
  decipher.setAAD(Buffer.concat([ciphertext.subarray(0, headerBytes), aad]));
  decipher.setAuthTag(ciphertext.subarray(-16));
  try {
    return Buffer.concat([decipher.update(ciphertext.subarray(headerBytes + 12, -16)), decipher.final()]);
  } catch {
    throw new StatusError('INVALID_ARGUMENT', 'Decryption failed: the ciphertext is invalid.');
  }
}

function verifyAad(request: Message): boolean {
  const { additionalAuthenticatedData, additionalAuthenticatedDataCrc32c } = request;
  return verifyChecksum(
    additionalAuthenticatedData,
    additionalAuthenticatedDataCrc32c,
    'additional_authenticated_data',
  );
}

function assertPurpose({ name, purpose }: StoredKey): void {
  if (purpose === 'ENCRYPT_DECRYPT') return;
  throw new StatusError('FAILED_PRECONDITION', `${name} has purpose ${purpose}, which does not allow this operation.`);
}

function assertEnabled({ name, state }: StoredVersion): void {
  if (state === 'ENABLED') return;
  throw new StatusError('FAILED_PRECONDITION', `${name} is not enabled, current state is: ${state}.`);
}

/** An HSM takes 8 KiB of both together, everything else 64 KiB of each. */
function assertSize({ protectionLevel }: StoredKey, plaintext: Buffer, aad: Buffer): void {
  if (protectionLevel === 'HSM') {
    if (plaintext.length + aad.length > maxHsmBytes) throw tooLarge('plaintext and additional_authenticated_data');
    return;
  }
  if (plaintext.length > maxBytes) throw tooLarge('plaintext');
  if (aad.length > maxBytes) throw tooLarge('additional_authenticated_data');
}

function tooLarge(field: string): StatusError {
  return new StatusError('INVALID_ARGUMENT', `The size of ${field} is larger than the limit.`);
}
