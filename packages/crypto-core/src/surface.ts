// All that every entry of the package exports; `createCrypto` is each entry's own, for it brings the engines.
export { type Context, encodeContext } from './context.ts';
export type {
  AeadKey,
  AeadName,
  Algorithm,
  Crypto,
  EngineName,
  OpenedRecord,
  OpenInput,
  RandomBytes,
  RecordKey,
  SealInput,
  SealOptions,
} from './crypto.ts';
export type { CryptoOptions } from './crypto-options.ts';
export {
  createDirectKeyRing,
  type DirectKeyRing,
  type DirectKeyRingOptions,
  type GivenKey,
} from './direct-key-ring.ts';
export { equalBytes } from './equal-bytes.ts';
export { CodedError, CryptoError, type CryptoErrorCode, type FailureKind, isCodedError } from './errors.ts';
export { hkdfExpandSha512, hmacSha512, sha512 } from './hash.ts';
export { deriveKeyHandle, handleFromHex, handleToHex } from './key-handle.ts';
export type { KeyRing } from './key-ring.ts';
export { decodeKey } from './key-text.ts';
export { joinRecords, splitRecords } from './record-container.ts';
export { parseRecordHeader, type RecordHeader, recordHandle } from './record-header.ts';
export type { ByteTransform } from './record-stream.ts';
export { recordFromText, recordToText } from './record-text.ts';
export { wipe } from './wipe.ts';
