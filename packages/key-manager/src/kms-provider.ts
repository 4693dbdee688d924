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
  /** Names the master key, 1 to 255 bytes of UTF-8, no secret: only a provider of equal id unwraps what it wraps. */
  readonly id: string;
  wrap(key: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  /** Wraps the same key anew under the current master key version without showing it to this process. */
  rewrap?(wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  health(): Promise<KmsHealth>;
  /** Wipes what the provider holds. */
  close?(): void | Promise<void>;
}

/** Several master keys at once. Made by `multi` and `migrating`. */
export interface KmsGroup {
  /** New keys are wrapped under each of these. */
  readonly wrapUnder: readonly KmsProvider[];
  /** Keys are opened with the first of these that answers. */
  readonly openWith: readonly KmsProvider[];
}

/** Wraps under all of `providers` (ids all different), opens with the first of them that answers. */
export function multi(...providers: [KmsProvider, ...KmsProvider[]]): KmsGroup {
  assertDifferent(providers);
  return { wrapUnder: providers, openWith: providers };
}

/** For moving from one master key to another: opens with both, wraps under `to` alone. Then call `rewrapKeys`. */
export function migrating(move: { from: KmsProvider; to: KmsProvider }): KmsGroup {
  assertDifferent([move.from, move.to]);
  return { wrapUnder: [move.to], openWith: [move.to, move.from] };
}

function assertDifferent(providers: readonly KmsProvider[]): void {
  if (providers.length > 255) throw new RangeError(`At most 255 master keys, got ${providers.length}`);
  if (new Set(providers.map((provider) => provider.id)).size !== providers.length) {
    throw new TypeError('Each provider of a group must hold another master key');
  }
}
