// The port through which sealing code reaches keys. `key-manager` implements it over versions in a key store;
// `createDirectKeyRing` implements it for keys that are given directly (design: sealed record, key handle).
import type { RecordKey } from './crypto.ts';

/**
 * Lends keys. `use` runs synchronously, at once when the key is cached (the call then returns `use`'s value, not a
 * promise), otherwise after it was loaded. The key must not be kept after `use` returns: eviction disposes it.
 *
 * Errors: `key_unknown`, `key_unusable` (kind `key_gone`), and the implementation's own of kind `unavailable` or `held`.
 */
export interface KeyRing {
  /** Lends the one version of `keyId` that seals. */
  withSealingKey<T>(keyId: string, use: (key: RecordKey) => T): T | Promise<T>;
  /** Lends the version that an 8-byte handle names, if its status allows opening. */
  withOpeningKey<T>(handle: Uint8Array, use: (key: RecordKey) => T): T | Promise<T>;
  /** Loads what `handles` need in as few round trips as possible. Failures show when a key is used. */
  prefetch?(handles: readonly Uint8Array[]): Promise<void>;
}
