// Findings in words, for people who ask why a value was sealed. No value is ever part of it.
import type { Finding } from './finding.ts';

/** Codes, but for those that are the names of checks. */
const WORDS: Readonly<Record<string, string>> = {
  luhn: 'the Luhn check digit is right',
  issuer: 'the prefix and length are issued to a card network',
  grouping: 'it is set as usual',
  cue: 'its field or a word beside it says so',
  'address-syntax': 'it is a complete address (RFC 5321)',
  'ip-syntax': 'it is a complete address',
  national: 'it is as long as such numbers',
  prefix: 'the prefix and length are those of a vendor',
  checksum: 'the checksum in the token is right',
  'url-userinfo': 'it stands in a URL',
  assignment: 'its name is in front of it',
  container: 'everything below the field is sensitive',
  custom: 'a detector of the caller reported it',
};

function inWords(reason: string): string {
  if (reason.startsWith('field:')) return `the field name means ${reason.slice(6)}`;
  return WORDS[reason] ?? `the check of ${reason} is right`;
}

/**
 * Says in one sentence what was found, where, how sure, and why. Holds no value; the pointer names fields. TypeError for
 * anything but a finding.
 */
export function explain(finding: Finding): string {
  if (typeof finding !== 'object' || !Array.isArray(finding?.reasons))
    throw new TypeError('explain takes a finding, as detect answers with them');
  const { kind, pointer, start, end, confidence, reasons, inKey } = finding;
  const whole = start === end ? 'as a whole' : `at units ${start} to ${end}`;
  const place = `${pointer === '' ? 'the root' : pointer} ${inKey ? `in a key ${whole}` : whole}`;
  return `${kind} in ${place}, confidence ${confidence.toFixed(2)}: ${reasons.map(inWords).join('; ')}.`;
}
