// Findings in words, for people who ask why a value was sealed. No value is ever part of it.
import type { Finding } from './finding.ts';

const WORDS: Readonly<Record<string, string>> = {
  luhn: 'the Luhn check digit is right',
  issuer: 'the prefix and length are issued to a card network',
  grouping: 'it is set in the groups usual for it',
  cue: 'its field or a word beside it says so',
  'ssn-ranges': 'area, group and serial can have been assigned',
  'address-syntax': 'it is a complete address (RFC 5321)',
  'ip-syntax': 'it is a complete address, no version',
  'calling-code': 'the calling code has numbers of this length',
  nanp: 'area and exchange follow the North American plan',
  national: 'phone numbers have this length',
  prefix: 'prefix, length and alphabet are those of a vendor',
  checksum: 'the checksum in the token is right',
  'jwt-header': 'header and claims are JSON with an algorithm',
  'pem-header': 'it is a PEM block of a private key',
  'url-userinfo': 'it is the password in a URL',
  assignment: 'a name in front of it says so',
  'mod-97': 'country, length and check digits of an IBAN are right',
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
