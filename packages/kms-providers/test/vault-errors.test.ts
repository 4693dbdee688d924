import { expect, test } from 'vitest';
import { vaultError } from '../src/vault-errors.ts';

test.each([
  [400, 'invalid ciphertext: no prefix', 'wrap_broken'],
  [500, 'cipher: message authentication failed', 'wrap_broken'],
  [400, 'encryption key not found', 'kms_key_unusable'],
  [400, 'ciphertext version is disallowed by policy (too old)', 'kms_key_unusable'],
  [400, 'Vault is not initialized', 'kms_unavailable'],
  [429, 'node is a standby', 'kms_unavailable'],
  [429, 'request path rate limit quota exceeded', 'kms_throttled'],
  [401, '', 'kms_refused'],
  [403, 'permission denied', 'kms_refused'],
  [404, '', 'kms_key_unusable'],
  [412, 'required index state not present', 'kms_unavailable'],
  [472, '', 'kms_unavailable'],
  [473, '', 'kms_unavailable'],
  [503, '', 'kms_unavailable'],
  [400, 'something else', 'kms_refused'],
  [200, '', 'kms_answer_wrong'],
  [204, undefined, 'kms_answer_wrong'],
])('HTTP %s, %j: %s', (status, text, code) => {
  const error = vaultError({ status, body: text === undefined ? undefined : { errors: [text] } }, 'transit/keys/k');
  expect(error.code).toBe(code);
  if (text) expect(error.message).not.toContain(text);
});
