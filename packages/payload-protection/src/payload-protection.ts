// The surface of this package: seal and open the personal parts of JSON values under a policy.
import type { Context, Crypto, KeyRing } from '@hammerwork/crypto-core';
import type { Awaitable } from './awaitable.ts';
import type { Detector } from './detector.ts';
import type { JsonValue } from './json.ts';
import type { Limits } from './limits.ts';
import type { Policy } from './policy.ts';
import type { Scrub } from './scrubber.ts';
import type { ClearPayload, OpenedPayload } from './selector-types.ts';

/** What is stored: the clear payload, the sealed record, and where the sealed values belong. */
export interface Stored {
  readonly clear: unknown;
  /** Null or undefined where the row holds none; that is `record_missing`. */
  readonly record: Uint8Array | null | undefined;
  /** JSON Pointers, in any order. */
  readonly pointers: readonly string[];
}

export interface SealedPayload<Clear = JsonValue> {
  /**
   * Shares its unsealed parts with the payload when returned at once, unless the policy has `autoDetect`: write it before
   * the payload changes.
   */
  readonly clear: Clear;
  readonly record: Uint8Array;
  /** JSON Pointers (RFC 6901) of what was sealed, in the order of the payload. */
  readonly pointers: readonly string[];
  /** 8-byte handles of the keys used. */
  readonly handles: readonly Uint8Array[];
  /** With `autoDetect: 'report'`: how many finds of each kind were left in clear. */
  readonly report?: Readonly<Record<string, number>>;
}

export interface PayloadProtectionOptions {
  readonly crypto: Crypto;
  readonly keyRing: KeyRing;
  /** Needed by policies with `autoDetect`; without it sealing under one is a TypeError. */
  readonly detector?: Detector;
  readonly limits?: Partial<Limits>;
}

export interface PayloadProtection {
  /**
   * Takes the values out that the policy names and seals them in one record, even when there are none. The payload
   * is not changed. `context` is bound, not stored; its name `clear` is taken.
   * Errors: every `ProtectionError` of kind `input`, and those of the key ring and crypto.
   */
  seal<P, S extends string>(
    payload: NoInfer<P>,
    policy: Policy<P, S>,
    context: Context,
  ): Awaitable<SealedPayload<ClearPayload<P, S>>>;
  /**
   * Puts the sealed values back. What has to be sealed is decided by `policy`, never by what is stored.
   * Errors: every `ProtectionError` of kind `policy`, `plaintext_malformed`, and those of the key ring and crypto.
   */
  open<P, S extends string>(stored: Stored, policy: Policy<P, S>, context: Context): Awaitable<OpenedPayload<P>>;
  /** Seals a whole value: a result, an error, progress. */
  sealValue(value: unknown, policy: Policy, context: Context): Awaitable<Uint8Array>;
  /** Opens what `sealValue` made. */
  openValue(record: Uint8Array | null | undefined, policy: Policy, context: Context): Awaitable<JsonValue>;
  /** Makes a function that removes from a text what `pointers` name in `payload`, and what the detector finds. */
  scrubber(payload: unknown, pointers: readonly string[]): Scrub;
}
