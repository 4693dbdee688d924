// The one error class of this package. A message never holds a key, a passphrase, a token, or what a KMS answered; the
// client libraries' own errors hold them and are never passed on, not even as a cause.
import { CodedError, type FailureKind } from '@hammerwork/crypto-core';

export type KmsErrorCode =
  | 'uri_malformed'
  | 'provider_refused'
  | 'master_key_missing'
  | 'master_key_malformed'
  | 'file_unsafe'
  | 'configuration_missing'
  | 'peer_missing'
  | 'wrap_broken'
  | 'kms_unavailable'
  | 'kms_throttled'
  | 'kms_answer_wrong'
  | 'kms_refused'
  | 'kms_key_unusable'
  | 'provider_closed';

const kinds: Record<KmsErrorCode, FailureKind> = {
  uri_malformed: 'input',
  provider_refused: 'input',
  master_key_missing: 'input',
  master_key_malformed: 'input',
  file_unsafe: 'input',
  configuration_missing: 'input',
  peer_missing: 'input',
  wrap_broken: 'key_gone',
  kms_unavailable: 'unavailable',
  kms_throttled: 'unavailable',
  kms_answer_wrong: 'unavailable',
  kms_refused: 'unavailable',
  kms_key_unusable: 'unavailable',
  provider_closed: 'unavailable',
};

/**
 * `wrap_broken`: the wrapped key was changed, or belongs to another row or master key. `kms_answer_wrong`: an answer
 * that fails its checks (checksum, key name, shape) and was thrown away. `kms_refused`: the KMS denies this process the
 * key. `kms_key_unusable`: the key is missing, disabled, about to be deleted or of the wrong kind. In the last two jobs
 * wait, since a person can mend it.
 */
export class KmsError extends CodedError<KmsErrorCode> {
  constructor(code: KmsErrorCode, message: string, options?: ErrorOptions) {
    super(code, kinds[code], message, options);
  }
}
