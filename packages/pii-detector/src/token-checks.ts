// What the body of a vendor's token must hold besides its alphabet and length, as far as it can be checked offline.
import { base62Checksum, crc32 } from './crc32.ts';
import type { TokenShape } from './token-shapes.ts';
import { DIGIT, HEX_OR_DASH, isAll } from './units.ts';

/** Letters and digits are those of the alphabet. */
export function isWritten({ alphabet }: TokenShape, body: string): boolean {
  if (alphabet === 'hex') return isAll(body, HEX_OR_DASH);
  const isUpper = body === body.toUpperCase();
  if (alphabet === 'base32') return isUpper && ![...'0189'].some((digit) => body.includes(digit));
  return alphabet !== 'upper' || isUpper;
}

function isBetween(text: string, min: number, max: number): boolean {
  return text.length >= min && text.length <= max;
}

/** `part-part-part`: one to three groups of 10 to 13 digits, then the secret. */
function isSlack(body: string): boolean {
  const parts = body.split('-');
  const secret = parts.pop() ?? '';
  return (
    isBetween(secret, 24, 34) &&
    parts.length >= 1 &&
    parts.length <= 3 &&
    parts.every((part) => isBetween(part, 10, 13) && isAll(part, DIGIT))
  );
}

function isGitlab(body: string): boolean {
  const [first = '', ...rest] = body.split('.');
  if (rest.length === 0) return isBetween(body, 20, 64);
  const lengths = rest.map((part) => part.length).join();
  return isBetween(first, 27, 300) && (lengths === '9' || lengths === '2,9');
}

/** The mark stands at the place of the body, and nowhere else. */
function isOnlyAt(body: string, mark: string, index: number): boolean {
  return body.indexOf(mark) === index && body.lastIndexOf(mark) === index;
}

/** The parts of the body are those of the vendor. */
export function partsHold({ parts }: TokenShape, body: string): boolean {
  switch (parts) {
    case 'slack':
      return isSlack(body);
    case 'slack-app':
      return body.includes('-') && isAll(body, DIGIT, 0, 1);
    case 'pat':
      return isOnlyAt(body, '_', 22) && !body.includes('-');
    case 'gitlab':
      return isGitlab(body);
    case 'sendgrid':
      return isOnlyAt(body, '.', 22);
    case 'airtable':
      return body[14] === '.' && isAll(body, HEX_OR_DASH, 15);
    default:
      return true;
  }
}

function asHex(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}

/** The checksum at the end of the token is the right one; true for tokens without one. */
export function checksumHolds({ checksum, prefix }: TokenShape, token: string): boolean {
  switch (checksum) {
    case 'base62':
      return base62Checksum(crc32(token.slice(prefix.length, -6))) === token.slice(-6);
    case 'atlassian':
      return asHex(crc32(token.slice(0, -8))) === token.slice(-8).toLowerCase();
    case 'grafana': {
      // Its bytes the other way round.
      const bytes = asHex(crc32(token.slice(0, 37))).match(/../g)!;
      return bytes.reverse().join('') === token.slice(38).toLowerCase();
    }
    default:
      return true;
  }
}
