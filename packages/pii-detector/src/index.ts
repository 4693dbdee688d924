export { namedSecrets } from './assigned-secrets.ts';
export { bankAccounts } from './bank.ts';
export { creditCards } from './card.ts';
export {
  ALL_DETECTORS,
  createDetector,
  type Detector,
  detect,
  detectSchema,
  detectText,
  FIRST_TIER,
  hasPii,
  piiFields,
  redact,
} from './default-detector.ts';
export { createDetectorOf, type KindsDetector } from './detector.ts';
export { emails } from './email.ts';
export { explain } from './explain.ts';
export type { Detection, Finding, Unscannable, UnscannableReason } from './finding.ts';
export { ipv4Addresses } from './ipv4.ts';
export { ipv6Addresses } from './ipv6.ts';
export { jsonWebTokens } from './jwt.ts';
export type { KindDetector, NameRule } from './kind-detector.ts';
export { type FindingKind, KINDS, type Kind, OPT_IN_KINDS } from './kinds.ts';
export type { CustomDetector, DetectorOptions, Limits } from './options.ts';
export {
  cardDetails,
  healthRecords,
  identityDocuments,
  macAddresses,
  onlineTraces,
} from './personal-details.ts';
export { birthDates, personNames, postalAddresses } from './personal-names.ts';
export { phoneNumbers } from './phone.ts';
export { privateKeys } from './private-key.ts';
export { type RedactStyle, redactFindings } from './redact.ts';
export { createScanCounter, type PathCount, type ScanCounter, type ScanReport } from './scan-counter.ts';
export type { SchemaProposal, SelectorProposal } from './schema.ts';
export { socialSecurityNumbers } from './ssn.ts';
export { taxIds } from './tax-id.ts';
export { vendorTokens } from './token.ts';
export { urlPasswords } from './url-credentials.ts';
