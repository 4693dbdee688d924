// Wraps keys under the master keys of this process and unwraps them with the first that answers. Counts and times the
// calls. Foreign errors are not passed on: a client library's error may hold a token.
import { createHash } from 'node:crypto';
import { isCodedError } from '@hammerwork/crypto-core';
import { KeyManagerError } from './errors.ts';
import type { KmsGroup, KmsProvider, WrapContext } from './kms-provider.ts';
import { decodeWraps, encodeWraps, type Wrap } from './wrapped-key.ts';

/** Size of every key that is wrapped, in bytes. */
export const keyBytes = 32;

export interface KmsCounters {
  wraps: number;
  unwraps: number;
  /** Keys wrapped anew inside their KMS. */
  rewraps: number;
  failures: number;
  /** Of the unwraps, those that gave bytes. */
  unwrapped: number;
  /** Sum over those, milliseconds. */
  unwrapMs: number;
}

export interface KeyWrapper {
  /** UUID that names the first master key keys are wrapped under. */
  readonly masterKeyId: string;
  readonly counters: Readonly<KmsCounters>;
  wrap(key: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  /** 32 bytes, the caller's to wipe. Errors: `master_key_mismatch`, `material_malformed`, and the provider's own. */
  unwrap(container: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  /** The container as `wrap` would make it now, or undefined when it is that already. Keeps wraps that still serve. */
  rewrap(container: Uint8Array, context: WrapContext, options?: RewrapOptions): Promise<Uint8Array | undefined>;
}

interface RewrapOptions {
  /** Makes every wrap anew: for a new version of the master key in its KMS, where possible without seeing the key. */
  refresh?: boolean;
  /** The key, where the caller has it: then no master key has to unwrap it. Stays the caller's. */
  known?: Uint8Array;
}

export function createKeyWrapper(kms: KmsProvider | KmsGroup): KeyWrapper {
  const { wrapUnder, openWith } = 'wrapUnder' in kms ? kms : { wrapUnder: [kms], openWith: [kms] };
  const counters: KmsCounters = { wraps: 0, unwraps: 0, rewraps: 0, failures: 0, unwrapped: 0, unwrapMs: 0 };

  async function call<T>(provider: KmsProvider, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      counters.failures++;
      if (isCodedError(error)) throw error;
      throw new KeyManagerError(
        'kms_failed',
        `The master key "${provider.id}" gave no usable answer. Try again later.`,
      );
    }
  }

  async function wrapWith(provider: KmsProvider, key: Uint8Array, context: WrapContext): Promise<Wrap> {
    counters.wraps++;
    return { providerId: provider.id, bytes: await call(provider, () => provider.wrap(key, context)) };
  }

  async function rewrapWith(provider: KmsProvider, wrap: Wrap, context: WrapContext): Promise<Wrap> {
    counters.rewraps++;
    return { providerId: provider.id, bytes: await call(provider, () => provider.rewrap!(wrap.bytes, context)) };
  }

  async function unwrapWith(provider: KmsProvider, wrap: Wrap, context: WrapContext): Promise<Uint8Array> {
    counters.unwraps++;
    const started = performance.now();
    const key = await call(provider, () => provider.unwrap(wrap.bytes, context));
    counters.unwrapMs += performance.now() - started;
    counters.unwrapped++;
    if (key.length !== keyBytes) {
      key.fill(0);
      throw new KeyManagerError('material_malformed', `The master key "${provider.id}" gave a key of another size.`);
    }
    return key;
  }

  async function unwrap(container: Uint8Array, context: WrapContext): Promise<Uint8Array> {
    const wraps = decodeWraps(container);
    let failure: unknown;
    for (const provider of openWith) {
      const wrap = wraps.find(({ providerId }) => providerId === provider.id);
      if (!wrap) continue;
      try {
        return await unwrapWith(provider, wrap, context);
      } catch (error) {
        // An outage of one provider says more about what to do than another's refusal.
        if (!failure || (isCodedError(error) && error.retryable)) failure = error;
      }
    }
    throw failure ?? mismatch(wraps, openWith);
  }

  return {
    masterKeyId: masterKeyUuid(wrapUnder[0]!.id),
    counters,
    unwrap,
    async wrap(key, context) {
      return encodeWraps(await Promise.all(wrapUnder.map((provider) => wrapWith(provider, key, context))));
    },
    async rewrap(container, context, { refresh = false, known } = {}) {
      const wraps = decodeWraps(container);
      const asNow = wraps.length === wrapUnder.length && wrapUnder.every(({ id }, i) => wraps[i]!.providerId === id);
      if (asNow && !refresh) return undefined;
      const found = new Map(wraps.map((wrap) => [wrap.providerId, wrap]));
      const serves = ({ id, rewrap }: KmsProvider) => found.has(id) && (!refresh || rewrap !== undefined);
      const needsKey = !wrapUnder.every(serves);
      const key = known ?? (needsKey ? await unwrap(container, context) : new Uint8Array());
      try {
        const made = wrapUnder.map((provider) => {
          const wrap = found.get(provider.id)!;
          if (!serves(provider)) return wrapWith(provider, key, context);
          return refresh ? rewrapWith(provider, wrap, context) : wrap;
        });
        return encodeWraps(await Promise.all(made));
      } finally {
        if (key !== known) key.fill(0);
      }
    },
  };
}

function mismatch(wraps: readonly Wrap[], openWith: readonly KmsProvider[]): KeyManagerError {
  const names = (ids: readonly string[]) => ids.map((id) => JSON.stringify(id)).join(', ');
  return new KeyManagerError(
    'master_key_mismatch',
    `The key store is wrapped under the master key ${names(wraps.map((wrap) => wrap.providerId))}, but this process has ` +
      `${names(openWith.map((provider) => provider.id))}. Start it with the master key that the store was made with.`,
  );
}

/** A UUID (version 8, RFC 9562) out of a provider's id. */
function masterKeyUuid(providerId: string): string {
  const bytes = createHash('sha256').update(`hammerwork/1 master key\0${providerId}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
