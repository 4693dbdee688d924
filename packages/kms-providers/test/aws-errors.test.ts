import { expect, test } from 'vitest';
import { awsError } from '../src/aws-errors.ts';
import { KmsError } from '../src/errors.ts';

const arn = 'arn:aws:kms:eu-west-1:123456789012:key/75e2bcfb-984f-4e65-8658-eb6c6d3a9c8f';

test.each([
  ['ThrottlingException', 400, 'kms_throttled'],
  ['Throttling', 400, 'kms_throttled'],
  ['TooManyRequestsException', 400, 'kms_throttled'],
  ['RequestLimitExceeded', 503, 'kms_throttled'],
  ['SlowDown', 503, 'kms_throttled'],
  ['KMSInternalException', 500, 'kms_unavailable'],
  ['DependencyTimeoutException', 503, 'kms_unavailable'],
  ['KeyUnavailableException', 500, 'kms_unavailable'],
  ['RequestTimeTooSkewed', 403, 'kms_unavailable'],
  ['RequestExpired', 400, 'kms_unavailable'],
  ['AccessDeniedException', 400, 'kms_refused'],
  ['CredentialsProviderError', undefined, 'kms_refused'],
  ['NotFoundException', 400, 'kms_key_unusable'],
  ['DisabledException', 409, 'kms_key_unusable'],
  ['KMSInvalidStateException', 409, 'kms_key_unusable'],
  ['InvalidKeyUsageException', 400, 'kms_key_unusable'],
  ['InvalidArnException', 400, 'kms_key_unusable'],
  ['InvalidCiphertextException', 400, 'wrap_broken'],
  ['IncorrectKeyException', 400, 'wrap_broken'],
  ['constructor', 400, 'kms_refused'],
])('%s with HTTP %s: %s', (name, httpStatusCode, code) => {
  expect(awsError({ name, $metadata: { httpStatusCode } }, arn).code).toBe(code);
});

test('an error of this package is the one that was thrown', () => {
  const own = new KmsError('kms_answer_wrong', 'own');
  expect(awsError(own, arn)).toBe(own);
});

test('a message has names, status and the number of the request, and nothing that could be a secret', () => {
  const requestId = '01234567-89ab-cdef-0123-456789abcdef';
  const { message } = awsError({ name: 'TimeoutError', code: 'ECONNRESET', $metadata: { requestId } }, arn);
  expect(message).toContain(`(TimeoutError, ECONNRESET, request ${requestId})`);
  const secret = 'PlantedSecretAccessKey0123456789';
  for (const error of [
    { name: secret },
    { code: secret },
    { $metadata: { requestId: secret } },
    { message: secret },
    null,
  ]) {
    expect(awsError(error, arn).message).toMatch(/\(no answer\)\.$/);
  }
});
