// The port to whatever holds the master key: 32 bytes in this process, or a key management service.

/**
 * What a wrapped key is bound to, as text (numbers in decimal): a data key has `purpose=dek`, `key`, `version`, `scope`;
 * the store's own key `purpose=store`, `store`. Names and values appear in a KMS's log.
 */
export type WrapContext = Readonly<Record<string, string>>;

export interface KmsHealth {
  ok: boolean;
  /** What was found, for `hammerwork doctor`; holds no secret. */
  detail: string;
}

/**
 * Wraps and unwraps 32-byte keys. Fails closed: an outage, a refusal or a wrong context is a coded error, never a key.
 * `unwrap` gives exactly the bytes that were wrapped under an equal context; the caller owns and wipes them.
 */
export interface KmsProvider {
  /** Names the master key, at most 255 bytes of UTF-8, no secret: what it wraps only a provider of equal id unwraps. */
  readonly id: string;
  wrap(key: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  /** Wraps the same key anew under the current master key version without showing it to this process. */
  rewrap?(wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  health(): Promise<KmsHealth>;
  /** Wipes what the provider holds. */
  close?(): void | Promise<void>;
}

/** Several providers: new keys are wrapped under each, and opened with the first that answers. */
export interface KmsGroup {
  readonly providers: readonly [KmsProvider, ...KmsProvider[]];
}

/** Wraps under all of `providers` (at most 255, ids all different), opens with the first of them that answers. */
export function multi(...providers: [KmsProvider, ...KmsProvider[]]): KmsGroup {
  const ids = new Set(providers.map((provider) => provider.id));
  if (providers.length > 255) throw new RangeError(`multi takes at most 255 providers, got ${providers.length}`);
  if (ids.size !== providers.length) throw new TypeError('multi takes providers of different master keys');
  return { providers };
}
