// What the providers of all key management services have in common around their four calls.
import { randomBytes } from 'node:crypto';
import { equalBytes } from '@hammerwork/crypto-core';
import type { KmsProvider, WrapContext } from '@hammerwork/key-manager';
import { KmsError } from './errors.ts';

export const keyBytes = 32;

/** One KMS as its own module speaks to it; every call is one that the policy bounds. */
export interface RemoteKms extends Required<Pick<KmsProvider, 'id' | 'wrap' | 'unwrap'>> {
  rewrap?(wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  /** Looks at the key and says its state, or throws what is wrong with it. */
  describe(): Promise<string>;
  close(): void | Promise<void>;
}

/** Adds what is the same everywhere: the size of keys, the end of the provider, and health by wrapping and unwrapping. */
export function createRemoteProvider(kms: RemoteKms): KmsProvider {
  if (Buffer.byteLength(kms.id) > 255) {
    throw new KmsError('uri_malformed', 'The name of the master key is longer than 255 bytes.');
  }
  let closed = false;
  const assertOpen = () => {
    if (closed) throw new KmsError('provider_closed', `The provider ${kms.id} was closed.`);
  };
  const provider: KmsProvider = {
    id: kms.id,
    async wrap(key, context) {
      assertOpen();
      if (key.length !== keyBytes) throw new RangeError(`A key to wrap has ${keyBytes} bytes, got ${key.length}`);
      return kms.wrap(key, context);
    },
    async unwrap(wrapped, context) {
      assertOpen();
      const key = await kms.unwrap(wrapped, context);
      if (key.length === keyBytes && !closed) return key;
      key.fill(0);
      assertOpen();
      throw new KmsError('wrap_broken', `What ${kms.id} unwrapped is no key of ${keyBytes} bytes.`);
    },
    async health() {
      try {
        assertOpen();
        const state = await kms.describe();
        await roundTrip(provider);
        return { ok: true, detail: `${kms.id}: ${state}; wraps and unwraps` };
      } catch (error) {
        const { code, message } = error as KmsError;
        return { ok: false, detail: `${kms.id}: ${code ?? 'failed'}: ${code ? message : 'unexpected error'}` };
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      await kms.close();
    },
  };
  if (kms.rewrap) {
    provider.rewrap = async (wrapped, context) => {
      assertOpen();
      return kms.rewrap!(wrapped, context);
    };
  }
  return provider;
}

async function roundTrip(provider: KmsProvider): Promise<void> {
  const context = { purpose: 'health' };
  const key = new Uint8Array(randomBytes(keyBytes));
  const back = await provider.unwrap(await provider.wrap(key, context), context);
  const same = equalBytes(key, back);
  key.fill(0);
  back.fill(0);
  if (!same) throw new KmsError('kms_answer_wrong', 'What was unwrapped is not what was wrapped.');
}

/** Loads a client library that the application has to install. Errors: `peer_missing`. */
export async function importPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    throw new KmsError('peer_missing', `This master key needs the package ${name}. Install it: npm install ${name}`);
  }
}

/** Copies bytes out of a client library's buffer, which may be a view of a shared pool, and wipes the original. */
export function takeBytes(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  bytes.fill(0);
  return copy;
}

/** A word of a client library's error that cannot be a secret: a name like `ECONNREFUSED` or `DisabledException`. */
export function safeWord(word: unknown): string | undefined {
  return typeof word === 'string' && /^[A-Za-z_]{2,40}$/.test(word) ? word : undefined;
}
