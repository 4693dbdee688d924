// What an error of @aws-sdk/client-kms means. By name and never by class: KMS has no class for being throttled. What is
// not listed is told by its HTTP status.
import { KmsError, type KmsErrorCode } from './errors.ts';
import { safeWord } from './remote-provider.ts';

const codes: Readonly<Record<string, KmsErrorCode>> = {
  ThrottlingException: 'kms_throttled',
  Throttling: 'kms_throttled',
  TooManyRequestsException: 'kms_throttled',
  RequestLimitExceeded: 'kms_throttled',
  SlowDown: 'kms_throttled',
  CredentialsProviderError: 'kms_refused',
  NotFoundException: 'kms_key_unusable',
  DisabledException: 'kms_key_unusable',
  KMSInvalidStateException: 'kms_key_unusable',
  InvalidKeyUsageException: 'kms_key_unusable',
  InvalidArnException: 'kms_key_unusable',
  InvalidCiphertextException: 'wrap_broken',
  IncorrectKeyException: 'wrap_broken',
  RequestTimeTooSkewed: 'kms_unavailable',
  RequestExpired: 'kms_unavailable',
};

interface SdkError {
  name?: unknown;
  code?: unknown;
  $metadata?: { httpStatusCode?: unknown; requestId?: unknown; clockSkewCorrected?: unknown };
}

export function awsError(error: unknown, keyName: string): KmsError {
  if (error instanceof KmsError) return error;
  const { name, code, $metadata = {} } = (error ?? {}) as SdkError;
  const status = typeof $metadata.httpStatusCode === 'number' ? $metadata.httpStatusCode : undefined;
  const words = [
    safeWord(name),
    safeWord(code),
    status && `HTTP ${status}`,
    /^[0-9a-f-]{36}$/.test(String($metadata.requestId)) && `request ${$metadata.requestId}`,
  ].filter(Boolean);
  const kind = codeOf(String(name), status, $metadata.clockSkewCorrected === true);
  return new KmsError(kind, `${messages[kind]} Key ${keyName} (${words.join(', ') || 'no answer'}).`);
}

function codeOf(name: string, status: number | undefined, skewCorrected: boolean): KmsErrorCode {
  // The client has just learned the service's time; the next attempt is signed with it.
  if (skewCorrected) return 'kms_unavailable';
  const known = Object.hasOwn(codes, name) ? codes[name] : undefined;
  if (known) return known;
  if (status === 429) return 'kms_throttled';
  if (status === undefined || status >= 500 || (status >= 300 && status < 400)) return 'kms_unavailable';
  return status < 300 ? 'kms_answer_wrong' : 'kms_refused';
}

const messages: Partial<Record<KmsErrorCode, string>> = {
  kms_throttled: 'AWS KMS asks to slow down.',
  kms_unavailable: 'AWS KMS cannot be reached or cannot answer: look at its address, the network and its status.',
  kms_answer_wrong: 'AWS KMS gave an answer that cannot be read.',
  kms_refused: 'AWS KMS refuses: look at the credentials and the IAM policy.',
  kms_key_unusable: 'AWS KMS has no such key, or it is disabled, about to be deleted or of another kind.',
  wrap_broken: 'A wrapped key does not open: it was changed or moved to another row, or another key wrapped it.',
};
