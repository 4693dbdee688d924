// IPv4 addresses (RFC 791, RFC 1123): four decimal octets without leading zeros.
import { CUE_ADJACENT, CUE_IP, CUE_OTHER, CUE_THING, CUE_VERSION } from './cues.ts';
import { digitRunEnd } from './digits.ts';
import { type KindDetector, PRIORITY_IPV4 } from './kind-detector.ts';
import { cuesAt, propose, type TextScan } from './scan.ts';
import { ALPHANUMERIC, classAt, DASH, DIGIT, DOT, PLUS, SLASH, startOf, unitAt, WORD } from './units.ts';

/** End of the dotted quad at `start`, or 0. */
export function ipv4End(text: string, start: number): number {
  let end = start - 1;
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0 && unitAt(text, end) !== 46) return 0;
    const from = end + 1;
    end = digitRunEnd(text, from);
    const length = end - from;
    if (length === 0 || length > 3 || (length > 1 && unitAt(text, from) === 48)) return 0;
    if (length === 3 && text.slice(from, end) > '255') return 0;
  }
  return end;
}

/** The four octets of an address, or undefined. */
export function parseIpv4(text: string): readonly number[] | undefined {
  return ipv4End(text, 0) === text.length && text.length > 0 ? text.split('.').map(Number) : undefined;
}

function opens(text: string, start: number): boolean {
  const before = classAt(text, start - 1);
  if (before & (WORD | DOT | PLUS)) return false;
  // The end of a range stands behind a dash, the version of a product behind a slash.
  if (before & DASH) return start > 1 && ipv4End(text, startOf(text, start - 1, DIGIT | DOT, start - 16)) === start - 1;
  return !(before & SLASH) || !(classAt(text, start - 2) & WORD) || isHost(text, start - 1);
}

const MAX_HOST_UNITS = 64;

/** What stands before the slash is a host (`kafka-1/10.20.30.40`) or the address has a port, and not a product. */
function isHost(text: string, slash: number): boolean {
  const start = startOf(text, slash, ALPHANUMERIC | DASH | DOT, slash - MAX_HOST_UNITS);
  const host = text.slice(start, slash);
  const end = ipv4End(text, slash + 1);
  return /[a-z]/i.test(host) && (/^localhost$|\.|-\d/.test(host) || /^:\d/.test(text.slice(end, end + 2)));
}

function closes(text: string, end: number): boolean {
  const next = classAt(text, end);
  if (next & (WORD | PLUS)) return false;
  if (next & DOT) return !(classAt(text, end + 1) & ALPHANUMERIC) && text[end + 1] !== '*';
  return !(next & DASH) || !(classAt(text, end + 1) & WORD) || ipv4End(text, end + 1) > 0;
}

/** Unspecified, loopback, broadcast, netmasks. */
const NOBODY = /^(?:0|127|255)\./;
const PRIVATE = /^(?:10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
/** Four single digits read as a version unless something says address; not those of resolvers that everybody asks for names. */
const VERSION = /^(?!(\d)(?:\.\1){3}@|8\.8\.4\.4|1\.0\.0\.1)\d(?:\.\d){3}@(?![:/]\d)/;
/** An object identifier of X.500, a network. */
const OTHER = /^2\.5\.(?:4|29)\.|\.0\.0@(?!\/)/;
/** Around the `@` in its place: coordinates in a row, the tag of an image. */
const NO_HOST = /-\d*\.\d+[ ,]@|@[ ,]?-\d*\.\d|(?:image|docker).*\w:@/i;
/** With low numbers it is a demand on a version (`~> 5.31.0.0`), the tag of an image, a section's heading or link. */
const SECTION = /(?:[=<>~!]=|~>|\(=) ?@|gem ".*@|\/[\w.-]+:@|\n@\. [A-Z]|\[@]\(|@ \(bu/;
const SMALL = /^(?:[1-6]?\d[.@]){4}/;
/** What versions of products have, and few addresses. */
const LOW = /^(?:(?:\d?\d|1[01]\d|12[0-7])[.@]){4}/;

function assess(scan: TextScan, start: number, end: number): number {
  const { text, field } = scan;
  const behind = `@${text.slice(end, end + 4)}`;
  const address = text.slice(start, end) + behind;
  const cues = cuesAt(scan, start);
  const named = (cues & CUE_IP) !== 0;
  if (NOBODY.test(address)) return 0.3;
  const isPrivate = PRIVATE.test(address);
  const isLow = SMALL.test(address) || (LOW.test(address) && !isPrivate);
  if (cues & CUE_VERSION && (cues & CUE_ADJACENT ? isLow || !(cues & CUE_THING) : isLow && !named)) return 0.2;
  if (VERSION.test(address) && (!named || cues & CUE_OTHER)) return 0.4;
  if (named) return 0.95;
  const around = `${start > 0 ? field.reasons : '\n'}${text.slice(Math.max(0, start - 40), start)}${behind}`;
  if ((!isPrivate && OTHER.test(address)) || NO_HOST.test(around) || (isLow && SECTION.test(around))) return 0.3;
  return isPrivate ? 0.6 : 0.85;
}

/** IPv4 addresses. */
export const ipv4Addresses: KindDetector = {
  kinds: ['ipv4'],
  names: [
    {
      kind: 'ipv4',
      cues: CUE_IP,
      names:
        'ip ips ipv4 ip_address ip_addr ipaddr client_addr remote_addr remote_address remote_host source_ip src_ip src_addr dst_ip destination_ip forwarded peer peer_addr peer_address',
    },
    {
      kind: 'ipv4',
      cues: CUE_VERSION | CUE_ADJACENT,
      names: 'version ver oid firmware revision rev',
    },
    // An address that says so, or has high numbers, may be in one.
    { kind: 'ipv4', cues: CUE_VERSION, names: 'build tag release section dependencies engines' },
    { kind: 'ipv4', names: 'image' },
  ],
  digits(scan, start, end) {
    const { text } = scan;
    if (end - start > 3 || unitAt(text, end) !== 46 || !opens(text, start)) return 0;
    const close = ipv4End(text, start);
    if (close === 0 || !closes(text, close)) return 0;
    const confidence = assess(scan, start, close);
    propose(scan, 'ipv4', start, close, confidence, 'ip-syntax', PRIORITY_IPV4);
    return close;
  },
};
