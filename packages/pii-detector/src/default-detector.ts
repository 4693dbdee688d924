// The detector with every kind, and the functions that most callers need.

import { namedSecrets } from './assigned-secrets.ts';
import { bankAccounts } from './bank.ts';
import { creditCards } from './card.ts';
import { createDetectorOf, type KindsDetector } from './detector.ts';
import { emails } from './email.ts';
import { explain } from './explain.ts';
import type { Detection, Finding } from './finding.ts';
import { ipv4Addresses } from './ipv4.ts';
import { ipv6Addresses } from './ipv6.ts';
import { jsonWebTokens } from './jwt.ts';
import type { KindDetector } from './kind-detector.ts';
import type { DetectorOptions } from './options.ts';
import { cardDetails, healthRecords, identityDocuments, macAddresses, onlineTraces } from './personal-details.ts';
import { birthDates, personNames, postalAddresses } from './personal-names.ts';
import { phoneNumbers } from './phone.ts';
import { privateKeys } from './private-key.ts';
import { type RedactStyle, redactFindings } from './redact.ts';
import { createScanCounter } from './scan-counter.ts';
import type { SchemaProposal } from './schema.ts';
import { socialSecurityNumbers } from './ssn.ts';
import { taxIds } from './tax-id.ts';
import { vendorTokens } from './token.ts';
import { urlPasswords } from './url-credentials.ts';

/** Every kind. The order settles which detector sees a group of digits first. */
export const ALL_DETECTORS: readonly KindDetector[] = [
  privateKeys,
  jsonWebTokens,
  vendorTokens,
  urlPasswords,
  emails,
  ipv6Addresses,
  namedSecrets,
  ipv4Addresses,
  creditCards,
  bankAccounts,
  socialSecurityNumbers,
  phoneNumbers,
  taxIds,
  personNames,
  postalAddresses,
  birthDates,
  identityDocuments,
  cardDetails,
  healthRecords,
  macAddresses,
  onlineTraces,
];

/**
 * The kinds that show themselves in any text: cards, SSNs, e-mail addresses, phones, IP addresses, tokens, keys and
 * passwords in URLs. `createDetectorOf(FIRST_TIER)` takes 25 KB (gzip) of a bundle, for where every kilobyte counts; names,
 * addresses, national numbers and passwords that only a field's name gives away are not in it.
 */
export const FIRST_TIER: readonly KindDetector[] = [
  privateKeys,
  jsonWebTokens,
  vendorTokens,
  urlPasswords,
  emails,
  ipv6Addresses,
  ipv4Addresses,
  creditCards,
  socialSecurityNumbers,
  phoneNumbers,
];

/** A detector of all kinds. */
export interface Detector extends KindsDetector {
  /** A copy of `value` with the findings replaced; the value itself is not changed. TypeError for an unknown style. */
  redact(value: unknown, style?: RedactStyle): unknown;
  /** The finding in words, without its value. */
  explain(finding: Finding): string;
}

/** A detector of all kinds. Costs about a millisecond: make one and keep it. */
export function createDetector(options: DetectorOptions = {}): Detector {
  const detector = createDetectorOf(ALL_DETECTORS, options);
  return { ...detector, explain, redact: (value, style) => redactFindings(value, detector.detect(value), style) };
}

let shared: KindsDetector | undefined;

/** The detector without options, made at its first use; with options a new one. */
function detectorFor(options: DetectorOptions | undefined): KindsDetector {
  if (options) return createDetectorOf(ALL_DETECTORS, options);
  shared ??= createDetectorOf(ALL_DETECTORS);
  return shared;
}

/** Findings in any JSON value. With options, `createDetector` once is faster. */
export function detect(value: unknown, options?: DetectorOptions): Detection {
  return detectorFor(options).detect(value);
}

/** Findings in a text. */
export function detectText(text: string, options?: DetectorOptions): Detection {
  return detectorFor(options).detectText(text);
}

/** JSON Pointers (RFC 6901) of what has to be sealed; see `Detector.piiFields`. */
export function piiFields(value: unknown, options?: DetectorOptions): string[] {
  return detectorFor(options).piiFields(value);
}

/** True when there is any finding, or a part that could not be scanned. */
export function hasPii(value: unknown, options?: DetectorOptions): boolean {
  return detectorFor(options).hasPii(value);
}

/** A copy of `value` with the findings replaced; see `RedactStyle`. The value itself is not changed. */
export function redact(value: unknown, style?: RedactStyle, options?: DetectorOptions): unknown {
  return redactFindings(value, detectorFor(options).detect(value), style);
}

/** Proposes the selectors of a policy for payloads like `samples`, with the share of samples that each one hit. */
export function detectSchema(samples: Iterable<unknown>, options?: DetectorOptions): SchemaProposal {
  const counter = createScanCounter(detectorFor(options));
  for (const sample of samples) counter.add(sample);
  return counter.proposal();
}
