export { KmsError, type KmsErrorCode } from './errors.ts';
export { type KmsFromUriOptions, kmsFromUri } from './kms-from-uri.ts';
export type { KmsAttempt, KmsPolicyOptions } from './kms-policy.ts';
export { type KmsUri, parseKmsUri } from './kms-uri.ts';
