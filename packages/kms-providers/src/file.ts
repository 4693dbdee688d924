// The master key from a file: 32 bytes, or text as in an environment variable.
import { constants, type FileHandle, open } from 'node:fs/promises';
import type { Crypto } from '@hammerwork/crypto-core';
import type { KmsProvider } from '@hammerwork/key-manager';
import { KmsError } from './errors.ts';
import { createLocalProvider } from './local.ts';
import { decodeMasterKey } from './master-key-text.ts';

/** Larger than any key text; nothing else is read into memory. */
const maxFileBytes = 4096;

export interface FileProviderOptions {
  path: string;
  /** Also take a file that others than its owner may read or write. Default false. */
  anyPermissions?: boolean;
  crypto?: Crypto;
}

/** Errors: `master_key_missing`, `master_key_malformed`, `file_unsafe`. */
export async function createFileProvider(options: FileProviderOptions): Promise<KmsProvider> {
  const source = `file:${options.path}`;
  const bytes = await readSecretFile(options.path, options.anyPermissions ?? false);
  try {
    const key = bytes.length === 32 ? rawKey(bytes, source) : decodeMasterKey(new TextDecoder().decode(bytes), source);
    return createLocalProvider(key, { source, ...(options.crypto ? { crypto: options.crypto } : {}) });
  } finally {
    bytes.fill(0);
  }
}

/** A file that was made and never filled is no key. */
function rawKey(bytes: Uint8Array, source: string): Uint8Array {
  if (bytes.some((byte) => byte !== bytes[0])) return bytes.slice();
  throw new KmsError('master_key_malformed', `The master key in ${source} repeats one byte and is no secret.`);
}

/** Opening a named pipe would else wait for somebody who writes; Windows has neither. */
const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The whole file, the caller's to wipe. Errors: `master_key_missing`, `master_key_malformed`, `file_unsafe`. */
export async function readSecretFile(path: string, anyPermissions: boolean): Promise<Uint8Array> {
  const file = await open(path, withoutWaiting).catch((error: NodeJS.ErrnoException) => {
    throw new KmsError(
      'master_key_missing',
      `The file ${path} cannot be read (${error.code}). Create it, or mend its rights.`,
    );
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw noKey(path, 'is no regular file');
    // Windows has no such bits: there the directory's access list protects the file.
    if (!anyPermissions && process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
      throw new KmsError('file_unsafe', `Others can read or change the file ${path}. Make it yours alone: chmod 600`);
    }
    return await readBounded(file, path);
  } finally {
    await file.close();
  }
}

/** By what comes and not by the size that is told: files of the system tell none. */
async function readBounded(file: FileHandle, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(maxFileBytes + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read)
    read = (await file.read(bytes, length, bytes.length - length)).bytesRead;
  if (length <= maxFileBytes) return bytes.subarray(0, length);
  bytes.fill(0);
  throw noKey(path, `has more than ${maxFileBytes} bytes`);
}

function noKey(path: string, what: string): KmsError {
  return new KmsError('master_key_malformed', `The file ${path} ${what} and is no key. Name the file that holds it.`);
}
