import type { PolicyOptions } from './policy-options.ts';

declare const payloadType: unique symbol;
declare const sealedType: unique symbol;

/** A checked policy; make it once with `definePolicy` and share it. */
export interface Policy<Payload = unknown, Sealed extends string = string> {
  readonly piiFields: readonly string[];
  readonly autoDetect: boolean | 'report';
  readonly keyId: string;
  readonly padding: boolean;
  readonly bindClear: boolean;
  /** Undefined where compression is off. */
  readonly compressAboveBytes: number | undefined;
  readonly [payloadType]?: Payload;
  readonly [sealedType]?: Sealed;
}

/** `definePolicy` for an untyped payload. TypeError or RangeError at once for what can never work. */
export type DefinePolicy = <const S extends string = never>(options: PolicyOptions<S>) => Policy<unknown, S>;
