// The master key from a file: 32 bytes, or text as in an environment variable.
import { open } from 'node:fs/promises';
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

/** The whole file, the caller's to wipe. Errors: `master_key_missing`, `master_key_malformed`, `file_unsafe`. */
export async function readSecretFile(path: string, anyPermissions: boolean): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new KmsError(
      'master_key_missing',
      `The file ${path} cannot be read (${error.code}). Create it, or mend its rights.`,
    );
  });
  try {
    const { mode, size } = await file.stat();
    // Windows has no such bits: there the directory's access list protects the file.
    if (!anyPermissions && process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new KmsError('file_unsafe', `Others can read or change the file ${path}. Make it yours alone: chmod 600`);
    }
    if (size > maxFileBytes) {
      throw new KmsError('master_key_malformed', `The file ${path} has ${size} bytes and is no key.`);
    }
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}
