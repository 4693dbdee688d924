export type { Context } from './context.ts';
export type { Algorithm, Crypto, EngineName, OpenedRecord, RandomBytes, RecordKey, SealOptions } from './crypto.ts';
export { CodedError, CryptoError, type CryptoErrorCode, type FailureKind, isCodedError } from './errors.ts';
export type { KeyRing } from './key-ring.ts';
