// Operating errors of this package. Messages name selectors, pointers and limits, never values.
import { CodedError, type FailureKind } from '@hammerwork/crypto-core';

export type ProtectionErrorCode =
  /** Not a JSON value: undefined, a function, a BigInt, NaN, a class instance, a hole. Kind `input`. */
  | 'payload_not_json'
  /** Nested deeper than `maxDepth`, or a cycle. Kind `input`. */
  | 'payload_too_deep'
  /** More values or text than the limits allow. Kind `input`. */
  | 'payload_too_large'
  /** A lone surrogate anywhere, or NUL in a part that stays clear. Kind `input`. */
  | 'text_malformed'
  /** A selector without `?` found nothing. Kind `input`. */
  | 'selector_unmatched'
  /** A sealed payload, or the clear part of one, was given to be sealed. Kind `input`. */
  | 'already_sealed'
  /** The policy demands a record and there is none. Kind `policy`. */
  | 'record_missing'
  /** What the reader's policy declares is absent, or lies in clear. Kind `policy`. */
  | 'field_not_sealed'
  /** The pointers beside the record differ from those inside it. Kind `policy`. */
  | 'pointers_differ'
  /** The clear payload holds something other than null (or the mask) where a value was sealed. Kind `policy`. */
  | 'clear_changed'
  /** The clear payload is not JSON within the limits. Kind `policy`. */
  | 'clear_malformed'
  /** The record opened, but what it holds is no protected payload or exceeds a limit. Kind `broken_seal`. */
  | 'plaintext_malformed';

const kinds: Record<ProtectionErrorCode, FailureKind> = {
  payload_not_json: 'input',
  payload_too_deep: 'input',
  payload_too_large: 'input',
  text_malformed: 'input',
  selector_unmatched: 'input',
  already_sealed: 'input',
  record_missing: 'policy',
  field_not_sealed: 'policy',
  pointers_differ: 'policy',
  clear_changed: 'policy',
  clear_malformed: 'policy',
  plaintext_malformed: 'broken_seal',
};

export class ProtectionError extends CodedError<ProtectionErrorCode> {
  constructor(code: ProtectionErrorCode, message: string, options?: ErrorOptions) {
    super(code, kinds[code], message, options);
  }
}
