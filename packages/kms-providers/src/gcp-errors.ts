// What an error of @google-cloud/kms means, by its gRPC status; over REST the client gives the same numbers.
import { KmsError, type KmsErrorCode } from './errors.ts';

/** google.rpc.Code */
const codes: Readonly<Record<number, KmsErrorCode>> = {
  3: 'kms_refused', // INVALID_ARGUMENT; see below
  5: 'kms_key_unusable', // NOT_FOUND
  7: 'kms_refused', // PERMISSION_DENIED
  8: 'kms_throttled', // RESOURCE_EXHAUSTED
  9: 'kms_key_unusable', // FAILED_PRECONDITION
  16: 'kms_refused', // UNAUTHENTICATED
};

interface GaxError {
  code?: unknown;
  message?: unknown;
  /** Over REST, where the answer had no status of the service in it. */
  httpStatusCode?: unknown;
  response?: { status?: unknown };
}

export function gcpError(error: unknown, operation: 'Encrypt' | 'Decrypt' | 'GetCryptoKey', key: string): KmsError {
  if (error instanceof KmsError) return error;
  const { code, message, response, httpStatusCode } = (error ?? {}) as GaxError;
  const kind = codeOf({ code, message: String(message), status: httpStatusCode ?? response?.status }, operation);
  const status = typeof code === 'number' ? `status ${code}` : 'no answer';
  return new KmsError(kind, `${messages[kind]} Key ${key} (${status}).`);
}

function codeOf(
  { code, message, status }: { code: unknown; message: string; status: unknown },
  operation: string,
): KmsErrorCode {
  if (code === 3) {
    // The service found a request's checksum wrong: what arrived is not what was sent.
    if (/checksum|crc32c/i.test(message)) return 'kms_answer_wrong';
    if (operation === 'Decrypt' && /decryption failed|ciphertext/i.test(message)) return 'wrap_broken';
  }
  if (typeof code === 'number' && codes[code]) return codes[code];
  // Credentials that are missing or void: an error of the login, which has no status of the service.
  if (status === 429) return 'kms_throttled';
  const noLogin = /default credentials|invalid_grant|invalid_client|refresh token/i.test(message);
  return noLogin || status === 400 || status === 401 || status === 403 ? 'kms_refused' : 'kms_unavailable';
}

const messages: Partial<Record<KmsErrorCode, string>> = {
  kms_throttled: 'Google Cloud KMS asks to slow down.',
  kms_unavailable:
    'Google Cloud KMS cannot be reached or cannot answer: look at its address, the network and its status.',
  kms_answer_wrong: 'Google Cloud KMS got other bytes than were sent.',
  kms_refused: 'Google Cloud KMS refuses: look at the credentials and the roles on the key.',
  kms_key_unusable: 'Google Cloud KMS has no such key, or its version is disabled or destroyed.',
  wrap_broken: 'A wrapped key does not open: it was changed or moved to another row, or another key wrapped it.',
};
