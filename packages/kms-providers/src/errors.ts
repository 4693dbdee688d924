// The one error class of this package. A message never holds a key, a passphrase, a token, or what a KMS answered.
import { CodedError, type FailureKind } from '@hammerwork/crypto-core';

export type KmsErrorCode =
  | 'uri_malformed'
  | 'provider_refused'
  | 'master_key_missing'
  | 'master_key_malformed'
  | 'file_unsafe'
  | 'wrap_broken'
  | 'kms_unavailable'
  | 'kms_refused'
  | 'peer_missing';

const kinds: Record<KmsErrorCode, FailureKind> = {
  uri_malformed: 'input',
  provider_refused: 'input',
  master_key_missing: 'input',
  master_key_malformed: 'input',
  file_unsafe: 'input',
  wrap_broken: 'key_gone',
  kms_unavailable: 'unavailable',
  kms_refused: 'unavailable',
  peer_missing: 'input',
};

/**
 * `wrap_broken`: the wrapped key was changed, or belongs to another row or master key. `kms_refused`: the KMS denies
 * this process the key; jobs wait, since a person can mend it.
 */
export class KmsError extends CodedError<KmsErrorCode> {
  constructor(code: KmsErrorCode, message: string, options?: ErrorOptions) {
    super(code, kinds[code], message, options);
  }
}
