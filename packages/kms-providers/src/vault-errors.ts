// What an answer of Vault means that is not a success. Vault says more in text than by status; the texts are looked for
// and never repeated.
import { KmsError, type KmsErrorCode } from './errors.ts';
import type { VaultAnswer } from './vault-carrier.ts';

/** First match counts. Vault has answered a wrong context with 500 as well as with 400. */
const texts: readonly [RegExp, KmsErrorCode][] = [
  [/message authentication failed|invalid ciphertext|failed to decrypt|ciphertext.*(decode|base64)/i, 'wrap_broken'],
  [/encryption key not found|version is disallowed|no longer available|unsupported path/i, 'kms_key_unusable'],
  [/sealed|standby|not initialized/i, 'kms_unavailable'],
];

/** `what` is said of the key: "transit/keys/payments". */
export function vaultError({ status, body }: VaultAnswer, what: string): KmsError {
  const code = codeOf(status, body);
  return new KmsError(code, `${messages[code]} ${what} (HTTP ${status}).`);
}

function codeOf(status: number, body: unknown): KmsErrorCode {
  const { errors } = (body ?? {}) as { errors?: unknown };
  const text = Array.isArray(errors) ? errors.join('\n') : '';
  const known = texts.find(([pattern]) => pattern.test(text));
  if (known) return known[1];
  if (status === 429) return 'kms_throttled';
  if (status === 401 || status === 403) return 'kms_refused';
  if (status === 404) return 'kms_key_unusable';
  // 412: not replicated yet; 472 and 473: standbys of a cluster.
  if (status >= 500 || status === 412 || status === 472 || status === 473) return 'kms_unavailable';
  return status >= 400 ? 'kms_refused' : 'kms_answer_wrong';
}

const messages: Partial<Record<KmsErrorCode, string>> = {
  wrap_broken: 'A wrapped key does not open: it was changed or moved to another row, or another key wrapped it.',
  kms_key_unusable: 'Vault has no such key, or not in that version.',
  kms_unavailable: 'Vault is sealed, a standby, or cannot answer: `vault status` says which.',
  kms_throttled: 'Vault asks to slow down.',
  kms_refused: 'Vault refuses: look at the token and its policies.',
  kms_answer_wrong: 'Vault gave an answer that cannot be read.',
};
