import { expect, test } from 'vitest';
import { KmsError } from '../src/errors.ts';
import { gcpError } from '../src/gcp-errors.ts';

const key = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';

test.each([
  [{ code: 3, message: 'Invalid resource name' }, 'Decrypt', 'kms_refused'],
  [{ code: 3, message: 'The checksum in field ciphertext_crc32c did not match' }, 'Decrypt', 'kms_answer_wrong'],
  [{ code: 3, message: 'Decryption failed: the ciphertext is invalid.' }, 'Decrypt', 'wrap_broken'],
  [{ code: 3, message: 'Decryption failed: the ciphertext is invalid.' }, 'Encrypt', 'kms_refused'],
  [{ code: 5 }, 'Decrypt', 'kms_key_unusable'],
  [{ code: 7 }, 'Decrypt', 'kms_refused'],
  [{ code: 8 }, 'Decrypt', 'kms_throttled'],
  [{ code: 9 }, 'Decrypt', 'kms_key_unusable'],
  [{ code: 14 }, 'Decrypt', 'kms_unavailable'],
  [{ code: 16 }, 'Decrypt', 'kms_refused'],
  [{ httpStatusCode: 429 }, 'Decrypt', 'kms_throttled'],
  [{ httpStatusCode: 403 }, 'Decrypt', 'kms_refused'],
  [{ response: { status: 400 } }, 'Decrypt', 'kms_refused'],
  [{ response: { status: 401 } }, 'Decrypt', 'kms_refused'],
  [{ response: { status: 503 } }, 'Decrypt', 'kms_unavailable'],
  [{ message: 'Could not load the default credentials.' }, 'Decrypt', 'kms_refused'],
  [{ message: 'invalid_grant' }, 'Decrypt', 'kms_refused'],
  [null, 'Decrypt', 'kms_unavailable'],
] as const)('%j at %s: %s', (error, operation, code) => {
  expect(gcpError(error, operation, key).code).toBe(code);
});

test('an error of this package is the one that was thrown', () => {
  const own = new KmsError('kms_answer_wrong', 'own');
  expect(gcpError(own, 'Encrypt', key)).toBe(own);
});
