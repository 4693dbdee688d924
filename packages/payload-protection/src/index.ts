export type { Awaitable } from './awaitable.ts';
export { createPayloadProtection } from './create-payload-protection.ts';
export type { Detection, Detector, Finding, TextFinding } from './detector.ts';
export { ProtectionError, type ProtectionErrorCode } from './errors.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { defaultLimits, type Limits } from './limits.ts';
export type { MaskName } from './mask.ts';
export type {
  PayloadProtection,
  PayloadProtectionOptions,
  SealedPayload,
  Stored,
} from './payload-protection.ts';
export { definePolicy, type Policy, policyFor } from './policy.ts';
export type { PolicyOptions } from './policy-options.ts';
export { createScrubber, type Scrub } from './scrubber.ts';
export { recordHandles } from './sealed-values.ts';
export type { ClearPayload, OpenedPayload, Selector } from './selector-types.ts';
